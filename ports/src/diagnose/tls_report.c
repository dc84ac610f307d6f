/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Facts of a failure: its reason, and what is wrong with a certificate, noted
 * while the engine shows it.
 */
#include <string.h>

#include <rtthread.h>

#include "../base/tls_has.h"
#include "../engine/tls_engine.h"
#include "tls_report_fill.h"

#include "mbedtls/net_sockets.h"

/* Reasons that the code alone tells; a build without a feature leaves its rows out, as tls_diagnose_words.c does. */
static const struct
{
    unsigned short code;                /* without its sign */
    unsigned char reason;
}
reasons[] =
{
    { -TLS_ERR_NO_HOST, TLS_REASON_NO_HOST },
    { -TLS_ERR_STATE, TLS_REASON_STATE },
    { -TLS_ERR_UNSUPPORTED, TLS_REASON_UNSUPPORTED },
    { -TLS_ERR_RANDOM, TLS_REASON_NO_RANDOM },
    { -TLS_ERR_NO_ROOTS, TLS_REASON_NO_ROOTS },
    { -MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED, TLS_REASON_NO_ROOTS },
#ifdef PKG_MBEDTLS_PINNING
    { -TLS_ERR_PINS, TLS_REASON_PINS },
#endif
#ifdef PKG_MBEDTLS_PSK
    { -TLS_ERR_PSK, TLS_REASON_PSK },
#endif
#ifdef PKG_MBEDTLS_ALPN
    { -TLS_ERR_ALPN, TLS_REASON_ALPN },
#endif
#ifdef PKG_MBEDTLS_SESSION_TICKETS
    { -TLS_ERR_RESUME, TLS_REASON_RESUME },
#endif
#ifdef PKG_MBEDTLS_CLIENT_CERTIFICATE
    { -TLS_ERR_IDENTITY, TLS_REASON_IDENTITY },
#endif
    { -TLS_ERR_CLOCK_UNSET, TLS_REASON_CLOCK_UNSET },
    { -TLS_ERR_TRUNCATED, TLS_REASON_CLOSED },
    { -TLS_ERR_TIMEOUT, TLS_REASON_TIMEOUT },
    { -MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, TLS_REASON_ALERT },   /* close_notify is number 0 */
    { -MBEDTLS_ERR_SSL_CONN_EOF, TLS_REASON_CLOSED },
    { -MBEDTLS_ERR_SSL_ALLOC_FAILED, TLS_REASON_NO_MEMORY },
    { -MBEDTLS_ERR_NET_UNKNOWN_HOST, TLS_REASON_NAME_NOT_FOUND },
    { -MBEDTLS_ERR_NET_SOCKET_FAILED, TLS_REASON_REFUSED },
    { -MBEDTLS_ERR_NET_CONNECT_FAILED, TLS_REASON_REFUSED },
    { -MBEDTLS_ERR_NET_CONN_RESET, TLS_REASON_RESET },
    { -MBEDTLS_ERR_X509_CERT_VERIFY_FAILED, TLS_REASON_CERTIFICATE },
    { -MBEDTLS_ERR_SSL_BAD_CERTIFICATE, TLS_REASON_CERTIFICATE },
};

int tls_report_reason(struct tls_report *report, const mbedtls_ssl_context *ssl, int code)
{
    size_t i, length;
    int alert;

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
    {
        if (reasons[i].code == -code)
        {
            return reasons[i].reason;
        }
    }
    alert = tls_engine_alert(ssl, code);
    if (alert >= 0)
    {
        report->number = (uint32_t)alert;
        return TLS_REASON_ALERT;
    }
    length = tls_engine_length_needed(ssl, code);
    if (length > 0)
    {
        report->number = (uint32_t)length;
        return TLS_REASON_TOO_LONG;
    }

    return TLS_REASON_OTHER;
}

uint32_t tls_report_detail_of_code(const mbedtls_ssl_context *ssl, int code)
{
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3) && code == MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE && tls_engine_is_connected(ssl))
    {
        return tls_engine_message(ssl);
    }

    return code == MBEDTLS_ERR_SSL_INVALID_MAC ? tls_engine_empty_records(ssl) : 0;
}

/* Of several flags of a certificate the report is about the first of these. */
static const uint32_t precedence[] =
{
    TLS_BADCERT_PIN,
    MBEDTLS_X509_BADCERT_EXPIRED,
    MBEDTLS_X509_BADCERT_FUTURE,
    MBEDTLS_X509_BADCERT_NOT_TRUSTED,
    MBEDTLS_X509_BADCERT_CN_MISMATCH,
    MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK,
    MBEDTLS_X509_BADCERT_BAD_MD,
    MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
};

static uint32_t first_flag(uint32_t flags)
{
    size_t i;

    for (i = 0; i < sizeof(precedence) / sizeof(precedence[0]); i++)
    {
        if (flags & precedence[i])
        {
            return flags & precedence[i];
        }
    }

    return flags;
}

void tls_report_detail(struct tls_report *report, const char *text)
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        rt_snprintf(report->detail, sizeof(report->detail), "%s", text);
    }
}

void tls_report_certificate(struct tls_report *report, const mbedtls_x509_crt *crt, int depth,
                            uint32_t flags, time_t clock)
{
    int is_first = report->flags == 0;

    report->flags |= flags;
    report->clock = clock;
    if (is_first)
    {
        report->depth = (signed char)depth;
        report->number = flags;
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
        {
            report->number = first_flag(flags);
            tls_report_facts(report, crt);
        }
    }
}
