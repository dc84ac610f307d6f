/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server: open, poll, close.
 */
#include "tls_server_parts.h"

#include "tls_diagnose.h"
#include "tls_random.h"

#include "../base/tls_log.h"
#include "../diagnose/tls_debug.h"
#include "../diagnose/tls_report_fill.h"
#include "../engine/tls_engine.h"

static void fill_in(struct tls_server_options *options)
{
    options->clients = options->clients != 0 ? options->clients : PKG_MBEDTLS_SERVER_CLIENTS;
    options->handshakes = options->handshakes != 0 ? options->handshakes : PKG_MBEDTLS_SERVER_HANDSHAKES;
    if (options->handshake_timeout == 0)
    {
        options->handshake_timeout = PKG_MBEDTLS_CONNECT_TIMEOUT;
    }
    if (options->idle_timeout == 0)
    {
        options->idle_timeout = PKG_MBEDTLS_SERVER_IDLE_TIMEOUT;
    }
    if (options->write_timeout == 0)
    {
        options->write_timeout = PKG_MBEDTLS_IO_TIMEOUT;
    }
}

static unsigned needs(const struct tls_server_options *options)
{
    return (options->transport > TLS_SERVER_UDP ? TLS_NEEDS_SERVER_TRANSPORT : 0u) |
           (options->client_auth > TLS_SERVER_REQUIRED ? TLS_NEEDS_SERVER_AUTH : 0u) |
           (options->transport == TLS_SERVER_UDP ? TLS_NEEDS_DTLS : 0u) |
           (options->moved != RT_NULL ? TLS_NEEDS_DTLS | TLS_NEEDS_DTLS_CID : 0u) |
           (options->psk != RT_NULL ? TLS_NEEDS_PSK : 0u) |
           (options->certificate != RT_NULL || options->key != RT_NULL || options->client_ca != RT_NULL ||
            options->approve != RT_NULL || options->client_auth != TLS_SERVER_ANYONE ? TLS_NEEDS_CERTIFICATES : 0u);
}

int tls_server_check_options(struct tls_server *server)
{
    int ret = tls_report_check(&server->report, needs(&server->options));

    if (ret != 0)
    {
        server->report.code = ret;
        server->report.step = TLS_STEP_INIT;
        server->report.reason = TLS_REASON_UNSUPPORTED;
        tls_report_log(&server->report);
    }

    return ret;
}

/* The one place that chooses the transport. */
static const struct tls_server_ops *ops_for(const struct tls_server_options *options)
{
    return TLS_HAS(PKG_MBEDTLS_DTLS) && options->transport == TLS_SERVER_UDP ? &tls_server_datagram_ops :
           &tls_server_stream_ops;
}

static int set_up(struct tls_server *server)
{
    int ret = tls_server_check_options(server);

    ret = TLS_HAS(PKG_MBEDTLS_TLS1_3) && ret == 0 ? tls_engine_start() : ret;
    ret = ret != 0 ? ret : tls_engine_configure_server(&server->conf, server->ops->transport);
    if (ret == 0)
    {
        mbedtls_ssl_conf_rng(&server->conf, tls_random_bytes, RT_NULL);
        if (TLS_HAS(PKG_USING_MBEDTLS_DEBUG))
        {
            tls_debug_attach(&server->conf);
        }
        ret = tls_server_set_credentials(server);
    }

    return ret != 0 ? ret : server->ops->open(server);
}

