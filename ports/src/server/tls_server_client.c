/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A client of a server, from its admission to its end.
 */
#include <string.h>

#include "../engine/tls_engine.h"
#include "../base/tls_log.h"
#include "tls_server_private.h"

#define TURNS                   4       /* of the engine with one datagram, at most */
#define RECEIVES                32      /* TCP: of one client, before the others have their turn */

static int is_datagram(const struct tls_server_client *client)
{
    return client->server->options.transport == TLS_SERVER_UDP;
}

int tls_server_is_live(const struct tls_server_client *client)
{
    return client->state != TLS_SERVER_STATE_ENDED;
}

static unsigned live(const struct tls_server *server, unsigned *handshakes)
{
    return tls_server_clients(server, handshakes) + *handshakes;
}

int tls_server_has_room(const struct tls_server *server)
{
    unsigned handshakes;

    (void)live(server, &handshakes);

    return handshakes < server->options.handshakes;
}

int tls_server_is_full(const struct tls_server *server)
{
    unsigned handshakes;

    return live(server, &handshakes) >= server->options.clients;
}

/* The engine's f_send and f_recv over TCP. */
static int stream_send(void *context, const unsigned char *buffer, size_t length)
{
    struct tls_server_client *client = context;

    return tls_net_send(&client->connection, buffer, length);
}

static int stream_recv(void *context, unsigned char *buffer, size_t length)
{
    struct tls_server_client *client = context;
    int ret;

    /* A client that never stops sending must not keep the engine, and the others, waiting. */
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
    int ret = is_datagram(client) ? tls_engine_setup(&client->ssl, &client->server->conf) :
              tls_engine_setup_stream(&client->ssl, &client->server->conf);

    if (ret != 0)
    {
        return ret;
    }
    tls_server_verify_with(client);
    if (is_datagram(client))
    {
        return tls_server_datagram_attach(client);
    }
    mbedtls_ssl_set_bio(&client->ssl, client, stream_send, stream_recv, RT_NULL);

    return 0;
}

static void unlink_client(struct tls_server_client *client)
{
    struct tls_server_client **link = &client->server->clients;

    while (*link != client)
    {
        link = &(*link)->next;
    }
    *link = client->next;
}

/* Give back what the engine and the network took. */
static void release(struct tls_server_client *client)
{
    mbedtls_ssl_free(&client->ssl);
    mbedtls_ssl_init(&client->ssl);
    tls_net_close_socket(client->connection.fd);
    client->connection.fd = -1;
}

static void free_client(struct tls_server_client *client)
{
    release(client);
    unlink_client(client);
    tls_zeroize(client, sizeof(*client));
    tls_free(client);
}

struct tls_server_client *tls_server_admit(struct tls_server *server, const struct tls_net_peer *peer, int fd)
{
    struct tls_server_client *client = tls_calloc(1, sizeof(*client));

    if (client == RT_NULL)
    {
        return RT_NULL;
    }
    client->next = server->clients;
    server->clients = client;
    client->server = server;
    client->peer = *peer;
    client->connection.fd = -1;
    mbedtls_ssl_init(&client->ssl);
    tls_deadline_start(&client->deadline, server->options.handshake_timeout);
    if (attach(client) != 0)
    {
        free_client(client);
        return RT_NULL;
    }
    client->connection.fd = fd;

    return client;
}

void tls_server_lose(struct tls_server_client *client, int code)
{
    if (client->state == TLS_SERVER_STATE_HANDSHAKE)
    {
        free_client(client);
        return;
    }
    if (client->state == TLS_SERVER_STATE_CONNECTED)
    {
        release(client);
        client->state = TLS_SERVER_STATE_ENDED;
        client->code = code;
    }
}

int tls_server_has_data(const struct tls_server_client *client)
{
    return mbedtls_ssl_get_bytes_avail(&client->ssl) > 0;
}

static int has_datagram(const struct tls_server_client *client)
{
#ifdef PKG_MBEDTLS_DTLS
    return is_datagram(client) && client->server->datagram_length > 0;
#else
    (void)client;
    return 0;
#endif
}

/* Read into the engine's buffer: 0 if there are bytes now, else a negative code. */
static int fetch(struct tls_server_client *client)
{
    int ret;

    do
    {
        ret = mbedtls_ssl_read(&client->ssl, RT_NULL, 0);
    }
    /* 0 without bytes is the end of the connection, or an empty record. */
    while (tls_engine_is_interim(ret) || (ret == 0 && !tls_server_has_data(client) && !client->is_at_end));

    return ret < 0 || tls_server_has_data(client) ? ret : TLS_ERR_TRUNCATED;
}

static int go_on(struct tls_server_client *client)
{
    int ret;

    if (client->state == TLS_SERVER_STATE_CONNECTED)
    {
        return fetch(client);
    }
    do
    {
        ret = is_datagram(client) ? mbedtls_ssl_handshake(&client->ssl) : tls_engine_handshake(&client->ssl);
    }
    while (tls_engine_is_interim(ret));
    client->wants_write = ret == MBEDTLS_ERR_SSL_WANT_WRITE;
    if (ret == 0 && !tls_server_is_verified(client))
    {
        (void)mbedtls_ssl_send_alert_message(&client->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                             MBEDTLS_SSL_ALERT_MSG_BAD_CERT);
        return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
    }

    /* A datagram has to fit as a whole. */
    return ret == 0 && is_datagram(client) ? tls_engine_keep_input(&client->ssl) : ret;
}

