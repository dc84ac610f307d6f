/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Alerts of the peer (RFC 8446 section 6, RFC 5246 section 7.2): names, and what to
 * change.
 */
#include <rtthread.h>

#include "../base/tls_has.h"
#include "tls_diagnose_words.h"

/* What else a server with nothing newer would need. */
#ifdef PKG_MBEDTLS_TLS1_0
#define OLD_SERVERS             ""
#else
#define OLD_SERVERS             "; old servers need " TLS_WORDS_ENGINE "PKG_MBEDTLS_TLS1_0"
#endif

#define ASK_THE_LOG             "the server's log says why"
#define NO_COMMON_SUITE         "server and device share no cipher suite, curve or signature: see menuconfig, " \
                                "Key exchange, Ciphers, Curves" OLD_SERVERS
#define NO_CERTIFICATE          "the server wants a certificate of the device"

static const struct alert
{
    unsigned char number;
    const char *name;
    const char *remedy;
}
alerts[] =
{
    { 0, "close_notify", ASK_THE_LOG },
    { 10, "unexpected_message", ASK_THE_LOG },
    { 20, "bad_record_mac", ASK_THE_LOG },
    { 21, "decryption_failed", ASK_THE_LOG },
    { 22, "record_overflow",
      "a record was too long for the server: lower \"Maximum length of a record sent\"" },
    { 30, "decompression_failure", ASK_THE_LOG },
    { 40, "handshake_failure", NO_COMMON_SUITE },
    { 41, "no_certificate", ASK_THE_LOG },
    { 42, "bad_certificate", NO_CERTIFICATE },
    { 43, "unsupported_certificate", ASK_THE_LOG },
    { 44, "certificate_revoked", ASK_THE_LOG },
    { 45, "certificate_expired", ASK_THE_LOG },
    { 46, "certificate_unknown", ASK_THE_LOG },
    { 47, "illegal_parameter", ASK_THE_LOG },
    { 48, "unknown_ca", ASK_THE_LOG },
    { 49, "access_denied", ASK_THE_LOG },
    { 50, "decode_error", ASK_THE_LOG },
    { 51, "decrypt_error", ASK_THE_LOG },
    { 60, "export_restriction", ASK_THE_LOG },
    { 70, "protocol_version",
      "server and device share no protocol version: see menuconfig, Protocol" OLD_SERVERS },
    { 71, "insufficient_security", NO_COMMON_SUITE },
    { 80, "internal_error", ASK_THE_LOG },
    { 86, "inappropriate_fallback", TLS_HAS(PKG_MBEDTLS_FALLBACK_SCSV) ?
      "the server has a newer version than this second try offers: connect without its limit" : ASK_THE_LOG },
    { 90, "user_canceled", ASK_THE_LOG },
    { 100, "no_renegotiation", ASK_THE_LOG },
    { 109, "missing_extension", ASK_THE_LOG },
    { 110, "unsupported_extension", ASK_THE_LOG },
    { 112, "unrecognized_name",
      "the server does not serve this name: check session->host or options.server_name" },
    { 113, "bad_certificate_status_response", ASK_THE_LOG },
    { 115, "unknown_psk_identity",
      TLS_HAS(PKG_MBEDTLS_PSK) ? "the server does not know the identity in options.psk" : ASK_THE_LOG },
    { 116, "certificate_required", NO_CERTIFICATE },
    { 120, "no_application_protocol", TLS_HAS(PKG_MBEDTLS_ALPN) ?
      "the server has none of the application protocols in options.alpn" : ASK_THE_LOG },
};

static const struct alert *find(unsigned number)
{
    static const struct alert unknown = { 0, "unknown", ASK_THE_LOG };
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
    if (alert == 40 && step > TLS_STEP_VERIFY)
    {
        return "the server wanted a second handshake, which is refused: see PKG_MBEDTLS_RENEGOTIATION";
    }

    return find(alert)->remedy;
}
