/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Socket calls that TCP and UDP, client and server share.
 */
#include "tls_error.h"
#include "tls_net.h"
#include "tls_socket.h"

#include "mbedtls/ssl.h"

int tls_socket_would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

int tls_net_set_nonblocking(int fd, int on)
{
    int flags;

    /* Works on lwIP with every kernel. AT sockets know neither call. */
    if (ioctlsocket(fd, (long)FIONBIO, &on) == 0)
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

int tls_socket_open(int family, int type)
{
    int fd;

    tls_socket_clear_error();
    fd = (int)socket(family, type, 0);
    if (fd >= (int)FD_SETSIZE)
    {
        tls_net_close_socket(fd);
        errno = EMFILE;
        return -1;
    }
    if (fd >= 0)
    {
        (void)tls_net_set_nonblocking(fd, 1);
    }

    return fd;
}

int tls_socket_select(int last, fd_set *readable, fd_set *writable, uint32_t left)
{
    struct timeval limit;
    int ready;

    left = left < TLS_SOCKET_WAIT_MAX ? left : TLS_SOCKET_WAIT_MAX;
    limit.tv_sec = (long)(left / 1000);
    limit.tv_usec = (long)(left % 1000) * 1000;
    tls_socket_clear_error();
    ready = select(last + 1, readable, writable, RT_NULL, &limit);
    if (ready > 0)
    {
        return 0;
    }

    return ready == 0 || tls_socket_error() == EINTR ? TLS_ERR_TIMEOUT : MBEDTLS_ERR_NET_POLL_FAILED;
}

int tls_net_wait(int fd, int direction, uint32_t left)
{
    int is_write = direction == MBEDTLS_ERR_SSL_WANT_WRITE;
    fd_set set;

    if (fd < 0 || fd >= (int)FD_SETSIZE)
    {
        return MBEDTLS_ERR_NET_POLL_FAILED;
    }
    FD_ZERO(&set);
    tls_socket_add(fd, &set);

    return tls_socket_select(fd, is_write ? RT_NULL : &set, is_write ? &set : RT_NULL, left);
}

int tls_socket_send(const void *context, const unsigned char *buffer, size_t length, int *error)
{
    int fd = ((const mbedtls_net_context *)context)->fd;
    int sent;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    tls_socket_clear_error();
    sent = (int)send(fd, buffer, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    *error = tls_socket_error();
    if (sent >= 0)
    {
        return sent;
    }

    return tls_socket_would_block(*error) ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_NET_SEND_FAILED;
}

int tls_socket_recv(const void *context, unsigned char *buffer, size_t length, int *error)
{
    int fd = ((const mbedtls_net_context *)context)->fd;
    int received;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    /* AT sockets answer MSG_DONTWAIT with 0, "the end": ask select() first. */
    if (tls_net_wait(fd, MBEDTLS_ERR_SSL_WANT_READ, 0) == TLS_ERR_TIMEOUT)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    tls_socket_clear_error();
    received = (int)recv(fd, buffer, length, MSG_DONTWAIT);
    *error = tls_socket_error();
    if (received >= 0)
    {
        return received;
    }

    return tls_socket_would_block(*error) ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_RECV_FAILED;
}

/* Where a socket address keeps its parts. The first form serves any other family. */
static const struct
{
    int family;
    unsigned char port;
    unsigned char bytes;
    unsigned char length;
}
forms[] =
{
    { AF_INET, offsetof(struct sockaddr_in, sin_port), offsetof(struct sockaddr_in, sin_addr), 4 },
    /* Kernels without IPv6 do not declare sockaddr_in6. */
#if defined(NETDEV_IPV6) && NETDEV_IPV6
    { AF_INET6, offsetof(struct sockaddr_in6, sin6_port), offsetof(struct sockaddr_in6, sin6_addr), 16 },
#endif
};

size_t tls_socket_parts(const void *address, const unsigned char **port, const unsigned char **bytes)
{
    size_t i = sizeof(forms) / sizeof(forms[0]) - 1;

    while (i > 0 && forms[i].family != ((const struct sockaddr_in *)address)->sin_family)
    {
        i--;
    }
    *port = (const unsigned char *)address + forms[i].port;
    *bytes = (const unsigned char *)address + forms[i].bytes;

    return forms[i].length;
}
