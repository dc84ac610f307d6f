/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sockets of a server. Only tls_net_wait_any() waits. In builds with
 * PKG_MBEDTLS_SERVER, which needs RT-Thread's sockets (PKG_MBEDTLS_NET_CUSTOM off).
 */
#ifndef TLS_NET_SERVER_H
#define TLS_NET_SERVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The address and port of a peer: a sockaddr_in or sockaddr_in6 in up to 28 bytes. */
struct tls_net_peer
{
    uint32_t words[7];
    unsigned char length;               /* bytes used */
};

/** The most bytes that tls_net_peer_id() writes. */
#define TLS_NET_PEER_ID         18

/**
 * Write port and address, without the parts of the structure that may differ for
 * the same peer.
 *
 * @return bytes written, 6 or 18
 */
size_t tls_net_peer_id(const struct tls_net_peer *peer, unsigned char id[TLS_NET_PEER_ID]);

/** @return non-zero if two peers have the same address and port */
int tls_net_peer_is(const struct tls_net_peer *one, const struct tls_net_peer *other);

/**
 * Write a peer as "192.0.2.7:49152" or "[2001:db8:0:0:0:0:0:7]:49152".
 *
 * @param text  48 bytes
 * @return text
 */
char *tls_net_peer_text(const struct tls_net_peer *peer, char *text);

/**
 * Open a socket for clients, non-blocking.
 *
 * @param address  numeric address to listen on; RT_NULL: all
 * @param port     0: any free one
 * @param proto    MBEDTLS_NET_PROTO_TCP or MBEDTLS_NET_PROTO_UDP
 * @return the descriptor, to be closed by the caller; MBEDTLS_ERR_NET_UNKNOWN_HOST,
 *         _SOCKET_FAILED, _BIND_FAILED or _LISTEN_FAILED
 */
int tls_net_listen(const char *address, uint16_t port, int proto);

/** @return the port that a socket is bound to, 0 if the stack does not tell */
uint16_t tls_net_port(int fd);

/**
 * Accept a waiting connection.
 *
 * @param peer  receives the client's address
 * @return its descriptor, non-blocking, to be closed by the caller, or a negative
 *         number: none is waiting
 */
int tls_net_take(int fd, struct tls_net_peer *peer);

/**
 * Receive a datagram.
 *
 * @param peer    receives the sender's address
 * @param length  bytes of the buffer; a longer datagram is cut
 * @return bytes received; MBEDTLS_ERR_SSL_WANT_READ: none is waiting;
 *         MBEDTLS_ERR_NET_RECV_FAILED: the socket is unusable
 */
int tls_net_recv_from(int fd, struct tls_net_peer *peer, unsigned char *buffer, size_t length);

/**
 * Send a datagram.
 *
 * @return length, MBEDTLS_ERR_SSL_WANT_WRITE or MBEDTLS_ERR_NET_SEND_FAILED
 */
int tls_net_send_to(int fd, const struct tls_net_peer *peer, const unsigned char *buffer, size_t length);

/** One of the sockets to wait for. */
struct tls_net_watch
{
    int fd;                             /* -1: skip */
    int direction;                      /* MBEDTLS_ERR_SSL_WANT_READ or MBEDTLS_ERR_SSL_WANT_WRITE */
    int is_ready;                       /* result */
};

/**
 * Wait for any of several sockets.
 *
 * @param left  milliseconds to wait at most
 * @return 0 one is ready, TLS_ERR_TIMEOUT, MBEDTLS_ERR_NET_POLL_FAILED
 */
int tls_net_wait_any(struct tls_net_watch *watches, size_t count, uint32_t left);

#ifdef __cplusplus
}
#endif

#endif /* TLS_NET_SERVER_H */
