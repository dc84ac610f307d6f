/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * SAL as an implementation of TLS sees it, and its calls. A socket has three
 * numbers: the application's descriptor, SAL's, and the network stack's.
 */
#ifndef STANDIN_SAL_LOW_LVL_H
#define STANDIN_SAL_LOW_LVL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct netdev;

struct sal_socket
{
    uint32_t magic;
    int socket;
    int domain;
    int type;
    int protocol;
    struct netdev *netdev;
    void *user_data;            /* the network stack's number */
    void *user_data_tls;
};

struct sal_socket_ops
{
    int (*socket)(int domain, int type, int protocol);
    int (*closesocket)(int s);
    int (*connect)(int s, const struct sockaddr *name, socklen_t length);
    int (*sendto)(int s, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length);
    int (*recvfrom)(int s, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *length);
    int (*getsockopt)(int s, int level, int name, void *value, socklen_t *length);
    int (*setsockopt)(int s, int level, int name, const void *value, socklen_t length);
    int (*shutdown)(int s, int how);
    int (*getpeername)(int s, struct sockaddr *name, socklen_t *length);
};

struct sal_proto_family
{
    int family;
    int sec_family;
    const struct sal_socket_ops *skt_ops;
    const void *netdb_ops;
};

struct sal_socket *sal_get_socket(int number);

int sal_socket(int domain, int type, int protocol);
int sal_connect(int number, const struct sockaddr *name, socklen_t length);
int sal_sendto(int number, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length);
int sal_recvfrom(int number, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *length);
int sal_getsockopt(int number, int level, int name, void *value, socklen_t *length);
int sal_setsockopt(int number, int level, int name, const void *value, socklen_t length);
int sal_shutdown(int number, int how);
int sal_closesocket(int number);

/** @return the descriptor of a SAL socket, for select() */
int sal_descriptor(int number);

#endif /* STANDIN_SAL_LOW_LVL_H */
