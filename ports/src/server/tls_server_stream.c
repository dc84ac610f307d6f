/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server over TCP: a socket of its own for each client.
 */
#include "tls_error.h"
#include "../base/tls_log.h"
#include "tls_server_private.h"

int tls_server_stream_open(struct tls_server *server)
{
    /* The server's own socket comes first. */
    server->watches = tls_calloc((size_t)server->options.clients + 1, sizeof(*server->watches));
    if (server->watches == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    server->fd = tls_net_listen(server->options.address, server->options.port, MBEDTLS_NET_PROTO_TCP);

    return server->fd >= 0 ? 0 : server->fd;
}

static void refuse(int fd, const struct tls_net_peer *peer)
{
    mbedtls_net_context connection = { 0 };
    unsigned char alert[15];
    char text[TLS_SERVER_ADDRESS];

    (void)peer;                         /* a log level of 0 has no use for them */
    (void)text;
    connection.fd = fd;
    LOG_W("%s refused: too many clients, or out of memory", tls_net_peer_text(peer, text));
    (void)tls_net_send(&connection, alert, tls_server_refusal(alert, RT_NULL));
    tls_net_close_socket(fd);
}

static void take(struct tls_server *server)
{
    struct tls_server_client *client = RT_NULL;
    struct tls_net_peer peer;
    int fd = tls_net_take(server->fd, &peer);

    if (fd < 0)
    {
        return;
    }
    if (!tls_server_is_full(server))
    {
        client = tls_server_admit(server, &peer, fd);
    }
    if (client == RT_NULL)
    {
        refuse(fd, &peer);
    }
}

static size_t watch_all(struct tls_server *server)
{
    struct tls_server_client *client;
    size_t count = 1;

    /* While there is no room for a handshake, connections wait where they cost nothing; one too many is refused. */
    server->watches[0].fd = tls_server_has_room(server) || tls_server_is_full(server) ? server->fd : -1;
    server->watches[0].direction = MBEDTLS_ERR_SSL_WANT_READ;
    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        if (tls_server_is_live(client))
        {
            server->watches[count].fd = client->connection.fd;
            server->watches[count].direction = client->wants_write ? MBEDTLS_ERR_SSL_WANT_WRITE :
                                               MBEDTLS_ERR_SSL_WANT_READ;
            count++;
        }
    }

    return count;
}

int tls_server_stream_wait(struct tls_server *server, uint32_t left)
{
    struct tls_server_client *client, *next;
    const struct tls_net_watch *watch = server->watches;
    int ret = tls_net_wait_any(server->watches, watch_all(server), left);

    if (ret != 0)
    {
        return ret;
    }
    for (client = server->clients; client != RT_NULL; client = next)
    {
        next = client->next;            /* driving a client may free it */
        if (tls_server_is_live(client) && (++watch)->is_ready)
        {
            tls_server_drive(client);
        }
    }
    if (server->watches[0].is_ready)
    {
        take(server);
    }

    return 0;
}
