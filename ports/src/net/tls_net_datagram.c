/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Datagrams over a connected UDP socket. In builds with DTLS.
 */
#include "tls_config.h"
#include "tls_error.h"
#include "tls_net.h"
#include "tls_socket.h"

#include "mbedtls/ssl.h"

static int is_would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static int send_once(int fd, const unsigned char *buffer, size_t length, int *error)
{
    int sent;

    tls_socket_clear_error();
    sent = (int)send(fd, buffer, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    *error = tls_socket_error();

    return sent;
}

int tls_net_send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    int fd = ((mbedtls_net_context *)context)->fd;
    int sent, error;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    sent = send_once(fd, buffer, length, &error);
    /* An ICMP message about an earlier datagram comes out here; this one did not go. */
    if (sent < 0 && error == ECONNREFUSED)
    {
        sent = send_once(fd, buffer, length, &error);
    }
    if (sent >= 0)
    {
        return sent;
    }

    return is_would_block(error) ? MBEDTLS_ERR_SSL_WANT_WRITE :
           error == EMSGSIZE ? TLS_ERR_TOO_LONG : MBEDTLS_ERR_NET_SEND_FAILED;
}

int tls_net_recv_datagram(void *context, unsigned char *buffer, size_t length)
{
    int fd = ((mbedtls_net_context *)context)->fd;
    int received, error;

    if (fd < 0)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    /* Asked first, as in tls_net_recv(). */
    if (tls_net_wait(fd, MBEDTLS_ERR_SSL_WANT_READ, 0) == TLS_ERR_TIMEOUT)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    tls_socket_clear_error();
    received = (int)recv(fd, buffer, length, MSG_DONTWAIT);
    error = tls_socket_error();
    if (received >= 0)
    {
        /* An empty datagram is no end: there is none. */
        return received > 0 ? received : MBEDTLS_ERR_SSL_WANT_READ;
    }

    return is_would_block(error) ? MBEDTLS_ERR_SSL_WANT_READ :
           error == ECONNREFUSED ? MBEDTLS_ERR_NET_CONNECT_FAILED : MBEDTLS_ERR_NET_RECV_FAILED;
}

int tls_net_reopen(int *fd)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);
    int fresh;

    if (getpeername(*fd, (struct sockaddr *)&peer, &size) != 0)
    {
        return MBEDTLS_ERR_NET_SOCKET_FAILED;
    }
    fresh = (int)socket(peer.ss_family, SOCK_DGRAM, 0);
    if (fresh < 0 || fresh >= (int)FD_SETSIZE)
    {
        tls_net_close_socket(fresh);
        return MBEDTLS_ERR_NET_SOCKET_FAILED;
    }
    (void)tls_net_set_nonblocking(fresh, 1);
    if (connect(fresh, (struct sockaddr *)&peer, size) != 0)
    {
        tls_net_close_socket(fresh);
        return MBEDTLS_ERR_NET_CONNECT_FAILED;
    }
    tls_net_close_socket(*fd);
    *fd = fresh;

    return 0;
}
