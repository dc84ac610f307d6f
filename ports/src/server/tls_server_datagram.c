/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server over UDP: one socket for all clients, who are told apart by address
 * or connection id. In builds with PKG_MBEDTLS_DTLS.
 */
#include <string.h>

#include "../engine/tls_engine.h"
#include "tls_error.h"
#include "../base/tls_log.h"
#include "tls_random.h"
#include "../engine/tls_record.h"
#include "tls_server_private.h"

#define TYPE_CID                25      /* tls12_cid, RFC 9146 4 */
#define CID_AT                  11      /* where it stands in a record */

#ifdef PKG_MBEDTLS_DTLS_CID
#define CID_LENGTH              TLS_SERVER_CID
#else
#define CID_LENGTH              0
#endif

/* The engine checks each cookie through this; what comes to it has a good one already. */
static int is_checked(void *context, const unsigned char *cookie, size_t length, const unsigned char *id,
                      size_t id_length)
{
    (void)context;
    (void)cookie;
    (void)length;
    (void)id;
    (void)id_length;

    return 0;
}

int tls_server_datagram_open(struct tls_server *server)
{
    int ret = tls_cookie_init(&server->jar);

    if (ret != 0)
    {
        return ret;
    }
    server->datagram = tls_malloc(PKG_MBEDTLS_SERVER_DATAGRAM);
    if (server->datagram == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    mbedtls_ssl_conf_dtls_cookies(&server->conf, RT_NULL, is_checked, RT_NULL);
#ifdef PKG_MBEDTLS_DTLS_CID
    ret = mbedtls_ssl_conf_cid(&server->conf, TLS_SERVER_CID, MBEDTLS_SSL_UNEXPECTED_CID_IGNORE);
    if (ret != 0)
    {
        return ret;
    }
#endif
    server->fd = tls_net_listen(server->options.address, server->options.port, MBEDTLS_NET_PROTO_UDP);

    return server->fd >= 0 ? 0 : server->fd;
}

void tls_server_datagram_close(struct tls_server *server)
{
    tls_cookie_free(&server->jar);
    tls_free(server->datagram);
}

/*
 * Connection ids.
 */
#ifdef PKG_MBEDTLS_DTLS_CID
static struct tls_server_client *find_cid(const struct tls_server *server, const unsigned char *cid)
{
    struct tls_server_client *client;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        if (tls_server_is_live(client) && memcmp(client->cid, cid, TLS_SERVER_CID) == 0)
        {
            return client;
        }
    }

    return RT_NULL;
}

static int give_cid(struct tls_server_client *client)
{
    unsigned char cid[TLS_SERVER_CID];
    int ret;

    do
    {
        ret = tls_random_bytes(RT_NULL, cid, sizeof(cid));
    }
    while (ret == 0 && find_cid(client->server, cid) != RT_NULL);
    if (ret != 0)
    {
        return ret;
    }
    memcpy(client->cid, cid, sizeof(cid));

    return mbedtls_ssl_set_cid(&client->ssl, MBEDTLS_SSL_CID_ENABLED, cid, sizeof(cid));
}

static int has_cid(const struct tls_server_client *client)
{
    return client->has_cid;
}

static void note_cid(struct tls_server_client *client)
{
    int enabled = MBEDTLS_SSL_CID_DISABLED;

    client->has_cid = mbedtls_ssl_get_peer_cid(&client->ssl, &enabled, RT_NULL, RT_NULL) == 0 &&
                      enabled == MBEDTLS_SSL_CID_ENABLED;
}

/* The client that the record in hand names, or RT_NULL. */
static struct tls_server_client *named(const struct tls_server *server, size_t length)
{
    return server->datagram[0] == TYPE_CID && length >= CID_AT + TLS_SERVER_CID ?
           find_cid(server, server->datagram + CID_AT) : RT_NULL;
}
#else
#define give_cid(client)        ((void)(client), 0)
#define has_cid(client)         ((void)(client), 0)
#define note_cid(client)        ((void)(client))
#define named(server, length)   ((void)(server), (void)(length), (struct tls_server_client *)RT_NULL)
#endif

/*
 * The engine's f_send and f_recv.
 */
static int send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    struct tls_server_client *client = context;

    /*
     * The engine would keep one that cannot be sent, and send it before every
     * other. In a handshake it is as good as lost on its way; a write looks.
     */
    client->sent = tls_net_send_to(client->server->fd, &client->peer, buffer, length);

    return (int)length;
}

static int recv_datagram(void *context, unsigned char *buffer, size_t length)
{
    struct tls_server *server = ((struct tls_server_client *)context)->server;
    size_t size = tls_record_whole(server->datagram, server->datagram_length, CID_LENGTH);

    server->datagram_length = 0;
    if (size == 0 || size > length)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    memcpy(buffer, server->datagram, size);

    return (int)size;
}

int tls_server_datagram_write(struct tls_server_client *client, const unsigned char *buffer, size_t length)
{
    int ret;

    if ((int)length > mbedtls_ssl_get_max_out_record_payload(&client->ssl))
    {
        return TLS_ERR_TOO_LONG;
    }
    ret = mbedtls_ssl_write(&client->ssl, buffer, length);

    return ret > 0 && client->sent < 0 ? client->sent : ret;
}

