/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sockets of a server.
 */
#include <string.h>

#include "tls_error.h"
#include "tls_net.h"
#include "tls_net_server.h"
#include "tls_socket.h"

#include "mbedtls/ssl.h"

size_t tls_net_peer_id(const struct tls_net_peer *peer, unsigned char id[TLS_NET_PEER_ID])
{
    const unsigned char *port, *address;
    size_t length = tls_socket_parts(peer->words, &port, &address);

    memcpy(id, port, 2);
    memcpy(id + 2, address, length);

    return length + 2;
}

int tls_net_peer_is(const struct tls_net_peer *one, const struct tls_net_peer *other)
{
    unsigned char ids[2][TLS_NET_PEER_ID];
    size_t length = tls_net_peer_id(one, ids[0]);

    return length == tls_net_peer_id(other, ids[1]) && memcmp(ids[0], ids[1], length) == 0;
}

char *tls_net_peer_text(const struct tls_net_peer *peer, char *text)
{
    const unsigned char *port, *a;

    if (tls_socket_parts(peer->words, &port, &a) == 4)
    {
        rt_snprintf(text, 48, "%d.%d.%d.%d:%d", a[0], a[1], a[2], a[3], port[0] << 8 | port[1]);
    }
    else
    {
        rt_snprintf(text, 48, "[%x:%x:%x:%x:%x:%x:%x:%x]:%d", a[0] << 8 | a[1], a[2] << 8 | a[3], a[4] << 8 | a[5],
                    a[6] << 8 | a[7], a[8] << 8 | a[9], a[10] << 8 | a[11], a[12] << 8 | a[13], a[14] << 8 | a[15],
                    port[0] << 8 | port[1]);
    }

    return text;
}

int tls_net_listen(const char *address, uint16_t port, int proto)
{
    mbedtls_net_context bound;
    char text[8];
    int ret;

    rt_snprintf(text, sizeof(text), "%d", port);
    mbedtls_net_init(&bound);
    /* lwIP's getaddrinfo() refuses port "0", and needs an address where the port is missing. */
    ret = port != 0 ? mbedtls_net_bind(&bound, address, text, proto) :
          mbedtls_net_bind(&bound, address != RT_NULL ? address : "0.0.0.0", RT_NULL, proto);
    if (ret != 0)
    {
        return ret;
    }
    if (bound.fd >= (int)FD_SETSIZE || tls_net_set_nonblocking(bound.fd, 1) != 0)
    {
        tls_net_close_socket(bound.fd);
        return MBEDTLS_ERR_NET_SOCKET_FAILED;
    }

    return bound.fd;
}

uint16_t tls_net_port(int fd)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof(own);
    const unsigned char *port, *address;

    if (getsockname(fd, (struct sockaddr *)&own, &size) != 0)
    {
        return 0;
    }
    (void)tls_socket_parts(&own, &port, &address);

    return (uint16_t)(port[0] << 8 | port[1]);
}

static int keep(struct tls_net_peer *peer, const struct sockaddr_storage *from, socklen_t size)
{
    if (size > sizeof(peer->words))
    {
        return -1;
    }
    memset(peer, 0, sizeof(*peer));
    memcpy(peer->words, from, size);
    peer->length = (unsigned char)size;

    return 0;
}

int tls_net_take(int fd, struct tls_net_peer *peer)
{
    struct sockaddr_storage from;
    socklen_t size = sizeof(from);
    int taken = (int)accept(fd, (struct sockaddr *)&from, &size);

    if (taken < 0)
    {
        return -1;
    }
    if (taken >= (int)FD_SETSIZE || keep(peer, &from, size) != 0 || tls_net_set_nonblocking(taken, 1) != 0)
    {
        tls_net_close_socket(taken);
        return -1;
    }

    return taken;
}

int tls_net_recv_from(int fd, struct tls_net_peer *peer, unsigned char *buffer, size_t length)
{
    struct sockaddr_storage from;
    socklen_t size = sizeof(from);
    int received, error;

    tls_socket_clear_error();
    received = (int)recvfrom(fd, buffer, length, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
    error = tls_socket_error();
    if (received >= 0)
    {
        return keep(peer, &from, size) == 0 ? received : MBEDTLS_ERR_SSL_WANT_READ;
    }

    /* ECONNREFUSED and the like concern one client that is gone; its time limit ends it. */
    return error == EBADF || error == ENOTSOCK ? MBEDTLS_ERR_NET_RECV_FAILED : MBEDTLS_ERR_SSL_WANT_READ;
}

int tls_net_send_to(int fd, const struct tls_net_peer *peer, const unsigned char *buffer, size_t length)
{
    int sent, error;

    tls_socket_clear_error();
    sent = (int)sendto(fd, buffer, length, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)peer->words,
                       (socklen_t)peer->length);
    error = tls_socket_error();
    if (sent >= 0)
    {
        return sent;
    }

    return tls_socket_would_block(error) ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_NET_SEND_FAILED;
}

int tls_net_wait_any(struct tls_net_watch *watches, size_t count, uint32_t left)
{
    fd_set readable, writable;
    int last = -1;
    int ret;
    size_t i;

    FD_ZERO(&readable);
    FD_ZERO(&writable);
    for (i = 0; i < count; i++)
    {
        watches[i].is_ready = 0;
        if (watches[i].fd >= 0)
        {
            tls_socket_add(watches[i].fd, watches[i].direction == MBEDTLS_ERR_SSL_WANT_WRITE ? &writable : &readable);
            last = watches[i].fd > last ? watches[i].fd : last;
        }
    }
    ret = tls_socket_select(last, &readable, &writable, left);
    for (i = 0; i < count && ret == 0; i++)
    {
        watches[i].is_ready = watches[i].fd >= 0 &&
            tls_socket_is_in(watches[i].fd, watches[i].direction == MBEDTLS_ERR_SSL_WANT_WRITE ? &writable : &readable);
    }

    return ret;
}
