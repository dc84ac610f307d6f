/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's network functions for applications, mbedtls/net_sockets.h.
 */
#include <string.h>

#include "tls_clock.h"
#include "tls_config.h"
#include "tls_error.h"
#include "tls_net.h"
#include "tls_socket.h"

#include "mbedtls/ssl.h"

void mbedtls_net_init(mbedtls_net_context *context)
{
    context->fd = -1;
}

int mbedtls_net_connect(mbedtls_net_context *context, const char *host, const char *port, int proto)
{
    struct tls_net_connect job;
    struct tls_deadline deadline;
    int ret = tls_net_connect_start(&job, host, port, proto);

    tls_deadline_start(&deadline, PKG_MBEDTLS_CONNECT_TIMEOUT);
    while (ret == 0)
    {
        ret = tls_net_connect_step(&job, tls_deadline_left(&deadline), &context->fd);
        if (ret != MBEDTLS_ERR_SSL_WANT_READ && ret != MBEDTLS_ERR_SSL_WANT_WRITE)
        {
            tls_net_connect_cancel(&job);
            /* Applications of the engine expect a blocking socket. */
            return ret != 0 ? ret : tls_net_set_nonblocking(context->fd, 0) == 0 ? 0 : MBEDTLS_ERR_NET_SOCKET_FAILED;
        }
        tls_net_connect_wait(&job, tls_deadline_left(&deadline));
        ret = 0;
    }

    return ret;
}

static int bind_socket(const struct addrinfo *address)
{
    int fd = (int)socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    int on = 1;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_SOCKET_FAILED;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0)
    {
        tls_net_close_socket(fd);
        return MBEDTLS_ERR_NET_BIND_FAILED;
    }
    if (address->ai_socktype == SOCK_STREAM && listen(fd, MBEDTLS_NET_LISTEN_BACKLOG) != 0)
    {
        tls_net_close_socket(fd);
        return MBEDTLS_ERR_NET_LISTEN_FAILED;
    }

    return fd;
}

int mbedtls_net_bind(mbedtls_net_context *context, const char *address, const char *port, int proto)
{
    struct addrinfo hints, *list, *each;
    int fd = MBEDTLS_ERR_NET_UNKNOWN_HOST;

    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = proto == MBEDTLS_NET_PROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    if (getaddrinfo(address, port, &hints, &list) != 0)
    {
        return MBEDTLS_ERR_NET_UNKNOWN_HOST;
    }
    for (each = list; each != RT_NULL && fd < 0; each = each->ai_next)
    {
        fd = bind_socket(each);
    }
    freeaddrinfo(list);
    if (fd < 0)
    {
        return fd;
    }
    context->fd = fd;

    return 0;
}

/* Copy the peer's address in the engine's form: 4 or 16 bytes without the port. */
static int copy_address(const struct sockaddr_storage *peer, void *buffer, size_t size, size_t *length)
{
    const unsigned char *port, *from;

    *length = tls_socket_parts(peer, &port, &from);
    if (size < *length)
    {
        return MBEDTLS_ERR_NET_BUFFER_TOO_SMALL;
    }
    memcpy(buffer, from, *length);

    return 0;
}

/* Connect the bound socket to the UDP peer, and bind a new socket in its place. */
static int accept_datagram(mbedtls_net_context *bound, mbedtls_net_context *client,
                           struct sockaddr_storage *peer, socklen_t size)
{
    struct sockaddr_storage local;
    socklen_t local_size = sizeof(local);
    int on = 1;

    if (getsockname(bound->fd, (struct sockaddr *)&local, &local_size) != 0 ||
        connect(bound->fd, (struct sockaddr *)peer, size) != 0)
    {
        return MBEDTLS_ERR_NET_ACCEPT_FAILED;
    }
    client->fd = bound->fd;

    bound->fd = (int)socket(local.ss_family, SOCK_DGRAM, 0);
    if (bound->fd < 0)
    {
        return MBEDTLS_ERR_NET_SOCKET_FAILED;
    }
    (void)setsockopt(bound->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));

    return bind(bound->fd, (struct sockaddr *)&local, local_size) == 0 ? 0 : MBEDTLS_ERR_NET_BIND_FAILED;
}

static int wait_for(int fd, int direction, uint32_t limit)
{
    struct tls_deadline deadline;
    int ret;

    tls_deadline_start(&deadline, limit);
    do
    {
        limit = tls_deadline_left(&deadline);
        ret = tls_net_wait(fd, direction, limit);
    }
    while (ret == TLS_ERR_TIMEOUT && limit > 0);

    return ret;
}

/* For the engine's blocking calls: wait up to the socket's limit, but not on a non-blocking socket. */
static int wait_if_blocking(int fd, int direction)
{
    int flags = fcntl(fd, F_GETFL, 0);
    uint32_t limit;

    if (flags != -1 && (flags & O_NONBLOCK))
    {
        return direction;
    }
    limit = tls_net_socket_timeout(fd, direction);

    return wait_for(fd, direction, limit != 0 ? limit : PKG_MBEDTLS_IO_TIMEOUT);
}

