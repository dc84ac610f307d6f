/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server over UDP: all clients share one socket; a datagram belongs to the
 * client with its connection ID or its source address. In builds with
 * PKG_MBEDTLS_DTLS.
 */
#include <string.h>

#include "tls_hello.h"
#include "tls_server_parts.h"

#include "../base/tls_log.h"
#include "../engine/tls_engine.h"
#include "../engine/tls_record.h"

#define TYPE_CID                25      /* content type tls12_cid, RFC 9146 4 */
#define CID_AT                  11      /* where the connection ID stands in a record */

/* The engine's f_cookie_check. take_hello() has checked the cookie of every ClientHello that the engine sees. */
static int accept_cookie(void *context, const unsigned char *cookie, size_t length, const unsigned char *id,
                         size_t id_length)
{
    (void)context;
    (void)cookie;
    (void)length;
    (void)id;
    (void)id_length;

    return 0;
}

static int open_datagram(struct tls_server *server)
{
    int ret = tls_cookie_init(&server->jar);

    if (TLS_HAS(PKG_MBEDTLS_DTLS_CID) && ret == 0)
    {
        ret = tls_server_configure_cid(server);
    }
    if (ret != 0)
    {
        return ret;
    }
    server->datagram = tls_malloc(PKG_MBEDTLS_SERVER_DATAGRAM);
    if (server->datagram == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    mbedtls_ssl_conf_dtls_cookies(&server->conf, RT_NULL, accept_cookie, RT_NULL);
    server->fd = tls_net_listen(server->options.address, server->options.port, MBEDTLS_NET_PROTO_UDP);

    return server->fd >= 0 ? 0 : server->fd;
}

static void close_datagram(struct tls_server *server)
{
    tls_cookie_free(&server->jar);
    tls_free(server->datagram);
}

/*
 * A client's engine.
 */

/* The engine's f_send. */
static int send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    struct tls_server_client *client = context;

    /*
     * The engine would keep a datagram that cannot be sent, and send it before
     * any other. In a handshake it counts as lost on its way; write_datagram()
     * looks at the result.
     */
    client->sent = tls_net_send_to(client->server->fd, &client->peer, buffer, length);

    return (int)length;
}

/* The engine's f_recv. */
static int recv_datagram(void *context, unsigned char *buffer, size_t length)
{
    struct tls_server *server = ((struct tls_server_client *)context)->server;
    size_t size = tls_record_whole(server->datagram, server->datagram_length,
                                   TLS_HAS(PKG_MBEDTLS_DTLS_CID) ? TLS_SERVER_CID : 0);

    server->datagram_length = 0;
    if (size == 0 || size > length)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    memcpy(buffer, server->datagram, size);

    return (int)size;
}

static int attach(struct tls_server_client *client)
{
    int ret = tls_engine_setup(&client->ssl, &client->server->conf);

    if (ret != 0)
    {
        return ret;
    }
    mbedtls_ssl_set_bio(&client->ssl, client, send_datagram, recv_datagram, RT_NULL);
    mbedtls_ssl_set_timer_cb(&client->ssl, &client->timer, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
    mbedtls_ssl_set_mtu(&client->ssl, PKG_MBEDTLS_DTLS_MTU);

    return TLS_HAS(PKG_MBEDTLS_DTLS_CID) ? tls_server_assign_cid(client) : 0;
}

static int handshake(struct tls_server_client *client)
{
    int ret = mbedtls_ssl_handshake(&client->ssl);

    /* The input buffer has to hold a whole datagram. */
    return ret == 0 ? tls_engine_restore_input(&client->ssl) : ret;
}

static int has_input(const struct tls_server_client *client)
{
    return client->server->datagram_length > 0;
}

static uint32_t resend_left(const struct tls_server_client *client)
{
    return tls_clock_delay_left(&client->timer);
}

static int write_datagram(struct tls_server_client *client, const unsigned char *buffer, size_t length)
{
    int ret;

    if ((int)length > mbedtls_ssl_get_max_out_record_payload(&client->ssl))
    {
        return TLS_ERR_TOO_LONG;
    }
    ret = mbedtls_ssl_write(&client->ssl, buffer, length);

    return ret > 0 && client->sent < 0 ? client->sent : ret;
}

/*
 * Which client a datagram comes from.
 */

/* The client whose connection ID the record in hand bears, or RT_NULL. */
static struct tls_server_client *find_named(const struct tls_server *server, size_t length)
{
    if (TLS_HAS(PKG_MBEDTLS_DTLS_CID) && server->datagram[0] == TYPE_CID && length >= CID_AT + TLS_SERVER_CID)
    {
        return tls_server_find_cid(server, server->datagram + CID_AT);
    }

    return RT_NULL;
}

/*
 * The live client at an address, or RT_NULL. A client with a connection ID may
 * have left the address, and another one may have it now: that one is preferred.
 */
static struct tls_server_client *find_at(const struct tls_server *server, const struct tls_net_peer *peer)
{
    struct tls_server_client *client, *found = RT_NULL;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        if (tls_server_is_live(client) && tls_net_peer_is(&client->peer, peer) &&
            (found == RT_NULL || found->has_cid))
        {
            found = client;
        }
    }

    return found;
}

