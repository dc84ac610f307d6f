/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * SAL's TLS sockets over Linux sockets, as unkind as the kernel's: a close closes
 * the connection before it tells TLS, a shutdown tells TLS that the socket closes,
 * getsockopt() does not reach TLS, and a socket that TLS refuses is lost.
 */
#define STANDIN_HOST_RECV
#include <unistd.h>

#include <rtthread.h>

#include <dfs_net.h>
#include <netdev.h>
#include <sal_low_lvl.h>
#include <sal_tls.h>

#define SOCKETS                 64
#define FIRST                   1000    /* SAL's numbers are none of the other two */

static const struct sal_proto_tls *tls;
static struct sal_socket sockets[SOCKETS];

static int stack_sendto(int s, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length)
{
    return (int)sendto(s, data, size, flags, to, length);
}

static int stack_recvfrom(int s, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *length)
{
    return (int)recvfrom(s, data, size, flags, from, length);
}

static int stack_connect(int s, const struct sockaddr *name, socklen_t length)
{
    return connect(s, name, length);
}

static int stack_socket(int domain, int type, int protocol)
{
    (void)protocol;             /* lwIP ignores it */
    return socket(domain, type, 0);
}

static int stack_getpeername(int s, struct sockaddr *name, socklen_t *length)
{
    return getpeername(s, name, length);
}

static const struct sal_socket_ops stack =
{
    stack_socket, close, stack_connect, stack_sendto, stack_recvfrom, getsockopt, setsockopt, shutdown, stack_getpeername,
};
static const struct sal_proto_family family = { AF_INET, AF_INET, &stack, RT_NULL };
static struct netdev device = { (void *)&family };

int sal_proto_tls_register(const struct sal_proto_tls *protocol)
{
    tls = protocol;
    return 0;
}

struct sal_socket *sal_get_socket(int number)
{
    struct sal_socket *found = number >= FIRST && number < FIRST + SOCKETS ? &sockets[number - FIRST] : RT_NULL;

    return found != RT_NULL && found->magic != 0 ? found : RT_NULL;
}

int sal_descriptor(int number)
{
    return (int)(size_t)sal_get_socket(number)->user_data;
}

int dfs_net_getsocket(int fd)
{
    int number;

    for (number = FIRST; number < FIRST + SOCKETS; number++)
    {
        if (sal_get_socket(number) != RT_NULL && sal_descriptor(number) == fd)
        {
            return number;
        }
    }
    return -1;
}

static rt_bool_t is_tls(const struct sal_socket *socket)
{
    return tls != RT_NULL && (socket->protocol == PROTOCOL_TLS || socket->protocol == PROTOCOL_DTLS);
}

int sal_socket(int domain, int type, int protocol)
{
    int number = FIRST, below;
    struct sal_socket *socket;

    while (sal_get_socket(number) != RT_NULL)
    {
        number++;
    }
    socket = &sockets[number - FIRST];
    *socket = (struct sal_socket){ 0x5A10, number, domain, type, protocol, &device, RT_NULL, RT_NULL };
    below = stack.socket(domain, type, protocol);
    if (is_tls(socket))
    {
        socket->user_data_tls = tls->ops->socket(number);
        if (socket->user_data_tls == RT_NULL)
        {
            socket->magic = 0;
            return -1;
        }
    }
    socket->user_data = (void *)(size_t)below;
    return number;
}

int sal_connect(int number, const struct sockaddr *name, socklen_t length)
{
    struct sal_socket *socket = sal_get_socket(number);
    int ret = stack.connect(sal_descriptor(number), name, length);

    return ret >= 0 && is_tls(socket) && tls->ops->connect(socket->user_data_tls) < 0 ? -1 : ret;
}

int sal_sendto(int number, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length)
{
    struct sal_socket *socket = sal_get_socket(number);
    int ret;

    if (is_tls(socket))
    {
        ret = tls->ops->send(socket->user_data_tls, data, size);
        return ret < 0 ? -1 : ret;
    }
    return stack.sendto(sal_descriptor(number), data, size, flags, to, length);
}

int sal_recvfrom(int number, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *length)
{
    struct sal_socket *socket = sal_get_socket(number);
    int ret;

    if (is_tls(socket))
    {
        ret = tls->ops->recv(socket->user_data_tls, data, size);
        return ret < 0 ? -1 : ret;
    }
    return stack.recvfrom(sal_descriptor(number), data, size, flags, from, length);
}

int sal_getsockopt(int number, int level, int name, void *value, socklen_t *length)
{
    return stack.getsockopt(sal_descriptor(number), level, name, value, length);
}

int sal_setsockopt(int number, int level, int name, const void *value, socklen_t length)
{
    struct sal_socket *socket = sal_get_socket(number);

    if (level != SOL_TLS)
    {
        return stack.setsockopt(sal_descriptor(number), level, name, value, length);
    }
    switch (name)
    {
    case TLS_CRET_LIST:
        return tls->ops->set_cret_list(socket->user_data_tls, value, length);
    case TLS_CIPHERSUITE_LIST:
        return tls->ops->set_ciphersurite(socket->user_data_tls, value, length);
    case TLS_PEER_VERIFY:
        return tls->ops->set_peer_verify(socket->user_data_tls, value, length);
    case TLS_DTLS_ROLE:
        return tls->ops->set_dtls_role(socket->user_data_tls, value, length);
    default:
        return -1;
    }
}

int sal_shutdown(int number, int how)
{
    struct sal_socket *socket = sal_get_socket(number);
    int ret = stack.shutdown(sal_descriptor(number), how);

    return ret == 0 && is_tls(socket) && tls->ops->closesocket(socket->user_data_tls) < 0 ? -1 : ret;
}

int sal_closesocket(int number)
{
    struct sal_socket *socket = sal_get_socket(number);
    int ret = stack.closesocket(sal_descriptor(number));

    if (ret == 0 && is_tls(socket) && tls->ops->closesocket(socket->user_data_tls) < 0)
    {
        return -1;
    }
    socket->magic = 0;
    return ret;
}
