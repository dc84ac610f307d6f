/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading from a server's clients and writing to them.
 */
#include "tls_server_parts.h"

#include "../engine/tls_engine.h"

int tls_server_read(struct tls_server_client *client, unsigned char *buffer, size_t length)
{
    struct tls_memory_watch watch;
    int ret = 0;

    if (client->state != TLS_SERVER_STATE_CONNECTED || buffer == RT_NULL || length == 0)
    {
        return client->state == TLS_SERVER_STATE_ENDED ? client->code : TLS_ERR_STATE;
    }
    tls_memory_watch_begin(&watch);
    if (!tls_server_has_data(client))
    {
        ret = tls_server_fetch(client);
    }
    if (ret == 0)
    {
        ret = tls_engine_read(&client->ssl, buffer, length);
        tls_engine_shrink_input(&client->ssl);
        tls_deadline_start(&client->deadline, client->server->options.idle_timeout);
    }
    tls_memory_watch_end(&watch);

    if (ret < 0 && !tls_engine_is_want(ret))
    {
        tls_server_lose(client, tls_server_fail(client, ret, &watch));
        ret = client->code;
    }

    return ret;
}

/* Over UDP a client has no socket of its own. */
static int socket_of(const struct tls_server_client *client)
{
    return client->connection.fd >= 0 ? client->connection.fd : client->server->fd;
}

static int write_record(struct tls_server_client *client, const unsigned char *buffer, size_t length)
{
    struct tls_server *server = client->server;
    struct tls_deadline deadline;
    uint32_t left;
    int ret;

    tls_deadline_start(&deadline, server->options.write_timeout);
    for (;;)
    {
        ret = server->ops->write(client, buffer, length);
        if (tls_engine_is_interim(ret))
        {
            continue;
        }
        if (!tls_engine_is_want(ret) || server->options.nonblocking)
        {
            return ret;
        }
        left = tls_deadline_left(&deadline);
        if (left == 0)
        {
            return TLS_ERR_TIMEOUT;
        }
        ret = tls_net_wait(socket_of(client), ret, left);
        if (ret != 0 && ret != TLS_ERR_TIMEOUT)
        {
            return ret;
        }
    }
}

/* Failures of a write after which the session goes on. */
static int is_passing(const struct tls_server_client *client, int code)
{
    return code == TLS_ERR_TIMEOUT ||
           (client->connection.fd < 0 && (code == TLS_ERR_TOO_LONG || code == MBEDTLS_ERR_NET_SEND_FAILED));
}

int tls_server_write(struct tls_server_client *client, const unsigned char *buffer, size_t length)
{
    struct tls_memory_watch watch;
    size_t written = 0;
    int ret = 0;

    if (client->state != TLS_SERVER_STATE_CONNECTED || (buffer == RT_NULL && length > 0))
    {
        return client->state == TLS_SERVER_STATE_ENDED ? client->code : TLS_ERR_STATE;
    }
    tls_memory_watch_begin(&watch);
    while (written < length && ret >= 0)
    {
        ret = write_record(client, buffer + written, length - written);
        written += ret > 0 ? (size_t)ret : 0;
    }
    tls_memory_watch_end(&watch);

    if (ret >= 0 || (written > 0 && (tls_engine_is_want(ret) || ret == TLS_ERR_TIMEOUT)))
    {
        return (int)written;
    }
    if (!tls_engine_is_want(ret) && !is_passing(client, ret))
    {
        tls_server_lose(client, tls_server_fail(client, ret, &watch));
        ret = client->code;
    }

    return ret;
}