static void connected(struct tls_server_client *client)
{
    char text[TLS_SERVER_ADDRESS];

    (void)text;                         /* a log level below 2 has no use for it */
    client->state = TLS_SERVER_STATE_CONNECTED;
    tls_deadline_start(&client->deadline, client->server->options.idle_timeout);
    LOG_I("%s connected", tls_server_address(client, text));
    if (is_datagram(client))
    {
        tls_server_datagram_connected(client);
    }
}

/* The engine says what it does not like in most cases, but not in all; a second alert harms nobody. */
static void tell(struct tls_server_client *client, int code)
{
    unsigned char alert = code == MBEDTLS_ERR_SSL_ALLOC_FAILED ? MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR :
                          code == MBEDTLS_ERR_SSL_INVALID_MAC ? MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC :
                          MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE;

    if (client->state == TLS_SERVER_STATE_HANDSHAKE && code != MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE &&
        code != MBEDTLS_ERR_SSL_CONN_EOF && code != MBEDTLS_ERR_NET_CONN_RESET)
    {
        (void)mbedtls_ssl_send_alert_message(&client->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, alert);
    }
}

void tls_server_drive(struct tls_server_client *client)
{
    struct tls_memory_watch watch;
    int turns = 0;
    int was_shaking, ret;

    client->server->has_verdict = 0;
    client->receives = 0;
    tls_memory_watch_begin(&watch);
    do
    {
        was_shaking = client->state == TLS_SERVER_STATE_HANDSHAKE;
        ret = go_on(client);
        /* The engine goes on after some failed allocations, with a key that nobody shares. */
        ret = was_shaking && watch.failures > 0 ? MBEDTLS_ERR_SSL_ALLOC_FAILED :
              ret == MBEDTLS_ERR_SSL_TIMEOUT ? TLS_ERR_TIMEOUT : ret;
        if (ret == 0 && was_shaking)
        {
            connected(client);
        }
    }
    /* A timer that has run out makes the engine leave the datagram; data may follow the last message. */
    while (++turns < TURNS && ((ret == 0 && was_shaking) ||
                               (ret == MBEDTLS_ERR_SSL_WANT_READ && has_datagram(client))));
    tls_memory_watch_end(&watch);

    if (ret == 0)
    {
        tls_deadline_start(&client->deadline, client->server->options.idle_timeout);
    }
    else if (!tls_engine_is_want(ret))
    {
        tell(client, ret);
        tls_server_lose(client, tls_server_fail(client, ret, &watch));
    }
}

/* Of the engine's timer over UDP. */
static uint32_t resend_left(const struct tls_server_client *client)
{
#ifdef PKG_MBEDTLS_DTLS
    if (client->state == TLS_SERVER_STATE_HANDSHAKE && is_datagram(client))
    {
        return tls_clock_delay_left(&client->timer);
    }
#else
    (void)client;
#endif

    return UINT32_MAX;
}

void tls_server_check_time(struct tls_server_client *client)
{
    if (!tls_server_is_live(client))
    {
        return;
    }
    if (tls_deadline_left(&client->deadline) == 0)
    {
        tls_server_lose(client, tls_server_fail(client, TLS_ERR_TIMEOUT, RT_NULL));
    }
    else if (resend_left(client) == 0)
    {
        tls_server_drive(client);
    }
}

uint32_t tls_server_time_left(const struct tls_server_client *client)
{
    uint32_t left, resend;

    if (!tls_server_is_live(client))
    {
        return UINT32_MAX;
    }
    left = tls_deadline_left(&client->deadline);
    resend = resend_left(client);

    return left < resend ? left : resend;
}

/*
 * For applications.
 */

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
        ret = fetch(client);
    }
    if (ret == 0)
    {
        ret = mbedtls_ssl_read(&client->ssl, buffer, length);
        tls_engine_rest(&client->ssl);
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

/* One record. */
static int write_record(struct tls_server_client *client, const unsigned char *buffer, size_t length)
{
    struct tls_deadline deadline;
    uint32_t left;
    int ret;

    tls_deadline_start(&deadline, client->server->options.write_timeout);
    for (;;)
    {
        ret = is_datagram(client) ? tls_server_datagram_write(client, buffer, length) :
              mbedtls_ssl_write(&client->ssl, buffer, length);
        if (tls_engine_is_interim(ret))
        {
            continue;
        }
        if (!tls_engine_is_want(ret) || client->server->options.nonblocking)
        {
            return ret;
        }
        left = tls_deadline_left(&deadline);
        if (left == 0)
        {
            return TLS_ERR_TIMEOUT;
        }
        ret = tls_net_wait(is_datagram(client) ? client->server->fd : client->connection.fd, ret, left);
        if (ret != 0 && ret != TLS_ERR_TIMEOUT)
        {
            return ret;
        }
    }
}

/* What a write may fail with that leaves the session as it is. */
static int is_passing(const struct tls_server_client *client, int code)
{
    return code == TLS_ERR_TIMEOUT ||
           (is_datagram(client) && (code == TLS_ERR_TOO_LONG || code == MBEDTLS_ERR_NET_SEND_FAILED));
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

void tls_server_end(struct tls_server_client *client)
{
    if (client->state == TLS_SERVER_STATE_CONNECTED)
    {
        /* One try: a client that does not read must not hold us up. */
        (void)mbedtls_ssl_close_notify(&client->ssl);
    }
    free_client(client);
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
