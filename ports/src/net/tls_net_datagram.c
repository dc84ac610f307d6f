/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Datagrams over a connected UDP socket. In builds with DTLS.
 */
#include "tls_error.h"
#include "tls_net.h"
#include "tls_socket.h"

#include "mbedtls/ssl.h"

int tls_net_send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    int error = 0;
    int ret = tls_socket_send(context, buffer, length, &error);

    /* The stack reports an ICMP message about an earlier datagram, and has not sent this one. */
    if (ret == MBEDTLS_ERR_NET_SEND_FAILED && error == ECONNREFUSED)
    {
        ret = tls_socket_send(context, buffer, length, &error);
    }

    return ret == MBEDTLS_ERR_NET_SEND_FAILED && error == EMSGSIZE ? TLS_ERR_TOO_LONG : ret;
}

int tls_net_recv_datagram(void *context, unsigned char *buffer, size_t length)
{
    int error = 0;
    int ret = tls_socket_recv(context, buffer, length, &error);

    /* An empty datagram does not end anything: UDP has no end. */
    if (ret == 0)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }

    return ret == MBEDTLS_ERR_NET_RECV_FAILED && error == ECONNREFUSED ? MBEDTLS_ERR_NET_CONNECT_FAILED : ret;
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
    fresh = tls_socket_open(peer.ss_family, SOCK_DGRAM);
    if (fresh < 0)
    {
        return MBEDTLS_ERR_NET_SOCKET_FAILED;
    }
    if (connect(fresh, (struct sockaddr *)&peer, size) != 0)
    {
        tls_net_close_socket(fresh);
        return MBEDTLS_ERR_NET_CONNECT_FAILED;
    }
    tls_net_close_socket(*fd);
    *fd = fresh;

    return 0;
}
