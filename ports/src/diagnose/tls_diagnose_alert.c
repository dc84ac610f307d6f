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

/* What else a server with nothing newer would need. */
#ifdef PKG_MBEDTLS_TLS1_0
#define OLD_SERVERS             ""
#else
#define OLD_SERVERS             "; old servers need " TLS_WORDS_ENGINE "PKG_MBEDTLS_TLS1_0"
#endif

enum remedy
{
    ASK_THE_LOG,
    NO_COMMON_SUITE,
    NO_COMMON_VERSION,
    NO_COMMON_PROTOCOL,
    OTHER_IDENTITY,
    OTHER_NAME,
    SECOND_TRY,
    TOO_LONG,
    WANTS_CERTIFICATE,
    WANTS_RENEGOTIATION,
};

/* A build without a feature needs no words for it. */
static const char *const remedies[] =
{
    [ASK_THE_LOG] = "the server's log says why",
    [NO_COMMON_SUITE] =
    "server and device share no cipher suite, curve or signature: see menuconfig, Key exchange, Ciphers, Curves"
    OLD_SERVERS,
    [NO_COMMON_VERSION] =
    "server and device share no protocol version: see menuconfig, Protocol" OLD_SERVERS,
#ifdef PKG_MBEDTLS_ALPN
    [NO_COMMON_PROTOCOL] = "the server has none of the application protocols in options.alpn",
#endif
#ifdef PKG_MBEDTLS_PSK
    [OTHER_IDENTITY] = "the server does not know the identity in options.psk",
#endif
    [OTHER_NAME] = "the server does not serve this name: check session->host or options.server_name",
#ifdef PKG_MBEDTLS_FALLBACK_SCSV
    [SECOND_TRY] = "the server has a newer version than this second try offers: connect without its limit",
#endif
    [TOO_LONG] = "a record was too long for the server: lower \"Maximum length of a record sent\"",
    [WANTS_CERTIFICATE] = "the server wants a certificate of the device",
    [WANTS_RENEGOTIATION] =
    "the server wanted a second handshake, which is refused: see PKG_MBEDTLS_RENEGOTIATION",
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

const char *tls_words_alert_remedy(unsigned alert, unsigned step)
{
    size_t row = find(alert);
    unsigned remedy = row < sizeof(alerts) / sizeof(alerts[0]) ? alerts[row].remedy : ASK_THE_LOG;

    if (alert == MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE && step > TLS_STEP_VERIFY)
    {
        remedy = WANTS_RENEGOTIATION;
    }

    return remedies[remedy] != RT_NULL ? remedies[remedy] : remedies[ASK_THE_LOG];
}
