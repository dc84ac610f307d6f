/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server over TCP: each client has a socket of its own.
 */
#include "tls_server_parts.h"

#include "../base/tls_log.h"
#include "../engine/tls_engine.h"

#define PAUSE                   100     /* ms until the next accept() after one that failed */
#define AGAIN                   50      /* ms until a client that waits for room tries again */
#define RECEIVES                32      /* calls of tls_net_recv() for a client before the next one's turn */

static int open_stream(struct tls_server *server)
{
    /* The first is the server's own. */
    server->watches = tls_calloc((size_t)server->options.clients + 1, sizeof(*server->watches));
    if (server->watches == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    server->fd = tls_net_listen(server->options.address, server->options.port, MBEDTLS_NET_PROTO_TCP);

    return server->fd >= 0 ? 0 : server->fd;
}

static void close_stream(struct tls_server *server)
{
    tls_free(server->watches);
}

/*
 * A client's engine.
 */

/* The engine's f_send. */
static int send_bytes(void *context, const unsigned char *buffer, size_t length)
{
    struct tls_server_client *client = context;

    return tls_net_send(&client->connection, buffer, length);
}

/* The engine's f_recv. */
static int recv_bytes(void *context, unsigned char *buffer, size_t length)
{
    struct tls_server_client *client = context;
    int ret;

    /* A client that never stops sending must not keep the engine from the others. */
    if (client->receives == RECEIVES)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    client->receives++;
    ret = tls_net_recv(&client->connection, buffer, length);
    client->is_at_end = ret == 0;

    return tls_engine_received(&client->ssl, ret);
}

static int attach(struct tls_server_client *client)
{
    mbedtls_ssl_set_bio(&client->ssl, client, send_bytes, recv_bytes, RT_NULL);

    return tls_engine_setup_stream(&client->ssl, &client->server->conf);
}

static int handshake(struct tls_server_client *client)
{
    return tls_engine_handshake_server(&client->ssl, client->server->longest);
}

static void connected(struct tls_server_client *client)
{
    (void)client;
}

static int has_input(const struct tls_server_client *client)
{
    (void)client;

    return 0;
}

static uint32_t resend_left(const struct tls_server_client *client)
{
    (void)client;

    return UINT32_MAX;
}

static int write_stream(struct tls_server_client *client, const unsigned char *buffer, size_t length)
{
    return mbedtls_ssl_write(&client->ssl, buffer, length);
}

/*
 * The network.
 */

/* Does not close the socket. */
static void refuse(int fd, const struct tls_net_peer *peer)
{
    mbedtls_net_context connection = { 0 };
    unsigned char alert[15];
    char text[TLS_SERVER_ADDRESS];

    (void)peer;                         /* both unused at log level 0 */
    (void)text;
    connection.fd = fd;
    LOG_W("%s refused: too many clients, or out of memory", tls_net_peer_text(peer, text));
    (void)tls_net_send(&connection, alert, tls_server_refusal(alert, RT_NULL));
}

static void accept_client(struct tls_server *server)
{
    struct tls_server_client *client = RT_NULL;
    struct tls_net_peer peer;
    int fd = tls_net_take(server->fd, &peer);

    if (fd < 0)
    {
        /* E.g. no descriptor is free: the connection stays, and select() reports it at once. */
        tls_deadline_start(&server->pause, PAUSE);
        return;
    }
    if (!tls_server_is_full(server) || tls_server_yield(server, TLS_SERVER_STATE_WAITING, &peer) ||
        tls_server_yield(server, TLS_SERVER_STATE_HANDSHAKE, &peer))
    {
        client = tls_server_admit(server, &peer, fd);
    }
    if (client == RT_NULL)
    {
        refuse(fd, &peer);
        tls_net_close_socket(fd);
    }
}

static void start(struct tls_server_client *client)
{
    if (tls_server_start(client) == 0)
    {
        tls_server_drive(client);
        return;
    }
    refuse(client->connection.fd, &client->peer);
    tls_server_end(client);
}

/* Start clients whose first bytes have come, as far as there is room for handshakes. Returns how many still wait. */
static unsigned start_waiting(struct tls_server *server)
{
    struct tls_server_client *client = server->clients;
    unsigned count = 0;

    while (client != RT_NULL)
    {
        if (!client->is_ready)
        {
            client = client->next;
        }
        else if (tls_server_has_room(server) || tls_server_yield(server, TLS_SERVER_STATE_HANDSHAKE, &client->peer))
        {
            client->is_ready = 0;
            start(client);
            client = server->clients;   /* clients have been freed */
            count = 0;
        }
        else
        {
            client = client->next;
            count++;
        }
    }

    return count;
}

/* Fill server->watches; returns how many. */
static size_t watch_all(struct tls_server *server)
{
    struct tls_server_client *client;
    size_t count = 1;

    server->watches[0].fd = tls_deadline_left(&server->pause) == 0 ? server->fd : -1;
    server->watches[0].direction = MBEDTLS_ERR_SSL_WANT_READ;
    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        if (tls_server_is_live(client))
        {
            server->watches[count].fd = client->is_ready ? -1 : client->connection.fd;
            server->watches[count].direction = client->wants_write ? MBEDTLS_ERR_SSL_WANT_WRITE :
                                               MBEDTLS_ERR_SSL_WANT_READ;
            count++;
        }
    }

    return count;
}

static int wait_for_clients(struct tls_server *server, uint32_t left)
{
    struct tls_server_client *client, *next;
    const struct tls_net_watch *watch = server->watches;
    uint32_t pause = tls_deadline_left(&server->pause);
    uint64_t start;
    int ret;

    left = start_waiting(server) > 0 && left > AGAIN ? AGAIN : left;
    left = pause > 0 && left > pause ? pause : left;
    start = tls_clock_milliseconds();
    ret = tls_net_wait_any(server->watches, watch_all(server), left);
    server->waited += tls_clock_milliseconds() - start;
    if (ret != 0)
    {
        return ret;
    }
    for (client = server->clients; client != RT_NULL; client = next)
    {
        next = client->next;            /* tls_server_drive() may free the client */
        if (!tls_server_is_live(client) || !(++watch)->is_ready)
        {
            continue;
        }
        if (client->state == TLS_SERVER_STATE_WAITING)
        {
            client->is_ready = 1;
        }
        else
        {
            tls_server_drive(client);
        }
    }
    (void)start_waiting(server);
    if (server->watches[0].is_ready)
    {
        accept_client(server);
    }

    return 0;
}

const struct tls_server_ops tls_server_stream_ops =
{
    "TLS", MBEDTLS_SSL_TRANSPORT_STREAM,
    open_stream, wait_for_clients, close_stream,
    attach, handshake, connected, has_input, resend_left, write_stream,
};
