/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Streams over sockets. Sending and receiving never wait; waiting is select()
 * with a limit.
 */
#include <string.h>

#include "tls_config.h"
#include "tls_error.h"
#include "tls_net.h"
#include "tls_socket.h"

#include "mbedtls/ssl.h"

/* A network interface that goes down leaves no error at all. */
static int is_reset(int error)
{
    return error == 0 || error == ECONNRESET || error == EPIPE || error == ENOTCONN || error == ECONNABORTED;
}

int tls_net_send(void *context, const unsigned char *buffer, size_t length)
{
    int error = 0;
    int ret = tls_socket_send(context, buffer, length, &error);

    return ret == MBEDTLS_ERR_NET_SEND_FAILED && is_reset(error) ? MBEDTLS_ERR_NET_CONN_RESET : ret;
}

int tls_net_recv(void *context, unsigned char *buffer, size_t length)
{
    int error = 0;
    int ret = tls_socket_recv(context, buffer, length, &error);

    return ret == MBEDTLS_ERR_NET_RECV_FAILED && is_reset(error) ? MBEDTLS_ERR_NET_CONN_RESET : ret;
}

uint32_t tls_net_socket_timeout(int fd, int direction)
{
    int option = direction == MBEDTLS_ERR_SSL_WANT_READ ? SO_RCVTIMEO : SO_SNDTIMEO;
    tls_socket_limit limit;
    socklen_t size = sizeof(limit);

    memset(&limit, 0, sizeof(limit));

    return getsockopt(fd, SOL_SOCKET, option, &limit, &size) == 0 ? tls_socket_limit_get(&limit) : 0;
}