/* A new session ends the one that the same address had before (RFC 6347 4.2.8). */
static void connected(struct tls_server_client *client)
{
    struct tls_server_client *other;

    if (TLS_HAS(PKG_MBEDTLS_DTLS_CID))
    {
        tls_server_note_cid(client);
    }
    for (other = client->server->clients; other != RT_NULL; other = other->next)
    {
        if (other != client && other->state == TLS_SERVER_STATE_CONNECTED &&
            tls_net_peer_is(&other->peer, &client->peer))
        {
            tls_server_lose(other, MBEDTLS_ERR_SSL_CLIENT_RECONNECT);
        }
    }
}

/* Answer without a session. If the network does not take it now, the client will ask again. */
static void answer(const struct tls_server *server, const struct tls_net_peer *peer, const unsigned char *datagram,
                   size_t length)
{
    (void)tls_net_send_to(server->fd, peer, datagram, length);
}

static void ask_for_cookie(struct tls_server *server, const struct tls_net_peer *peer, const struct tls_hello *hello)
{
    unsigned char request[TLS_HELLO_VERIFY + TLS_COOKIE_SIZE];
    unsigned char id[TLS_NET_PEER_ID];
    unsigned char cookie[TLS_COOKIE_SIZE];

    if (tls_cookie_make(&server->jar, id, tls_net_peer_id(peer, id), hello->parameters, hello->parameters_length,
                        cookie) == 0)
    {
        answer(server, peer, request, tls_hello_verify_request(server->datagram, cookie, sizeof(cookie), request));
    }
}

/* Non-zero if a cookie of ours has reached the client at its address, and came back. */
static int is_reachable(struct tls_server *server, const struct tls_net_peer *peer, const struct tls_hello *hello)
{
    unsigned char id[TLS_NET_PEER_ID];

    return tls_cookie_is_good(&server->jar, id, tls_net_peer_id(peer, id), hello->parameters,
                              hello->parameters_length, hello->cookie, hello->cookie_length);
}

static void refuse(const struct tls_server *server, const struct tls_net_peer *peer)
{
    unsigned char alert[15];
    char text[TLS_SERVER_ADDRESS];

    (void)text;                         /* unused at log level 0 */
    LOG_W("%s refused: too many clients, or out of memory", tls_net_peer_text(peer, text));
    answer(server, peer, alert, tls_server_refusal(alert, server->datagram));
}

/* Begin a session with a client whose address is verified. */
static void begin(struct tls_server *server, const struct tls_net_peer *peer, const struct tls_hello *hello)
{
    struct tls_server_client *client = find_at(server, peer);

    /*
     * The session that the address had before ends. One with a connection ID may
     * belong to a client that has moved: it goes on until the new handshake is over.
     */
    if (client != RT_NULL && (!client->has_cid || tls_server_is_full(server)))
    {
        tls_server_lose(client, MBEDTLS_ERR_SSL_CLIENT_RECONNECT);
    }
    if ((!tls_server_has_room(server) || tls_server_is_full(server)) &&
        !tls_server_yield(server, TLS_SERVER_STATE_HANDSHAKE, peer) && !tls_server_has_room(server))
    {
        return;                         /* the client will repeat its ClientHello */
    }
    client = tls_server_is_full(server) ? RT_NULL : tls_server_admit(server, peer, -1);
    if (client == RT_NULL)
    {
        refuse(server, peer);
        return;
    }
    if (tls_server_start(client) != 0)
    {
        tls_server_end(client);
        refuse(server, peer);
        return;
    }
    memcpy(client->cookie, hello->cookie, TLS_COOKIE_SIZE);
    tls_server_drive(client);
}