int tls_server_open(struct tls_server **result, const struct tls_server_options *options)
{
    struct tls_server *server = tls_calloc(1, sizeof(*server));
    struct tls_memory_watch watch;
    int ret;

    *result = RT_NULL;
    if (server == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    server->fd = -1;
    server->ops = ops_for(options);
    server->options = *options;
    fill_in(&server->options);
    mbedtls_ssl_config_init(&server->conf);
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
    {
        tls_server_init_certificates(server);
    }

    tls_memory_watch_begin(&watch);
    ret = set_up(server);
    tls_memory_watch_end(&watch);
    if (ret != 0)
    {
        tls_server_close(server);
        ret = watch.failures > 0 ? MBEDTLS_ERR_SSL_ALLOC_FAILED : ret;
        LOG_E("the server cannot be opened: -0x%x", (unsigned)-ret);
        return ret;
    }
    LOG_I("%s server listens on port %d", server->ops->protocol, tls_server_port(server));
    *result = server;

    return 0;
}

void tls_server_close(struct tls_server *server)
{
    if (server == RT_NULL)
    {
        return;
    }
    while (server->clients != RT_NULL)
    {
        tls_server_end(server->clients);
    }
    tls_net_close_socket(server->fd);
    server->ops->close(server);
    mbedtls_ssl_config_free(&server->conf);
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
    {
        tls_server_free_certificates(server);
    }
    tls_free(server);
}

/* What there is to report of a client, enum tls_server_event; 0: nothing. */
static int event_of(struct tls_server_client *client)
{
    if (client->state <= TLS_SERVER_STATE_HANDSHAKE)
    {
        return 0;
    }
    if (!client->is_shown)
    {
        client->is_shown = 1;
        return TLS_SERVER_CONNECTED;
    }
    if (client->state == TLS_SERVER_STATE_ENDED && !client->is_over)
    {
        client->is_over = 1;
        return TLS_SERVER_ENDED;
    }

    return client->state == TLS_SERVER_STATE_CONNECTED && tls_server_has_data(client) ? TLS_SERVER_DATA : 0;
}

static int next_event(struct tls_server *server, struct tls_server_client **result)
{
    struct tls_server_client *client;
    int event;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        event = event_of(client);
        if (event != 0)
        {
            tls_server_move_to_end(client);
            *result = client;
            return event;
        }
    }

    return 0;
}

/* What is due without input from the network. Frees no client but the one in hand. */
static void check_times(struct tls_server *server)
{
    struct tls_server_client *client, *next;

    for (client = server->clients; client != RT_NULL; client = next)
    {
        next = client->next;
        /* Further records of a datagram, once the application has read those before them. */
        if (client->state == TLS_SERVER_STATE_CONNECTED && !tls_server_has_data(client) &&
            mbedtls_ssl_check_pending(&client->ssl))
        {
            tls_server_drive(client);
        }
        else
        {
            tls_server_check_time(client);
        }
    }
}

static uint32_t time_left(const struct tls_server *server, uint32_t left)
{
    const struct tls_server_client *client;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        uint32_t own = tls_server_time_left(client);

        left = own < left ? own : left;
    }

    return left;
}

int tls_server_poll(struct tls_server *server, uint32_t timeout, struct tls_server_client **client)
{
    struct tls_deadline deadline;
    uint32_t left;
    int ret;

    *client = RT_NULL;
    tls_deadline_start(&deadline, timeout);
    do
    {
        left = tls_deadline_left(&deadline);
        check_times(server);
        ret = next_event(server, client);
        if (ret != 0)
        {
            return ret;
        }
        ret = server->ops->wait(server, time_left(server, left));
        if (ret != 0 && ret != TLS_ERR_TIMEOUT)
        {
            return ret;
        }
        ret = next_event(server, client);
        if (ret != 0)
        {
            return ret;
        }
    }
    while (left > 0);

    return TLS_ERR_TIMEOUT;
}

uint16_t tls_server_port(const struct tls_server *server)
{
    return tls_net_port(server->fd);
}

const struct tls_report *tls_server_report(const struct tls_server *server)
{
    return &server->report;
}

void tls_server_set_user(struct tls_server_client *client, void *user)
{
    client->user = user;
}

void *tls_server_user(const struct tls_server_client *client)
{
    return client->user;
}

char *tls_server_address(const struct tls_server_client *client, char *text)
{
    return tls_net_peer_text(&client->peer, text);
}
