/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One client of a server, from its first message to its end.
 */
#include "tls_server_parts.h"

#include "../base/tls_log.h"
#include "../engine/tls_engine.h"

#define TURNS                   4       /* calls of the engine for one datagram, at most */

/* Free what the engine and the network hold for a client. */
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
    tls_server_remove_client(client);
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
    client->server = server;
    client->peer = *peer;
    client->connection.fd = fd;
    client->progress = server->waited;
    tls_server_add_client(client);
    mbedtls_ssl_init(&client->ssl);
    tls_deadline_start(&client->deadline, server->options.handshake_timeout);

    return client;
}

int tls_server_start(struct tls_server_client *client)
{
    int ret = client->server->ops->attach(client);

    if (ret != 0)
    {
        return ret;
    }
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
    {
        tls_server_verify_with(client);
    }
    client->state = TLS_SERVER_STATE_HANDSHAKE;
    client->progress = client->server->waited;

    return 0;
}

void tls_server_lose(struct tls_server_client *client, int code)
{
    if (client->state <= TLS_SERVER_STATE_HANDSHAKE)
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

void tls_server_end(struct tls_server_client *client)
{
    if (client->state == TLS_SERVER_STATE_CONNECTED)
    {
        /* One try: a client that does not read must not block the others. */
        (void)mbedtls_ssl_close_notify(&client->ssl);
    }
    free_client(client);
}

int tls_server_has_data(const struct tls_server_client *client)
{
    return mbedtls_ssl_get_bytes_avail(&client->ssl) > 0;
}

int tls_server_fetch(struct tls_server_client *client)
{
    int ret;

    do
    {
        ret = tls_engine_read(&client->ssl, RT_NULL, 0);
    }
    /* 0 without bytes means an empty record, or the end of the connection. */
    while (tls_engine_is_interim(ret) || (ret == 0 && !tls_server_has_data(client) && !client->is_at_end));

    return ret < 0 || tls_server_has_data(client) ? ret : TLS_ERR_TRUNCATED;
}

static int shake_hands(struct tls_server_client *client)
{
    int ret;

    do
    {
        ret = client->server->ops->handshake(client);
    }
    while (tls_engine_is_interim(ret));
    if (tls_engine_state(&client->ssl) != client->step)
    {
        client->step = tls_engine_state(&client->ssl);
        client->progress = client->server->waited;
    }
    client->wants_write = ret == MBEDTLS_ERR_SSL_WANT_WRITE;
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && ret == 0 && !tls_server_is_verified(client))
    {
        (void)mbedtls_ssl_send_alert_message(&client->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                             MBEDTLS_SSL_ALERT_MSG_BAD_CERT);
        return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
    }

    return ret;
}

static void connected(struct tls_server_client *client)
{
    char text[TLS_SERVER_ADDRESS];

    (void)text;                         /* unused at log levels below info */
    client->state = TLS_SERVER_STATE_CONNECTED;
    tls_deadline_start(&client->deadline, client->server->options.idle_timeout);
    LOG_I("%s connected", tls_net_peer_text(&client->peer, text));
    client->server->ops->connected(client);
}

/* The engine sends an alert for most failures, but not for all; a second alert does no harm. */
static void send_alert(struct tls_server_client *client, int code)
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

int tls_server_yield(struct tls_server *server, enum tls_server_state state, const struct tls_net_peer *peer)
{
    struct tls_server_client *client = tls_server_find_yielding(server, state, peer);
    char text[TLS_SERVER_ADDRESS];

    if (client == RT_NULL)
    {
        return 0;
    }
    (void)text;                         /* unused at log level 0 */
    LOG_W("%s makes no progress: another client takes its place", tls_net_peer_text(&client->peer, text));
    send_alert(client, TLS_ERR_TIMEOUT);
    tls_server_lose(client, tls_server_fail(client, TLS_ERR_TIMEOUT, RT_NULL));

    return 1;
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
        ret = was_shaking ? shake_hands(client) : tls_server_fetch(client);
        /* After some failed allocations the engine goes on, with a key that the client does not have. */
        ret = was_shaking && watch.failures > 0 ? MBEDTLS_ERR_SSL_ALLOC_FAILED :
              ret == MBEDTLS_ERR_SSL_TIMEOUT ? TLS_ERR_TIMEOUT : ret;
        if (ret == 0 && was_shaking)
        {
            connected(client);
        }
    }
    /*
     * Again if data may follow the last message of the handshake, or if the
     * engine has left the datagram because its timer had run out.
     */
    while (++turns < TURNS && ((ret == 0 && was_shaking) ||
                               (ret == MBEDTLS_ERR_SSL_WANT_READ && client->server->ops->has_input(client))));
    tls_memory_watch_end(&watch);

    if (ret == 0)
    {
        tls_deadline_start(&client->deadline, client->server->options.idle_timeout);
    }
    else if (!tls_engine_is_want(ret))
    {
        send_alert(client, ret);
        tls_server_lose(client, tls_server_fail(client, ret, &watch));
    }
}

/* Only a handshake has flights to send again. */
static uint32_t resend_left(const struct tls_server_client *client)
{
    return client->state == TLS_SERVER_STATE_HANDSHAKE ? client->server->ops->resend_left(client) : UINT32_MAX;
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
