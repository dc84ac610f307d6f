/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The network under the engine: RT-Thread's sockets (SAL with POSIX names), TCP and
 * UDP, IPv4 and IPv6. Every wait has a time limit.
 *
 * For applications that use the engine without a session, the package implements
 * the functions of the engine's header mbedtls/net_sockets.h: mbedtls_net_init,
 * _connect, _bind, _accept, _poll, _set_block, _set_nonblock, _usleep, _recv,
 * _recv_timeout, _send, _close and _free. A call that blocks according to the
 * engine's documentation blocks for PKG_MBEDTLS_IO_TIMEOUT at most
 * (mbedtls_net_connect: PKG_MBEDTLS_CONNECT_TIMEOUT) and then returns
 * TLS_ERR_TIMEOUT. mbedtls_net_recv_timeout returns MBEDTLS_ERR_SSL_TIMEOUT
 * instead, which the engine expects.
 *
 * Sessions use the functions below. A board without sockets selects
 * PKG_MBEDTLS_NET_CUSTOM and implements mbedtls_net_init() and the functions below
 * itself (the three for datagrams only with DTLS). targets/mps2-an500/net.c does so
 * over a UART.
 *
 * Any thread may call these functions, but only one at a time for one job or
 * socket, except that one thread may send while another receives. They wait where
 * their description says so, and nowhere else.
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
 * The state of connecting. All zeros: not begun.
 *
 * A UDP connect gets no answer from the peer: it succeeds with the first address
 * that has a route. If other addresses are left, the job stays open, and another
 * tls_net_connect_step() gives a socket to the next address.
 */
struct tls_net_connect
{
    struct tls_resolve *resolve;        /* the look-up, while it runs */
    struct tls_addresses *addresses;    /* its result */
    int next;                           /* the first address not tried yet */
    struct tls_deadline share;          /* time limit of the attempt under way */
    int error;                          /* of the last failure: errno, or EAI_* of the look-up */
    int type;                           /* SOCK_STREAM or SOCK_DGRAM */
    int fd;                             /* socket of the attempt under way, or -1 */
    unsigned char has_socket;           /* at least one socket could be opened */
    unsigned char state;
};

/**
 * Begin to connect: look the host up, then try its addresses in turn, each for an
 * equal share of the time left. Does not wait.
 *
 * @param job    receives the state. It owns memory until tls_net_connect_step()
 *               returns anything but WANT_READ or WANT_WRITE (over UDP: until
 *               tls_net_connect_cancel())
 * @param host   name or address; needed only during this call
 * @param port   decimal; likewise
 * @param proto  MBEDTLS_NET_PROTO_TCP or MBEDTLS_NET_PROTO_UDP
 * @return 0, MBEDTLS_ERR_NET_UNKNOWN_HOST, or MBEDTLS_ERR_SSL_ALLOC_FAILED
 */
int tls_net_connect_start(struct tls_net_connect *job, const char *host, const char *port, int proto);

/**
 * Continue connecting as far as possible without waiting.
 *
 * @param left   milliseconds left for connecting; 0 ends the job
 * @param fd     if the result is 0: receives the connected, non-blocking socket,
 *               to be closed by the caller
 * @return 0 connected
 *         MBEDTLS_ERR_SSL_WANT_READ   the look-up runs
 *         MBEDTLS_ERR_SSL_WANT_WRITE  a connect is under way
 *         MBEDTLS_ERR_NET_UNKNOWN_HOST, MBEDTLS_ERR_NET_SOCKET_FAILED,
 *         MBEDTLS_ERR_NET_CONNECT_FAILED, TLS_ERR_TIMEOUT: the last failure;
 *         job->error says more
 */
int tls_net_connect_step(struct tls_net_connect *job, uint32_t left, int *fd);

/**
 * Wait until tls_net_connect_step() can continue. It waits for job->fd to become
 * writable; during the look-up job->fd is -1.
 *
 * @param left  milliseconds; may return earlier
 */
void tls_net_connect_wait(struct tls_net_connect *job, uint32_t left);

/**
 * Stop connecting and release everything. A look-up without an answer ends later by
 * itself and then releases its memory. Does nothing for a job that has ended.
 */
void tls_net_connect_cancel(struct tls_net_connect *job);

/**
 * Wait for a socket.
 *
 * @param direction  MBEDTLS_ERR_SSL_WANT_READ or MBEDTLS_ERR_SSL_WANT_WRITE
 * @param left       milliseconds; waits 60,000 at most, 0 only asks
 * @return 0 ready, TLS_ERR_TIMEOUT, MBEDTLS_ERR_NET_POLL_FAILED
 */
int tls_net_wait(int fd, int direction, uint32_t left);

/**
 * Send without waiting. A f_send function for the engine.
 *
 * @param context  a mbedtls_net_context
 * @return bytes sent, MBEDTLS_ERR_SSL_WANT_WRITE, MBEDTLS_ERR_NET_CONN_RESET,
 *         MBEDTLS_ERR_NET_SEND_FAILED, MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_net_send(void *context, const unsigned char *buffer, size_t length);

/**
 * Receive without waiting. A f_recv function for the engine.
 *
 * @param context  a mbedtls_net_context
 * @return bytes received, 0 if the peer has closed, MBEDTLS_ERR_SSL_WANT_READ,
 *         MBEDTLS_ERR_NET_CONN_RESET, MBEDTLS_ERR_NET_RECV_FAILED,
 *         MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_net_recv(void *context, unsigned char *buffer, size_t length);

/**
 * Send a datagram without waiting. Parameters as for tls_net_send().
 *
 * @return length; MBEDTLS_ERR_SSL_WANT_WRITE; TLS_ERR_TOO_LONG: larger than the
 *         path MTU; MBEDTLS_ERR_NET_SEND_FAILED: not sent, which the caller may
 *         treat as a lost datagram; MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_net_send_datagram(void *context, const unsigned char *buffer, size_t length);

/**
 * Receive a datagram without waiting. Parameters as for tls_net_recv(). A datagram
 * longer than the buffer is cut; an empty one is skipped.
 *
 * @return bytes received; MBEDTLS_ERR_SSL_WANT_READ;
 *         MBEDTLS_ERR_NET_CONNECT_FAILED: an ICMP message says that the port is
 *         closed; MBEDTLS_ERR_NET_RECV_FAILED; MBEDTLS_ERR_NET_INVALID_CONTEXT
 */
int tls_net_recv_datagram(void *context, unsigned char *buffer, size_t length);

/**
 * Replace a connected UDP socket with a new one to the same peer, from the address
 * that the device has now. Does not wait.
 *
 * @param fd  the socket; receives the new one, and the old one is closed
 * @return 0, MBEDTLS_ERR_NET_SOCKET_FAILED or MBEDTLS_ERR_NET_CONNECT_FAILED: the
 *         old socket is unchanged
 */
int tls_net_reopen(int *fd);

/**
 * The time limit that the application has set on a socket with SO_RCVTIMEO or
 * SO_SNDTIMEO.
 *
 * @param direction  MBEDTLS_ERR_SSL_WANT_READ or MBEDTLS_ERR_SSL_WANT_WRITE
 * @return milliseconds, 0 for none
 */
uint32_t tls_net_socket_timeout(int fd, int direction);

/**
 * Make a socket non-blocking or blocking.
 *
 * @param on  non-zero: non-blocking
 * @return 0, or -1 if the network stack cannot
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