/* Non-zero if a ClientHello is the one that began a client's session, sent again. */
static int is_repeated(const struct tls_server_client *client, const struct tls_hello *hello)
{
    return client != RT_NULL && hello->cookie_length == TLS_COOKIE_SIZE &&
           memcmp(client->cookie, hello->cookie, TLS_COOKIE_SIZE) == 0;
}

static void take_hello(struct tls_server *server, const struct tls_net_peer *peer, const struct tls_hello *hello)
{
    struct tls_server_client *client = find_at(server, peer);

    if (is_repeated(client, hello))
    {
        /* The client got no answer. A copy that comes late must not end the session. */
        if (client->state == TLS_SERVER_STATE_HANDSHAKE)
        {
            tls_server_drive(client);
        }
    }
    else if (is_reachable(server, peer, hello))
    {
        begin(server, peer, hello);
    }
    else
    {
        ask_for_cookie(server, peer, hello);
    }
}

/* The client's newest record came from another address (RFC 9146 6). */
static void move(struct tls_server_client *client, const struct tls_net_peer *peer)
{
    const struct tls_server_options *options = &client->server->options;
    char text[TLS_SERVER_ADDRESS];

    tls_net_peer_text(peer, text);
    if (options->moved == RT_NULL || options->moved(options->context, client, text) == 0)
    {
        LOG_D("a client moves to %s", text);
        client->peer = *peer;
    }
}

static void take_record(struct tls_server_client *client, const struct tls_net_peer *peer)
{
    struct tls_server *server = client->server;
    uint64_t newest = tls_engine_newest_record(&client->ssl);
    int may_move = client->state == TLS_SERVER_STATE_CONNECTED && !tls_net_peer_is(&client->peer, peer);

    tls_server_drive(client);
    if (may_move && tls_server_is_live(client) && tls_engine_newest_record(&client->ssl) > newest)
    {
        move(client, peer);
    }
    server->datagram_length = 0;
}

static void dispatch(struct tls_server *server, const struct tls_net_peer *peer, size_t length)
{
    struct tls_server_client *client;
    struct tls_hello hello;

    if (tls_hello_parse(&hello, server->datagram, length))
    {
        take_hello(server, peer, &hello);
        return;
    }
    client = find_named(server, length);
    if (client == RT_NULL && server->datagram[0] != TYPE_CID)
    {
        client = find_at(server, peer);
    }
    if (client != RT_NULL)
    {
        take_record(client, peer);
    }
}

static int wait_for_datagram(struct tls_server *server, uint32_t left)
{
    struct tls_net_peer peer;
    uint64_t start = tls_clock_milliseconds();
    int ret = tls_net_wait(server->fd, MBEDTLS_ERR_SSL_WANT_READ, left);

    server->waited += tls_clock_milliseconds() - start;
    if (ret != 0)
    {
        return ret;
    }
    ret = tls_net_recv_from(server->fd, &peer, server->datagram, PKG_MBEDTLS_SERVER_DATAGRAM);
    if (ret == MBEDTLS_ERR_SSL_WANT_READ)
    {
        return 0;
    }
    if (ret < 0)
    {
        return MBEDTLS_ERR_NET_POLL_FAILED;
    }
    /* A datagram that fills the buffer may have been cut: drop it. */
    if (ret > 0 && ret < PKG_MBEDTLS_SERVER_DATAGRAM)
    {
        server->datagram_length = (size_t)ret;
        dispatch(server, &peer, (size_t)ret);
    }
    server->datagram_length = 0;

    return 0;
}

const struct tls_server_ops tls_server_datagram_ops =
{
    "DTLS", MBEDTLS_SSL_TRANSPORT_DATAGRAM,
    open_datagram, wait_for_datagram, close_datagram,
    attach, handshake, connected, has_input, resend_left, write_datagram,
};
