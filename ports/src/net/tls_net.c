/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sockets, without a wait that has no end: sending and receiving never wait,
 * waits are select() with a limit.
 */
#include "tls_config.h"
#include "tls_error.h"
#include "tls_net.h"
#include "tls_socket.h"

#include "mbedtls/ssl.h"

/* One select() waits no longer than this; who waits longer calls again. */
#define WAIT_MAX                60000U

static int is_would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* An interface that went down leaves no error at all. */
static int is_reset(int error)
{
    return error == 0 || error == ECONNRESET || error == EPIPE || error == ENOTCONN || error == ECONNABORTED;
}

int tls_net_set_nonblocking(int fd, int on)
{
    int flags;

    /* The one way that works on lwIP with every kernel; AT sockets know none. */
    if (ioctlsocket(fd, FIONBIO, &on) == 0)
    {
        return 0;
    }
    flags = fcntl(fd, F_GETFL, 0);
    if (flags == -1)
    {
        return -1;
    }

    return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == -1 ? -1 : 0;
}

void tls_net_close_socket(int fd)
{
    if (fd >= 0)
    {
        closesocket(fd);
    }
}

int tls_net_wait(int fd, int direction, uint32_t left)
{
    int is_write = direction == MBEDTLS_ERR_SSL_WANT_WRITE;
    struct timeval limit;
    fd_set set;
    int ready;

    if (fd < 0 || fd >= (int)FD_SETSIZE)
    {
        return MBEDTLS_ERR_NET_POLL_FAILED;
    }

    left = left < WAIT_MAX ? left : WAIT_MAX;
    limit.tv_sec = (long)(left / 1000);
    limit.tv_usec = (long)(left % 1000) * 1000;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    tls_socket_clear_error();
    ready = select(fd + 1, is_write ? RT_NULL : &set, is_write ? &set : RT_NULL, RT_NULL, &limit);
    if (ready > 0)
    {
        return 0;
    }

    return ready == 0 || tls_socket_error() == EINTR ? TLS_ERR_TIMEOUT : MBEDTLS_ERR_NET_POLL_FAILED;
}

int tls_net_send(void *context, const unsigned char *buffer, size_t length)
{
    int fd = ((mbedtls_net_context *)context)->fd;
    int sent, error;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    tls_socket_clear_error();
    sent = (int)send(fd, buffer, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    error = tls_socket_error();
    if (sent >= 0)
    {
        return sent;
    }

    return is_would_block(error) ? MBEDTLS_ERR_SSL_WANT_WRITE :
           is_reset(error) ? MBEDTLS_ERR_NET_CONN_RESET : MBEDTLS_ERR_NET_SEND_FAILED;
}

int tls_net_recv(void *context, unsigned char *buffer, size_t length)
{
    int fd = ((mbedtls_net_context *)context)->fd;
    int received, error;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    /* Asked first, since AT sockets answer MSG_DONTWAIT with 0, "the end". */
    if (tls_net_wait(fd, MBEDTLS_ERR_SSL_WANT_READ, 0) == TLS_ERR_TIMEOUT)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    tls_socket_clear_error();
    received = (int)recv(fd, buffer, length, MSG_DONTWAIT);
    error = tls_socket_error();
    if (received >= 0)
    {
        return received;
    }

    return is_would_block(error) ? MBEDTLS_ERR_SSL_WANT_READ :
           is_reset(error) ? MBEDTLS_ERR_NET_CONN_RESET : MBEDTLS_ERR_NET_RECV_FAILED;
}

uint32_t tls_net_socket_timeout(int fd, int direction)
{
    int option = direction == MBEDTLS_ERR_SSL_WANT_READ ? SO_RCVTIMEO : SO_SNDTIMEO;
#ifdef RT_USING_LWIP141
    int limit = 0;                      /* milliseconds in this version of lwIP */
    socklen_t size = sizeof(limit);

    return getsockopt(fd, SOL_SOCKET, option, &limit, &size) == 0 && limit > 0 ? (uint32_t)limit : 0;
#else
    struct timeval limit = { 0, 0 };
    socklen_t size = sizeof(limit);

    if (getsockopt(fd, SOL_SOCKET, option, &limit, &size) != 0 || limit.tv_sec < 0)
    {
        return 0;
    }

    return (uint32_t)limit.tv_sec * 1000 + (uint32_t)limit.tv_usec / 1000;
#endif
}
