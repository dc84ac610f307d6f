/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records over the socket of the network stack, below SAL. Only here is it known
 * that there are two sockets. Names of socket functions are in parentheses where a
 * kernel without POSIX names has macros of these names.
 */
#include <string.h>

#include "tls_sal_socket.h"
#include "tls_error.h"

/* The functions of the network stack, and its own number of the socket. */
static const struct sal_socket_ops *below(const struct tls_sal *sal, int *number)
{
    struct sal_socket *socket = sal->is_closed ? RT_NULL : sal_get_socket(sal->number);

    if (socket == RT_NULL || socket->netdev == RT_NULL || socket->netdev->sal_user_data == RT_NULL)
    {
        return RT_NULL;
    }
    *number = (int)(size_t)socket->user_data;

    return ((const struct sal_proto_family *)socket->netdev->sal_user_data)->skt_ops;
}

/* lwIP can show bytes and keep them. AT sockets cannot: they ignore MSG_PEEK. */
static int can_peek(const struct tls_sal *sal)
{
    const struct sal_socket *socket = sal_get_socket(sal->number);

    return ((const struct sal_proto_family *)socket->netdev->sal_user_data)->family == AF_INET;
}

uint32_t tls_sal_limit(const struct tls_sal *sal, int option)
{
    int number;
    const struct sal_socket_ops *stack = below(sal, &number);
    tls_socket_limit limit;
    socklen_t size = sizeof(limit);

    memset(&limit, 0, sizeof(limit));

    return stack != RT_NULL && (stack->getsockopt)(number, SOL_SOCKET, option, &limit, &size) == 0 ?
           tls_socket_limit_get(&limit) : 0;
}

void tls_sal_set_limit(const struct tls_sal *sal, int option, uint32_t milliseconds)
{
    int number;
    const struct sal_socket_ops *stack = below(sal, &number);
    tls_socket_limit limit;

    tls_socket_limit_set(&limit, milliseconds);
    if (stack != RT_NULL)
    {
        (void)(stack->setsockopt)(number, SOL_SOCKET, option, &limit, sizeof(limit));
    }
}

/* The code for an error of the socket; want: the code for "call again". */
static int code_of(int error, int want)
{
    if (tls_socket_would_block(error) || error == EINPROGRESS || error == EALREADY)
    {
        return want;
    }
    /* A network interface that goes down leaves no error at all. */
    if (error == 0 || error == ECONNRESET || error == EPIPE || error == ENOTCONN || error == ECONNABORTED)
    {
        return MBEDTLS_ERR_NET_CONN_RESET;
    }

    return want == MBEDTLS_ERR_SSL_WANT_READ ? MBEDTLS_ERR_NET_RECV_FAILED : MBEDTLS_ERR_NET_SEND_FAILED;
}

/* Let the next call wait for as long as the session may. */
static void allow_wait(struct tls_sal *sal, int option)
{
    int unused;
    uint32_t left = tls_client_poll(&sal->session, &unused);

    tls_sal_set_limit(sal, option, left > 0 ? left : 1);
}

static int transmit(void *context, const unsigned char *bytes, size_t length)
{
    struct tls_sal *sal = context;
    int number, sent, ret;
    const struct sal_socket_ops *stack = below(sal, &number);

    if (stack == RT_NULL)
    {
        return sal->is_closed ? (int)length : MBEDTLS_ERR_NET_CONN_RESET;
    }
    allow_wait(sal, SO_SNDTIMEO);
    tls_socket_clear_error();
    sent = (stack->sendto)(number, bytes, length, 0, RT_NULL, 0);
    if (sent > 0)
    {
        return sent;
    }
    ret = code_of(tls_socket_error(), MBEDTLS_ERR_SSL_WANT_WRITE);
    sal->does_not_wait = ret == MBEDTLS_ERR_SSL_WANT_WRITE;

    return ret;
}

/* One call of the socket below. */
static int receive_some(struct tls_sal *sal, void *bytes, size_t length, int flags)
{
    int number, received;
    const struct sal_socket_ops *stack = below(sal, &number);

    if (stack == RT_NULL)
    {
        return MBEDTLS_ERR_NET_CONN_RESET;
    }
    tls_socket_clear_error();
    received = (stack->recvfrom)(number, bytes, length, flags, RT_NULL, RT_NULL);

    return received >= 0 ? received : code_of(tls_socket_error(), MBEDTLS_ERR_SSL_WANT_READ);
}

void tls_sal_settle(struct tls_sal *sal)
{
    unsigned char byte;

    if (sal->keeps_byte)
    {
        sal->keeps_byte = 0;
        (void)receive_some(sal, &byte, 1, MSG_DONTWAIT);
    }
}

/* Receive, but leave the last of length bytes in the socket. */
static int receive_and_keep(struct tls_sal *sal, unsigned char *bytes, size_t length)
{
    int received = length > 1 ? receive_some(sal, bytes, length - 1, 0) : 0;
    int last;

    if (length > 1 && received < (int)(length - 1))
    {
        return received;
    }
    last = receive_some(sal, bytes + received, 1, MSG_PEEK | (received > 0 ? MSG_DONTWAIT : 0));
    sal->keeps_byte = last == 1;

    return last == 1 ? received + 1 : received > 0 ? received : last;
}

static int receive(void *context, unsigned char *bytes, size_t length)
{
    struct tls_sal *sal = context;
    int ret;

    tls_sal_settle(sal);
    if (below(sal, &ret) == RT_NULL)
    {
        return MBEDTLS_ERR_NET_CONN_RESET;
    }
    allow_wait(sal, SO_RCVTIMEO);
    ret = sal->is_connected && can_peek(sal) ? receive_and_keep(sal, bytes, length) :
          receive_some(sal, bytes, length, 0);
    sal->does_not_wait = ret == MBEDTLS_ERR_SSL_WANT_READ;

    return ret;
}

void tls_sal_link(struct tls_sal *sal)
{
    sal->link.transmit = transmit;
    sal->link.receive = receive;
    sal->link.context = sal;
    tls_client_attach(&sal->session, &sal->link);
}

int tls_sal_peer(const struct tls_sal *sal, char *address, char *port)
{
    int number;
    const struct sal_socket_ops *stack = below(sal, &number);
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);
    const unsigned char *where, *bytes;
    size_t length, i, used = 0;

    memset(&peer, 0, sizeof(peer));
    if (stack == RT_NULL || (stack->getpeername)(number, (struct sockaddr *)&peer, &size) != 0)
    {
        return -1;
    }
    length = tls_socket_parts(&peer, &where, &bytes);
    for (i = 0; i < length; i += length / 4 > 1 ? 2 : 1)
    {
        used += (size_t)(length == 4 ? rt_snprintf(address + used, 40 - used, "%s%u", i > 0 ? "." : "", bytes[i]) :
                         rt_snprintf(address + used, 40 - used, "%s%x", i > 0 ? ":" : "",
                                     (unsigned)(bytes[i] << 8 | bytes[i + 1])));
    }
    rt_snprintf(port, 6, "%u", (unsigned)(where[0] << 8 | where[1]));

    return 0;
}