int tls_server_datagram_attach(struct tls_server_client *client)
{
    mbedtls_ssl_set_bio(&client->ssl, client, send_datagram, recv_datagram, RT_NULL);
    mbedtls_ssl_set_timer_cb(&client->ssl, &client->timer, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
    mbedtls_ssl_set_mtu(&client->ssl, PKG_MBEDTLS_DTLS_MTU);

    return give_cid(client);
}

/*
 * Who has sent a datagram.
 */

/*
 * A live client at an address. One with a connection id may have left it to
 * another: it comes last.
 */
static struct tls_server_client *find_peer(const struct tls_server *server, const struct tls_net_peer *peer)
{
    struct tls_server_client *client, *found = RT_NULL;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        if (tls_server_is_live(client) && tls_net_peer_is(&client->peer, peer) &&
            (found == RT_NULL || has_cid(found)))
        {
            found = client;
        }
    }

    return found;
}

void tls_server_datagram_connected(struct tls_server_client *client)
{
    struct tls_server_client *other;

    note_cid(client);
    for (other = client->server->clients; other != RT_NULL; other = other->next)
    {
        if (other != client && other->state == TLS_SERVER_STATE_CONNECTED &&
            tls_net_peer_is(&other->peer, &client->peer))
        {
            tls_server_lose(other, MBEDTLS_ERR_SSL_CLIENT_RECONNECT);
        }
    }
}

/* Send without a client, if the network takes it: who asked will ask again. */
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

static int is_proven(struct tls_server *server, const struct tls_net_peer *peer, const struct tls_hello *hello)
{
    unsigned char id[TLS_NET_PEER_ID];

    return tls_cookie_is_good(&server->jar, id, tls_net_peer_id(peer, id), hello->parameters,
                              hello->parameters_length, hello->cookie, hello->cookie_length);
}

static void refuse(const struct tls_server *server, const struct tls_net_peer *peer)
{
    unsigned char alert[15];
    char text[TLS_SERVER_ADDRESS];

    (void)text;                         /* a log level of 0 has no use for it */
    LOG_W("%s refused: too many clients, or out of memory", tls_net_peer_text(peer, text));
    answer(server, peer, alert, tls_server_refusal(alert, server->datagram));
}

/* A client that has proven its address begins; a session that it had from there before ends. */
static void begin(struct tls_server *server, const struct tls_net_peer *peer, const struct tls_hello *hello)
{
    struct tls_server_client *client = find_peer(server, peer);

    /* With a connection id it may be somebody else's address now: it goes on until the new handshake is over. */
    if (client != RT_NULL && (!has_cid(client) || tls_server_is_full(server)))
    {
        tls_server_lose(client, MBEDTLS_ERR_SSL_CLIENT_RECONNECT);
    }
    if (tls_server_is_full(server))
    {
        refuse(server, peer);
        return;
    }
    if (!tls_server_has_room(server))
    {
        return;
    }
    client = tls_server_admit(server, peer, -1);
    if (client == RT_NULL)
    {
        refuse(server, peer);
        return;
    }
    memcpy(client->cookie, hello->cookie, TLS_COOKIE_SIZE);
    tls_server_drive(client);
}

static int is_its_own(const struct tls_server_client *client, const struct tls_hello *hello)
{
    return client != RT_NULL && hello->cookie_length == TLS_COOKIE_SIZE &&
           memcmp(client->cookie, hello->cookie, TLS_COOKIE_SIZE) == 0;
}

static void take_hello(struct tls_server *server, const struct tls_net_peer *peer, const struct tls_hello *hello)
{
    struct tls_server_client *client = find_peer(server, peer);

    if (is_its_own(client, hello))
    {
        /* Sent again for want of an answer; a late copy must not end what it has begun. */
        if (client->state == TLS_SERVER_STATE_HANDSHAKE)
        {
            tls_server_drive(client);
        }
    }
    else if (is_proven(server, peer, hello))
    {
        begin(server, peer, hello);
    }
    else
    {
        ask_for_cookie(server, peer, hello);
    }
}

/* A record of a client at another address, which has proven to be its newest (RFC 9146 6). */
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
    client = named(server, length);
    if (client == RT_NULL && server->datagram[0] != TYPE_CID)
    {
        client = find_peer(server, peer);
    }
    if (client != RT_NULL)
    {
        take_record(client, peer);
    }
}

int tls_server_datagram_wait(struct tls_server *server, uint32_t left)
{
    struct tls_net_peer peer;
    int ret = tls_net_wait(server->fd, MBEDTLS_ERR_SSL_WANT_READ, left);

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
    /* One that fills the room has perhaps been cut. */
    if (ret > 0 && ret < PKG_MBEDTLS_SERVER_DATAGRAM)
    {
        server->datagram_length = (size_t)ret;
        dispatch(server, &peer, (size_t)ret);
    }
    server->datagram_length = 0;

    return 0;
}
