/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Alerts of the peer (RFC 8446 6, RFC 5246 7.2, RFC 6066 9, RFC 7301 3.2): names, and
 * what to change.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_diagnose_words.h"

#include "mbedtls/ssl.h"

#ifdef PKG_MBEDTLS_SERVER_NAME_INDICATION
#define SEND_NAME               "set options.server_name"
#else
#define SEND_NAME               "select PKG_MBEDTLS_SERVER_NAME_INDICATION"
#endif

#ifdef PKG_MBEDTLS_TLS1_3
#define NEW                     ""
#else
#define NEW                     "; new servers need PKG_MBEDTLS_TLS1_3"
#endif

enum remedy
{
    ASK_THE_LOG,
    NEEDS_NAME,
    NEEDS_NAME_OR_SUITE,
    NO_COMMON_SUITE,
    NO_COMMON_VERSION,
    NO_COMMON_PROTOCOL,
    OTHER_IDENTITY,
    OTHER_KEY,
    OTHER_NAME,
    REFUSES_CERTIFICATE,
    SECOND_TRY,
    TOO_LONG,
    WANTS_CERTIFICATE,
    WANTS_RENEGOTIATION,
};

/* A build without a feature needs no words for it. */
static const char *const remedies[] =
{
    [ASK_THE_LOG] = W_LOG,
#ifdef PKG_MBEDTLS_CERTIFICATES
    [NEEDS_NAME] = W_SERVER " may need its name: " SEND_NAME,
    [NEEDS_NAME_OR_SUITE] = W_SUITES W_OLD "; or it needs its name: " SEND_NAME,
    [REFUSES_CERTIFICATE] = W_SERVER " refuses the device's " W_CERTIFICATE ": its log says why",
    [WANTS_CERTIFICATE] = W_SERVER " wants a " W_CERTIFICATE " of the device",
#endif
    [NO_COMMON_SUITE] = W_SUITES W_OLD,
    [NO_COMMON_VERSION] =
    W_SERVER " and the device share no protocol version: see " W_MENU ", Protocol" NEW W_OLD,
#ifdef PKG_MBEDTLS_ALPN
    [NO_COMMON_PROTOCOL] = W_SERVER " has none of the application protocols in options.alpn",
#endif
#ifdef PKG_MBEDTLS_PSK
    [OTHER_IDENTITY] = W_SERVER " does not know the identity in options.psk",
    [OTHER_KEY] = "compare the key in options.psk with " W_SERVER "'s",
#endif
    [OTHER_NAME] = W_SERVER " does not serve this name: check " W_HOST " or options.server_name",
#ifdef PKG_MBEDTLS_FALLBACK_SCSV
    [SECOND_TRY] = W_SERVER " has a newer version than this second try offers: connect without its limit",
#endif
    [TOO_LONG] = "a record was too long for " W_SERVER ": lower \"Maximum length of a record sent\"",
    [WANTS_RENEGOTIATION] =
    W_SERVER " wanted a second handshake, which is refused: see PKG_MBEDTLS_RENEGOTIATION",
};

