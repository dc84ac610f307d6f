/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Alerts of the peer (RFC 8446 section 6, RFC 5246 section 7.2): names, and what to
 * change.
 */
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

static const struct alert
{
    unsigned char number;
    unsigned char remedy;               /* enum remedy */
    const char *name;
}
alerts[] =
{
    { 0, ASK_THE_LOG, "close_notify" },
    { 10, ASK_THE_LOG, "unexpected_message" },
    { 20, ASK_THE_LOG, "bad_record_mac" },
    { 21, ASK_THE_LOG, "decryption_failed" },
    { 22, TOO_LONG, "record_overflow" },
    { 30, ASK_THE_LOG, "decompression_failure" },
    { 40, NO_COMMON_SUITE, "handshake_failure" },
    { 41, ASK_THE_LOG, "no_certificate" },
    { 42, WANTS_CERTIFICATE, "bad_certificate" },
    { 43, ASK_THE_LOG, "unsupported_certificate" },
    { 44, ASK_THE_LOG, "certificate_revoked" },
    { 45, ASK_THE_LOG, "certificate_expired" },
    { 46, ASK_THE_LOG, "certificate_unknown" },
    { 47, ASK_THE_LOG, "illegal_parameter" },
    { 48, ASK_THE_LOG, "unknown_ca" },
    { 49, ASK_THE_LOG, "access_denied" },
    { 50, ASK_THE_LOG, "decode_error" },
    { 51, ASK_THE_LOG, "decrypt_error" },
    { 60, ASK_THE_LOG, "export_restriction" },
    { 70, NO_COMMON_VERSION, "protocol_version" },
    { 71, NO_COMMON_SUITE, "insufficient_security" },
    { 80, ASK_THE_LOG, "internal_error" },
    { 86, SECOND_TRY, "inappropriate_fallback" },
    { 90, ASK_THE_LOG, "user_canceled" },
    { 100, ASK_THE_LOG, "no_renegotiation" },
    { 109, ASK_THE_LOG, "missing_extension" },
    { 110, ASK_THE_LOG, "unsupported_extension" },
    { 112, OTHER_NAME, "unrecognized_name" },
    { 113, ASK_THE_LOG, "bad_certificate_status_response" },
    { 115, OTHER_IDENTITY, "unknown_psk_identity" },
    { 116, WANTS_CERTIFICATE, "certificate_required" },
    { 120, NO_COMMON_PROTOCOL, "no_application_protocol" },
};

static const struct alert *find(unsigned number)
{
    static const struct alert unknown = { 0, ASK_THE_LOG, "unknown" };
    size_t i;

    for (i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++)
    {
        if (alerts[i].number == number)
        {
            return &alerts[i];
        }
    }

    return &unknown;
}

const char *tls_words_alert(unsigned alert)
{
    return find(alert)->name;
}

const char *tls_words_alert_remedy(unsigned alert, unsigned step)
{
    unsigned remedy = find(alert)->remedy;

    if (alert == MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE && step > TLS_STEP_VERIFY)
    {
        remedy = WANTS_RENEGOTIATION;
    }

    return remedies[remedy] != RT_NULL ? remedies[remedy] : remedies[ASK_THE_LOG];
}
