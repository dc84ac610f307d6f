/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a code and what the parts know about it to a report.
 */
#include "tls_client_datagram.h"
#include "tls_client_private.h"
#include "../engine/tls_engine.h"

static uint32_t limit_of(const MbedTLSSession *session, int step)
{
    const struct tls_client_options *options = &session->options;

    return step < TLS_STEP_WRITE ?
           (options->connect_timeout != 0 ? options->connect_timeout : PKG_MBEDTLS_CONNECT_TIMEOUT) :
           (uint32_t)((uint64_t)session->deadline.ticks * 1000 / RT_TICK_PER_SECOND);
}

static int reason_of_engine(MbedTLSSession *session, int code)
{
    struct tls_report *report = &session->report;
    size_t length = tls_engine_length_needed(&session->ssl, code);
    unsigned version = tls_engine_refused_version(&session->ssl, code);
    unsigned prime = tls_engine_short_prime(&session->ssl);
    int alert = tls_engine_alert(&session->ssl, code);

    if (version != 0)
    {
        report->number = version;
        return TLS_REASON_VERSION;
    }
    if (prime > 0)
    {
        report->number = prime;
        return TLS_REASON_SHORT_PRIME;
    }
    if (alert >= 0)
    {
        report->number = (uint32_t)alert;
        return TLS_REASON_ALERT;
    }
    if (length > 0)
    {
        report->number = (uint32_t)length;
        return TLS_REASON_TOO_LONG;
    }

    return code == MBEDTLS_ERR_SSL_INVALID_RECORD && tls_engine_is_foreign(&session->ssl) ?
           TLS_REASON_NOT_TLS : TLS_REASON_OTHER;
}

/* Where the code says it all. */
static const struct
{
    unsigned short code;                /* without its sign */
    unsigned char reason;
} reasons[] =
{
    { -TLS_ERR_NO_HOST, TLS_REASON_NO_HOST },
    { -TLS_ERR_STATE, TLS_REASON_STATE },
    { -TLS_ERR_UNSUPPORTED, TLS_REASON_UNSUPPORTED },
    { -TLS_ERR_PSK, TLS_REASON_PSK },
    { -TLS_ERR_RANDOM, TLS_REASON_NO_RANDOM },
    { -TLS_ERR_NO_ROOTS, TLS_REASON_NO_ROOTS },
    { -MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED, TLS_REASON_NO_ROOTS },
    { -TLS_ERR_PINS, TLS_REASON_PINS },
#ifdef PKG_MBEDTLS_ALPN
    { -TLS_ERR_ALPN, TLS_REASON_ALPN },
#endif
#ifdef PKG_MBEDTLS_SESSION_TICKETS
    { -TLS_ERR_RESUME, TLS_REASON_RESUME },
#endif
    { -TLS_ERR_CLOCK_UNSET, TLS_REASON_CLOCK_UNSET },
    { -TLS_ERR_TRUNCATED, TLS_REASON_CLOSED },
    { -TLS_ERR_TIMEOUT, TLS_REASON_TIMEOUT },
    { -MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, TLS_REASON_ALERT },    /* close_notify is number 0 */
    { -MBEDTLS_ERR_SSL_CONN_EOF, TLS_REASON_CLOSED },
    { -MBEDTLS_ERR_SSL_ALLOC_FAILED, TLS_REASON_NO_MEMORY },
    { -MBEDTLS_ERR_NET_UNKNOWN_HOST, TLS_REASON_NAME_NOT_FOUND },
    { -MBEDTLS_ERR_NET_SOCKET_FAILED, TLS_REASON_REFUSED },
    { -MBEDTLS_ERR_NET_CONNECT_FAILED, TLS_REASON_REFUSED },
    { -MBEDTLS_ERR_NET_CONN_RESET, TLS_REASON_RESET },
    { -MBEDTLS_ERR_X509_CERT_VERIFY_FAILED, TLS_REASON_CERTIFICATE },
    { -MBEDTLS_ERR_SSL_BAD_CERTIFICATE, TLS_REASON_CERTIFICATE },
};

static int reason_of(MbedTLSSession *session, int step, int code)
{
    struct tls_report *report = &session->report;
    size_t i = 0;

    while (i < sizeof(reasons) / sizeof(reasons[0]) && reasons[i].code != -code)
    {
        i++;
    }
    if (i == sizeof(reasons) / sizeof(reasons[0]))
    {
        return tls_datagram_is_too_long(code) ? tls_datagram_reason(session, step, code) :
               reason_of_engine(session, code);
    }

    switch (reasons[i].reason)
    {
    case TLS_REASON_TIMEOUT:
        report->number = limit_of(session, step);
        return step == TLS_STEP_HANDSHAKE ? tls_datagram_reason(session, step, code) : TLS_REASON_TIMEOUT;

    case TLS_REASON_NAME_NOT_FOUND:
    case TLS_REASON_REFUSED:
        report->number = (uint32_t)session->attempt.error;
        break;

    case TLS_REASON_CERTIFICATE:
        tls_client_take_verify_result(session);
        if (report->flags == 0)
        {
            return TLS_REASON_OTHER;
        }
        break;

    default:
        break;
    }

    return reasons[i].reason;
}

static int is_about_certificate(int reason)
{
    return reason == TLS_REASON_CERTIFICATE || reason == TLS_REASON_CLOCK_UNSET;
}

int tls_client_fail(MbedTLSSession *session, int step, int code, const struct tls_memory_watch *watch)
{
    struct tls_report *report = &session->report;

    report->clock = tls_clock_now();
    if (report->flags == 0)
    {
        report->number = 0;
    }

    /* An exhausted heap comes out of the engine in many disguises, e.g. as a bad certificate. */
    if (watch != RT_NULL && watch->failures > 0)
    {
        code = MBEDTLS_ERR_SSL_ALLOC_FAILED;
        report->number = (uint32_t)watch->size;
    }
    /* So does an unset clock: whatever else is wrong with the certificate, it comes first. */
    else if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED && tls_client_refuses_clock(session))
    {
        code = TLS_ERR_CLOCK_UNSET;
    }

    report->reason = (unsigned char)reason_of(session, step, code);
    /* The engine has two codes for it; the manual knows this one (5.12.4). */
    report->code = report->reason == TLS_REASON_TOO_LONG ? MBEDTLS_ERR_SSL_INVALID_RECORD : code;
    report->step = (unsigned char)(is_about_certificate(report->reason) ? TLS_STEP_VERIFY : step);
    /* A read that polls runs out of time again and again: that is the application's to judge. */
    if (code != TLS_ERR_TIMEOUT || step != TLS_STEP_READ)
    {
        tls_report_log(report);
    }

    return report->code;
}

const struct tls_report *tls_client_report(const MbedTLSSession *session)
{
    return &session->report;
}
