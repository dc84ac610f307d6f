/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports of clients that fail, and alerts for clients that are refused.
 */
#include <string.h>

#include "tls_server_parts.h"

#include "tls_diagnose.h"

#include "../base/tls_log.h"
#include "../diagnose/tls_report_fill.h"
#include "../engine/tls_engine.h"

/* The engine sets some flags without calling f_vrfy. */
static void take_verify_result(const struct tls_server_client *client, struct tls_report *report)
{
    uint32_t flags = TLS_HAS(PKG_MBEDTLS_CERTIFICATES) ? mbedtls_ssl_get_verify_result(&client->ssl) : 0;

    if (report->flags == 0 && flags != 0xFFFFFFFF)
    {
        report->flags = flags;
        report->number = flags;
    }
}

/* What the code does not tell. */
static int reason_of_client(const struct tls_server_client *client, struct tls_report *report, int code)
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        report->number = tls_report_detail_of_code(&client->ssl, code);
    }

    /* The engines have several codes for it. */
    return client->server->options.transport == TLS_SERVER_TCP && client->state <= TLS_SERVER_STATE_HANDSHAKE &&
           tls_engine_is_not_tls(&client->ssl) ? TLS_REASON_NOT_TLS : TLS_REASON_OTHER;
}

static int reason_of(const struct tls_server_client *client, struct tls_report *report, int code)
{
    int reason = tls_report_reason(report, &client->ssl, code);

    switch (reason)
    {
    case TLS_REASON_TIMEOUT:
        /* A handshake may end before its limit, see tls_server_yield(). */
        report->number = client->state > TLS_SERVER_STATE_HANDSHAKE ? client->server->options.idle_timeout :
                         client->server->options.handshake_timeout - tls_deadline_left(&client->deadline);
        break;

    case TLS_REASON_CERTIFICATE:
        take_verify_result(client, report);
        reason = report->flags != 0 ? TLS_REASON_CERTIFICATE : TLS_REASON_OTHER;
        break;

    case TLS_REASON_OTHER:
        reason = reason_of_client(client, report, code);
        break;

    default:
        break;
    }

    return reason;
}

/* For the words. */
static void add_facts(const struct tls_server_client *client, struct tls_report *report)
{
    report->is_server = 1;
    if (report->reason == TLS_REASON_ALERT || report->reason == TLS_REASON_OTHER)
    {
        report->missing = TLS_HAS(PKG_MBEDTLS_PSK) && client->server->options.psk != RT_NULL ? TLS_BEFORE_ALERT_KEY :
                          TLS_BEFORE_ALERT_CERTIFICATE;
    }
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES) &&
        (report->reason == TLS_REASON_CERTIFICATE || report->reason == TLS_REASON_OTHER) &&
        tls_report_unreadable(report, &client->ssl, report->code))
    {
        report->reason = TLS_REASON_UNREADABLE;
    }
}

int tls_server_fail(struct tls_server_client *client, int code, const struct tls_memory_watch *watch)
{
    struct tls_report *report = &client->server->report;
    char peer[TLS_SERVER_ADDRESS];

    if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY && client->state == TLS_SERVER_STATE_CONNECTED)
    {
        (void)peer;                     /* at log level 0 */
        LOG_I("%s closed", tls_net_peer_text(&client->peer, peer));
        return code;
    }
    if (!client->server->has_verdict)
    {
        memset(report, 0, sizeof(*report));
    }
    client->server->has_verdict = 0;
    report->clock = tls_clock_now();
    if (watch != RT_NULL && watch->failures > 0)
    {
        code = MBEDTLS_ERR_SSL_ALLOC_FAILED;
        report->number = (uint32_t)watch->size;
    }
    report->code = code;
    report->reason = (unsigned char)reason_of(client, report, code);
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        add_facts(client, report);
    }
    report->step = client->state > TLS_SERVER_STATE_HANDSHAKE ? TLS_STEP_READ :
                   report->reason == TLS_REASON_CERTIFICATE || report->reason == TLS_REASON_UNREADABLE ?
                   TLS_STEP_VERIFY : TLS_STEP_HANDSHAKE;
    tls_report_log_client(report, tls_net_peer_text(&client->peer, peer));

    return code;
}

size_t tls_server_refusal(unsigned char record[15], const unsigned char *hello)
{
    static const unsigned char stream[] = { 21, 3, 3, 0, 2, 2, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR };
    static const unsigned char datagram[] =
    {
        21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR
    };

    if (hello == RT_NULL)
    {
        memcpy(record, stream, sizeof(stream));
        return sizeof(stream);
    }
    memcpy(record, datagram, sizeof(datagram));
    /*
     * The sequence number of its ClientHello. With that of the HelloVerifyRequest
     * the client would drop the alert as a copy.
     */
    memcpy(record + 3, hello + 3, 8);

    return sizeof(datagram);
}