int mbedtls_net_accept(mbedtls_net_context *bound, mbedtls_net_context *client,
                       void *client_ip, size_t buffer_size, size_t *ip_len)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);
    int type = SOCK_STREAM;
    socklen_t type_size = sizeof(type);
    unsigned char byte;
    int ret;

    ret = tls_net_wait(bound->fd, MBEDTLS_ERR_SSL_WANT_READ, 0);
    if (ret == TLS_ERR_TIMEOUT)
    {
        ret = wait_if_blocking(bound->fd, MBEDTLS_ERR_SSL_WANT_READ);
    }
    if (ret != 0)
    {
        return ret;
    }

    if (getsockopt(bound->fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 && type == SOCK_DGRAM)
    {
        ret = (int)recvfrom(bound->fd, &byte, 1, MSG_PEEK, (struct sockaddr *)&peer, &size);
        ret = ret < 0 ? MBEDTLS_ERR_NET_ACCEPT_FAILED : accept_datagram(bound, client, &peer, size);
    }
    else
    {
        client->fd = (int)accept(bound->fd, (struct sockaddr *)&peer, &size);
        ret = client->fd >= 0 ? 0 :
              tls_socket_would_block(tls_socket_error()) ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_ACCEPT_FAILED;
    }

    return ret != 0 || client_ip == RT_NULL ? ret : copy_address(&peer, client_ip, buffer_size, ip_len);
}

static int poll_once(int fd, uint32_t rw, uint32_t left)
{
    fd_set readable, writable;
    int ret;

    FD_ZERO(&readable);
    FD_ZERO(&writable);
    if (rw & MBEDTLS_NET_POLL_READ)
    {
        tls_socket_add(fd, &readable);
    }
    if (rw & MBEDTLS_NET_POLL_WRITE)
    {
        tls_socket_add(fd, &writable);
    }
    ret = tls_socket_select(fd, &readable, &writable, left);
    if (ret != 0)
    {
        return ret;
    }

    return (tls_socket_is_in(fd, &readable) ? MBEDTLS_NET_POLL_READ : 0) |
           (tls_socket_is_in(fd, &writable) ? MBEDTLS_NET_POLL_WRITE : 0);
}

int mbedtls_net_poll(mbedtls_net_context *context, uint32_t rw, uint32_t timeout)
{
    struct tls_deadline deadline;
    int ret;

    if (context->fd < 0 || context->fd >= (int)FD_SETSIZE)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    if ((rw & ~(uint32_t)(MBEDTLS_NET_POLL_READ | MBEDTLS_NET_POLL_WRITE)) != 0)
    {
        return MBEDTLS_ERR_NET_BAD_INPUT_DATA;
    }

    /* (uint32_t)-1 is the engine's "for ever": the package always sets a limit. */
    tls_deadline_start(&deadline, timeout == (uint32_t)-1 ? PKG_MBEDTLS_IO_TIMEOUT : timeout);
    do
    {
        timeout = tls_deadline_left(&deadline);
        ret = poll_once(context->fd, rw, timeout);
    }
    while (ret == TLS_ERR_TIMEOUT && timeout > 0);

    return ret == TLS_ERR_TIMEOUT ? 0 : ret;
}

int mbedtls_net_set_block(mbedtls_net_context *context)
{
    return tls_net_set_nonblocking(context->fd, 0);
}

int mbedtls_net_set_nonblock(mbedtls_net_context *context)
{
    return tls_net_set_nonblocking(context->fd, 1);
}

void mbedtls_net_usleep(unsigned long microseconds)
{
    rt_thread_mdelay((rt_int32_t)((microseconds + 999) / 1000));
}

int mbedtls_net_recv(void *context, unsigned char *buffer, size_t length)
{
    int ret = tls_net_recv(context, buffer, length);

    if (ret == MBEDTLS_ERR_SSL_WANT_READ)
    {
        ret = wait_if_blocking(((mbedtls_net_context *)context)->fd, MBEDTLS_ERR_SSL_WANT_READ);
        ret = ret == 0 ? tls_net_recv(context, buffer, length) : ret;
    }

    return ret;
}

int mbedtls_net_recv_timeout(void *context, unsigned char *buffer, size_t length, uint32_t timeout)
{
    int fd = ((mbedtls_net_context *)context)->fd;
    int ret;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    ret = wait_for(fd, MBEDTLS_ERR_SSL_WANT_READ, timeout != 0 ? timeout : PKG_MBEDTLS_IO_TIMEOUT);
    if (ret == TLS_ERR_TIMEOUT)
    {
        return MBEDTLS_ERR_SSL_TIMEOUT;
    }

    return ret == 0 ? tls_net_recv(context, buffer, length) : ret;
}

int mbedtls_net_send(void *context, const unsigned char *buffer, size_t length)
{
    int ret = tls_net_send(context, buffer, length);

    if (ret == MBEDTLS_ERR_SSL_WANT_WRITE)
    {
        ret = wait_if_blocking(((mbedtls_net_context *)context)->fd, MBEDTLS_ERR_SSL_WANT_WRITE);
        ret = ret == 0 ? tls_net_send(context, buffer, length) : ret;
    }

    return ret;
}

void mbedtls_net_close(mbedtls_net_context *context)
{
    tls_net_close_socket(context->fd);
    context->fd = -1;
}

void mbedtls_net_free(mbedtls_net_context *context)
{
    /* Without shutdown(): on kernel 4.0 it closes the descriptor as well. */
    mbedtls_net_close(context);
}
