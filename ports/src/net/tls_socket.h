/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * RT-Thread's socket headers, whose names differ between kernels 4.0 and 5.x,
 * and the calls that the files of net/ share. Without SAL_USING_POSIX the socket
 * functions are macros, so no function or member may have such a name.
 */
#ifndef TLS_SOCKET_H
#define TLS_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#include <rtthread.h>

#include <fcntl.h>
#include <netdb.h>
#include <sys/errno.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#if defined(RT_VERSION_MAJOR) || (defined(RT_VER_NUM) && RT_VER_NUM >= 0x40100)
#include <sys/select.h>
#else
#include <dfs_select.h>
#endif
#if defined(RT_VERSION_MAJOR) || (defined(RT_VER_NUM) && RT_VER_NUM >= 0x40004)
#include <sys/ioctl.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL            0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The longest single wait, in milliseconds. A caller that waits longer calls again. */
#define TLS_SOCKET_WAIT_MAX     60000U

/**
 * The error of the socket call that has just failed. Read it at once: the
 * kernel's own calls change errno. Some parts of RT-Thread store negative values,
 * and a network interface that goes down stores none: the result is then 0, if
 * the caller has cleared the error before the call.
 */
static inline int tls_socket_error(void)
{
    int error = errno;

    return error < 0 ? -error : error;
}

/** Clear the error before a socket call. */
static inline void tls_socket_clear_error(void)
{
    errno = 0;
}

/** The value of SO_RCVTIMEO and SO_SNDTIMEO: with lwIP 1.4.1 milliseconds. */
#ifdef RT_USING_LWIP141
typedef int tls_socket_limit;
#else
typedef struct timeval tls_socket_limit;
#endif

/** @return the milliseconds of a limit, 0: none */
static inline uint32_t tls_socket_limit_get(const tls_socket_limit *limit)
{
    /* A number and a struct have no expression in common. */
#ifdef RT_USING_LWIP141
    return *limit > 0 ? (uint32_t)*limit : 0;
#else
    int64_t milliseconds = (int64_t)limit->tv_sec * 1000 + limit->tv_usec / 1000;

    return milliseconds > 0 ? (uint32_t)milliseconds : 0;
#endif
}

/** Fill a limit with milliseconds. */
static inline void tls_socket_limit_set(tls_socket_limit *limit, uint32_t milliseconds)
{
    /* As above. */
#ifdef RT_USING_LWIP141
    *limit = (int)milliseconds;
#else
    limit->tv_sec = (long)(milliseconds / 1000);
    limit->tv_usec = (long)(milliseconds % 1000) * 1000;
#endif
}

/** FD_SET(). The C library's macro mixes the descriptor, which must be valid, with a size_t. */
static inline void tls_socket_add(int fd, fd_set *set)
{
    FD_SET((size_t)fd, set);
}

/** FD_ISSET() */
static inline int tls_socket_is_in(int fd, const fd_set *set)
{
    return FD_ISSET((size_t)fd, set) != 0;
}

/** @return non-zero if a call failed only because it would have had to wait */
int tls_socket_would_block(int error);

/**
 * Open a non-blocking socket with a descriptor that select() accepts.
 *
 * @param family  AF_INET or AF_INET6
 * @param type    SOCK_STREAM or SOCK_DGRAM
 * @return the descriptor, to be closed by the caller, or -1 with the reason in
 *         tls_socket_error()
 */
int tls_socket_open(int family, int type);

/**
 * Wait with select().
 *
 * @param last      the highest descriptor in the sets
 * @param readable  a set, or RT_NULL; keeps the descriptors that are ready
 * @param writable  likewise
 * @param left      milliseconds; waits TLS_SOCKET_WAIT_MAX at most
 * @return 0 one is ready, TLS_ERR_TIMEOUT or MBEDTLS_ERR_NET_POLL_FAILED
 */
int tls_socket_select(int last, fd_set *readable, fd_set *writable, uint32_t left);

/**
 * Send on a connected socket without waiting.
 *
 * @param context  a mbedtls_net_context
 * @param error    receives the socket error if the call fails
 * @return bytes sent, MBEDTLS_ERR_SSL_WANT_WRITE, MBEDTLS_ERR_NET_SEND_FAILED, or
 *         MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_socket_send(const void *context, const unsigned char *buffer, size_t length, int *error);

/**
 * Receive from a connected socket without waiting.
 *
 * @param context  a mbedtls_net_context
 * @param error    receives the socket error if the call fails
 * @return bytes received (0: the end, or an empty datagram),
 *         MBEDTLS_ERR_SSL_WANT_READ, MBEDTLS_ERR_NET_RECV_FAILED, or
 *         MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_socket_recv(const void *context, unsigned char *buffer, size_t length, int *error);

/**
 * Find address and port in a sockaddr_in or sockaddr_in6.
 *
 * @param address  the structure
 * @param port     receives a pointer to the 2 bytes of the port, network order
 * @param bytes    receives a pointer to the address, network order
 * @return the bytes of the address, 4 or 16
 */
size_t tls_socket_parts(const void *address, const unsigned char **port, const unsigned char **bytes);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SOCKET_H */
