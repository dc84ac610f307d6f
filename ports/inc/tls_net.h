/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Network: sockets of RT-Thread (SAL, POSIX names) under the engine's interface,
 * IPv4 and IPv6, with a limit on every wait.
 *
 * The engine's header mbedtls/net_sockets.h, which this one includes, declares
 * mbedtls_net_context and the functions mbedtls_net_init, _connect, _bind,
 * _accept, _poll, _set_block, _set_nonblock, _usleep, _recv, _recv_timeout,
 * _send, _close and _free; all of them are implemented here, for applications
 * that use the engine without a session. Where the engine's documentation says
 * that a function blocks, it blocks for PKG_MBEDTLS_IO_TIMEOUT at most
 * (mbedtls_net_connect: PKG_MBEDTLS_CONNECT_TIMEOUT) and then returns
 * TLS_ERR_TIMEOUT. mbedtls_net_recv_timeout returns MBEDTLS_ERR_SSL_TIMEOUT,
 * as the engine expects of it.
 *
 * What follows is the step-wise form that sessions use. A target without
 * sockets may implement this header in another file.
 */
#ifndef TLS_NET_H
#define TLS_NET_H

#include <stddef.h>
#include <stdint.h>

#include "tls_clock.h"

#include "mbedtls/net_sockets.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tls_addresses;
struct tls_resolve;

/**
 * A connection in the making. All zeros is one that has not begun.
 *
 * Over UDP nobody answers a connect: it always succeeds, with the first address
 * that has a route. If others are left, the job then lives on, and another
 * tls_net_connect_step() gives a socket to the next one.
 */
struct tls_net_connect
{
    struct tls_resolve *resolve;        /* the look-up, while it runs */
    struct tls_addresses *addresses;    /* what it found */
    int next;                           /* the first of them not tried yet */
    struct tls_deadline share;          /* time limit of the attempt under way */
    int error;                          /* errno, or EAI_ of the look-up, of the last failure */
    int type;                           /* of the socket */
    int fd;                             /* socket of the attempt under way */
    unsigned char has_socket;           /* one could be opened at all */
    unsigned char state;
};

/**
 * Begin to connect: look the host up, then try its addresses in turn, each for
 * its share of the time that is left.
 *
 * @param job    to be ended by tls_net_connect_step() returning anything but
 *                 WANT_READ or WANT_WRITE, or by tls_net_connect_cancel()
 * @param host     name or address; used until the look-up has begun
 * @param port     decimal
 * @param proto    MBEDTLS_NET_PROTO_TCP or MBEDTLS_NET_PROTO_UDP
 * @return 0, MBEDTLS_ERR_NET_UNKNOWN_HOST, or MBEDTLS_ERR_SSL_ALLOC_FAILED;
 *         does not wait
 */
int tls_net_connect_start(struct tls_net_connect *job, const char *host, const char *port, int proto);

/**
 * Go on connecting as far as it goes without waiting.
 *
 * @param left   milliseconds until the connection must stand
 * @param fd     receives the connected, non-blocking socket, to be closed by
 *               the caller, when the result is 0
 * @return 0 connected
 *         MBEDTLS_ERR_SSL_WANT_READ   the look-up runs
 *         MBEDTLS_ERR_SSL_WANT_WRITE  a connect is under way
 *         MBEDTLS_ERR_NET_UNKNOWN_HOST, MBEDTLS_ERR_NET_SOCKET_FAILED,
 *         MBEDTLS_ERR_NET_CONNECT_FAILED, TLS_ERR_TIMEOUT: the last failure;
 *         job->error says more
 */
int tls_net_connect_step(struct tls_net_connect *job, uint32_t left, int *fd);

/**
 * Wait until tls_net_connect_step() can go on. job->fd is the descriptor that
 * it waits for; during the look-up there is none, and it is -1.
 *
 * @param left  milliseconds to wait at most
 */
void tls_net_connect_wait(struct tls_net_connect *job, uint32_t left);

/**
 * Give up and give everything back. A look-up that the network has not answered
 * ends by itself later and gives its memory back then.
 */
void tls_net_connect_cancel(struct tls_net_connect *job);

/**
 * Wait for a socket.
 *
 * @param direction  MBEDTLS_ERR_SSL_WANT_READ or MBEDTLS_ERR_SSL_WANT_WRITE
 * @param left       milliseconds to wait at most
 * @return 0 ready, TLS_ERR_TIMEOUT, MBEDTLS_ERR_NET_POLL_FAILED
 */
int tls_net_wait(int fd, int direction, uint32_t left);

/**
 * Send without waiting; has the form of the engine's f_send.
 *
 * @param context  a mbedtls_net_context
 * @return bytes sent, MBEDTLS_ERR_SSL_WANT_WRITE, MBEDTLS_ERR_NET_CONN_RESET,
 *         MBEDTLS_ERR_NET_SEND_FAILED, MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_net_send(void *context, const unsigned char *buffer, size_t length);

/**
 * Receive without waiting; has the form of the engine's f_recv.
 *
 * @param context  a mbedtls_net_context
 * @return bytes received, 0 at the end, MBEDTLS_ERR_SSL_WANT_READ,
 *         MBEDTLS_ERR_NET_CONN_RESET, MBEDTLS_ERR_NET_RECV_FAILED,
 *         MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_net_recv(void *context, unsigned char *buffer, size_t length);

/**
 * Send a datagram without waiting; has the form of tls_net_send().
 *
 * @return length; MBEDTLS_ERR_SSL_WANT_WRITE; TLS_ERR_TOO_LONG: larger than the
 *         path takes; MBEDTLS_ERR_NET_SEND_FAILED: lost, as datagrams may be
 */
int tls_net_send_datagram(void *context, const unsigned char *buffer, size_t length);

/**
 * Receive a datagram without waiting; has the form of tls_net_recv(). One that
 * is longer than the buffer is cut.
 *
 * @return its bytes; MBEDTLS_ERR_SSL_WANT_READ; MBEDTLS_ERR_NET_CONNECT_FAILED:
 *         the host says that nobody takes datagrams there (ICMP);
 *         MBEDTLS_ERR_NET_RECV_FAILED
 */
int tls_net_recv_datagram(void *context, unsigned char *buffer, size_t length);

/**
 * Replace a connected UDP socket by a new one to the same peer, from whatever
 * address the device has now.
 *
 * @param fd  the socket; the old one is closed if the new one could be opened
 * @return 0, MBEDTLS_ERR_NET_SOCKET_FAILED or MBEDTLS_ERR_NET_CONNECT_FAILED,
 *         which leave the old one
 */
int tls_net_reopen(int *fd);

/**
 * The limit that the application has set on a socket with SO_RCVTIMEO or
 * SO_SNDTIMEO.
 *
 * @param direction  MBEDTLS_ERR_SSL_WANT_READ or MBEDTLS_ERR_SSL_WANT_WRITE
 * @return milliseconds, 0 for none
 */
uint32_t tls_net_socket_timeout(int fd, int direction);

/**
 * Make a socket's own calls wait or not.
 *
 * @param on  non-zero: they do not wait
 * @return 0, or -1 where the network cannot
 */
int tls_net_set_nonblocking(int fd, int on);

/**
 * Close a socket; -1 does nothing.
 */
void tls_net_close_socket(int fd);

#ifdef __cplusplus
}
#endif

#endif /* TLS_NET_H */
