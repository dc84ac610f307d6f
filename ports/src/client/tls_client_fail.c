/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Turns a failure's code into a report, with the facts that session and engine have.
 */
#include "tls_transport.h"
#include "../diagnose/tls_report_fill.h"
#include "../engine/tls_engine.h"
#include "tls_diagnose.h"

static uint32_t limit_of(const MbedTLSSession *session, int step)
{
    const struct tls_client_options *options = &session->options;

    return step < TLS_STEP_WRITE ?
           (options->connect_timeout != 0 ? options->connect_timeout : PKG_MBEDTLS_CONNECT_TIMEOUT) :
           (uint32_t)((uint64_t)session->internal.deadline.ticks * 1000 / RT_TICK_PER_SECOND);
}

/* Derive the reason from the server's messages where the code is ambiguous. */
static int reason_of_server(MbedTLSSession *session, int code)
{
    struct tls_report *report = &session->internal.report;
    unsigned version = tls_engine_refused_version(&session->ssl, code);
    unsigned prime = TLS_HAS(PKG_MBEDTLS_DHM) ? tls_engine_short_prime(&session->ssl) : 0;

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

    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        report->number = tls_report_detail_of_code(&session->ssl, code);
    }

    return code == MBEDTLS_ERR_SSL_INVALID_RECORD && tls_engine_is_not_tls(&session->ssl) ?
           TLS_REASON_NOT_TLS : TLS_REASON_OTHER;
}

static void note(struct tls_report *report, const char *text)
{
    tls_report_add(report, text != RT_NULL ? text : "none");
}

/* What the application has passed. */
static void note_host(MbedTLSSession *session, int reason)
{
    struct tls_report *report = &session->internal.report;

    report->detail[0] = '\0';
    note(report, session->host);
    if (reason == TLS_REASON_NO_HOST)
    {
        note(report, ", ");
        note(report, session->port);
    }
}

static int reason_of(MbedTLSSession *session, int step, int code)
{
    struct tls_report *report = &session->internal.report;
    int reason = tls_report_reason(report, &session->ssl, code);

    switch (reason)
    {
    case TLS_REASON_TIMEOUT:
        report->number = limit_of(session, step);
        break;

    case TLS_REASON_NAME_NOT_FOUND:
    case TLS_REASON_REFUSED:
        report->number = (uint32_t)session->internal.attempt.error;
        break;

    case TLS_REASON_NO_MEMORY:
        /* The heap had room for all that was asked of it. */
        if (TLS_HAS(PKG_MBEDTLS_TLS1_3) && step == TLS_STEP_HANDSHAKE && report->number == 0)
        {
            reason = TLS_REASON_KEY_SLOTS;
        }
        break;

    case TLS_REASON_IDENTITY:
        if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE))
        {
            report->number = session->internal.identity_fault;
        }
        break;

    case TLS_REASON_CERTIFICATE:
        if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
        {
            tls_client_take_verify_result(session);
        }
        if (report->flags == 0)
        {
            return TLS_REASON_OTHER;
        }
        break;

    case TLS_REASON_OTHER:
        reason = reason_of_server(session, code);
        break;

    default:
        break;
    }

    return reason;
}

/* Add details for the sentences; may refine the reason. */
static void add_facts(MbedTLSSession *session, int code)
{
    struct tls_report *report = &session->internal.report;

    switch (report->reason)
    {
    case TLS_REASON_NO_HOST:
    case TLS_REASON_NAME_NOT_FOUND:
        note_host(session, report->reason);
        break;

    case TLS_REASON_ALERT:
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
        {
            report->missing = tls_client_before_alert(session);
        }
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE))
        {
            tls_client_note_issuers(session);
        }
        break;

    case TLS_REASON_CERTIFICATE:
    case TLS_REASON_OTHER:
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES) &&
            tls_report_unreadable(report, &session->ssl, code))
        {
            report->reason = TLS_REASON_UNREADABLE;
        }
        else if (TLS_HAS(PKG_MBEDTLS_PSK) && report->reason == TLS_REASON_OTHER && tls_client_uses_psk(session))
        {
            report->missing = TLS_BEFORE_ALERT_KEY;
        }
        break;

    default:
        break;
    }
}

static int is_about_certificate(int reason)
{
    return reason == TLS_REASON_CERTIFICATE || reason == TLS_REASON_CLOCK_UNSET ||
           (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && reason == TLS_REASON_UNREADABLE);
}

int tls_client_fail(MbedTLSSession *session, int step, int code, const struct tls_memory_watch *watch)
{
    const struct tls_transport *transport = tls_transport(session);
    struct tls_report *report = &session->internal.report;

    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && code == MBEDTLS_ERR_NET_CONN_RESET && step > TLS_STEP_CONNECT &&
        tls_client_has_connection(session) && transport->protocol == MBEDTLS_NET_PROTO_TCP)
    {
        code = tls_stream_find_alert(session, code);
    }
    report->clock = tls_clock_now();
    if (report->flags == 0)
    {
        report->number = 0;
    }

    /* The engine has many codes for an exhausted heap, e.g. that of a bad certificate. */
    if (watch != RT_NULL && watch->failures > 0)
    {
        code = MBEDTLS_ERR_SSL_ALLOC_FAILED;
        report->number = (uint32_t)watch->size;
    }
    /* An unset clock is reported before anything that is wrong with the certificate. */
    else if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED &&
             tls_client_refuses_clock(session))
    {
        code = TLS_ERR_CLOCK_UNSET;
    }

    report->reason = (unsigned char)reason_of(session, step, code);
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        add_facts(session, code);
    }
    if (transport->reason != RT_NULL && (code == TLS_ERR_TIMEOUT || code == TLS_ERR_TOO_LONG))
    {
        report->reason = (unsigned char)transport->reason(session, step, code);
    }
    /* The engine has two codes for it; this is the one in the manual (5.12.4). */
    report->code = report->reason == TLS_REASON_TOO_LONG ? MBEDTLS_ERR_SSL_INVALID_RECORD : code;
    report->step = (unsigned char)(is_about_certificate(report->reason) ? TLS_STEP_VERIFY : step);
    /* A read that polls times out often; the application decides whether that is a failure. */
    if (code != TLS_ERR_TIMEOUT || step != TLS_STEP_READ)
    {
        tls_report_log(report);
    }

    return report->code;
}

const struct tls_report *tls_client_report(const MbedTLSSession *session)
{
    return &session->internal.report;
}