/* Number, remedy, name. */
#define ALERTS(ROW) \
    ROW(0, ASK_THE_LOG, "close_notify") \
    ROW(10, ASK_THE_LOG, "unexpected_message") \
    ROW(20, ASK_THE_LOG, "bad_record_mac") \
    ROW(21, ASK_THE_LOG, "decryption_failed") \
    ROW(22, TOO_LONG, "record_overflow") \
    ROW(30, ASK_THE_LOG, "decompression_failure") \
    ROW(40, NO_COMMON_SUITE, "handshake_failure") \
    ROW(41, ASK_THE_LOG, "no_certificate") \
    ROW(42, WANTS_CERTIFICATE, "bad_certificate") \
    ROW(43, ASK_THE_LOG, "unsupported_certificate") \
    ROW(44, ASK_THE_LOG, "certificate_revoked") \
    ROW(45, ASK_THE_LOG, "certificate_expired") \
    ROW(46, ASK_THE_LOG, "certificate_unknown") \
    ROW(47, ASK_THE_LOG, "illegal_parameter") \
    ROW(48, ASK_THE_LOG, "unknown_ca") \
    ROW(49, ASK_THE_LOG, "access_denied") \
    ROW(50, ASK_THE_LOG, "decode_error") \
    ROW(51, ASK_THE_LOG, "decrypt_error") \
    ROW(60, ASK_THE_LOG, "export_restriction") \
    ROW(70, NO_COMMON_VERSION, "protocol_version") \
    ROW(71, NO_COMMON_SUITE, "insufficient_security") \
    ROW(80, ASK_THE_LOG, "internal_error") \
    ROW(86, SECOND_TRY, "inappropriate_fallback") \
    ROW(90, ASK_THE_LOG, "user_canceled") \
    ROW(100, ASK_THE_LOG, "no_renegotiation") \
    ROW(109, ASK_THE_LOG, "missing_extension") \
    ROW(110, ASK_THE_LOG, "unsupported_extension") \
    ROW(111, ASK_THE_LOG, "certificate_unobtainable") \
    ROW(112, OTHER_NAME, "unrecognized_name") \
    ROW(113, ASK_THE_LOG, "bad_certificate_status_response") \
    ROW(114, ASK_THE_LOG, "bad_certificate_hash_value") \
    ROW(115, OTHER_IDENTITY, "unknown_psk_identity") \
    ROW(116, WANTS_CERTIFICATE, "certificate_required") \
    ROW(120, NO_COMMON_PROTOCOL, "no_application_protocol")

#define NUMBERS(number, remedy, name)   { number, remedy },
#define NAMES(number, remedy, name)     name "\0"

static const struct alert
{
    unsigned char number;
    unsigned char remedy;               /* enum remedy */
}
alerts[] =
{
    ALERTS(NUMBERS)
};

/* Alerts whose remedy depends on what was before. */
static const struct
{
    short before;
    unsigned char first;
    unsigned char last;
    unsigned char remedy;
}
cases[] =
{
    { TLS_BEFORE_ALERT_REQUEST, 40, 51, WANTS_CERTIFICATE },
    { TLS_BEFORE_ALERT_CERTIFICATE, 40, 51, REFUSES_CERTIFICATE },
    { TLS_BEFORE_ALERT_NO_NAME, 40, 40, NEEDS_NAME_OR_SUITE },
    { TLS_BEFORE_ALERT_NO_NAME, 112, 112, NEEDS_NAME },
    { TLS_BEFORE_ALERT_KEY, 20, 20, OTHER_KEY },
    { TLS_BEFORE_ALERT_KEY, 51, 51, OTHER_KEY },
};

/* One string, since pointers take ROM as well. */
static const char names[] = ALERTS(NAMES) "unknown";

/* Behind the last row: unknown. */
static size_t find(unsigned number)
{
    size_t i = 0;

    while (i < sizeof(alerts) / sizeof(alerts[0]) && alerts[i].number != number)
    {
        i++;
    }

    return i;
}

const char *tls_words_alert(unsigned alert)
{
    const char *name = names;
    size_t i;

    for (i = find(alert); i > 0; i--)
    {
        name += strlen(name) + 1;
    }

    return name;
}

static unsigned remedy_of(const struct tls_report *report)
{
    unsigned alert = (unsigned)report->number;
    size_t row = find(alert);

    if (alert == MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE && report->step > TLS_STEP_VERIFY)
    {
        return WANTS_RENEGOTIATION;
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        if (report->missing == cases[i].before && alert >= cases[i].first && alert <= cases[i].last)
        {
            return cases[i].remedy;
        }
    }

    return row < sizeof(alerts) / sizeof(alerts[0]) ? alerts[row].remedy : ASK_THE_LOG;
}

int tls_words_are_about_issuers(const struct tls_report *report)
{
    unsigned remedy = report->reason == TLS_REASON_ALERT && report->detail[0] != '\0' ? remedy_of(report) : ASK_THE_LOG;

    return remedy == REFUSES_CERTIFICATE || remedy == WANTS_CERTIFICATE;
}

const char *tls_words_alert_remedy(const struct tls_report *report)
{
    unsigned remedy = remedy_of(report);

    return remedies[remedy] != RT_NULL ? remedies[remedy] : remedies[ASK_THE_LOG];
}
