/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sockets of a server, without a call that waits but tls_net_wait_any(). In
 * builds with PKG_MBEDTLS_SERVER.
 */
#ifndef TLS_NET_SERVER_H
#define TLS_NET_SERVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The address and port of a peer: a sockaddr_in or sockaddr_in6, in 28 bytes at most. */
struct tls_net_peer
{
    uint32_t words[7];
    unsigned char length;               /* bytes of it */
};

/** Bytes of the longest form of tls_net_peer_id(). */
#define TLS_NET_PEER_ID         18

/**
 * Write port and address in the one form that can be compared.
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
 * @param address  to listen on, numeric; RT_NULL: all
 * @param port     0: one that is free
 * @param proto    MBEDTLS_NET_PROTO_TCP or MBEDTLS_NET_PROTO_UDP
 * @return the descriptor, MBEDTLS_ERR_NET_UNKNOWN_HOST, _SOCKET_FAILED,
 *         _BIND_FAILED or _LISTEN_FAILED
 */
int tls_net_listen(const char *address, uint16_t port, int proto);

/** @return the port that a socket is bound to, 0 if that cannot be told */
uint16_t tls_net_port(int fd);

/**
 * Take a connection that waits at a socket.
 *
 * @param peer  receives whose it is
 * @return its descriptor, non-blocking, or a negative number: none waits
 */
int tls_net_take(int fd, struct tls_net_peer *peer);

/**
 * Receive a datagram.
 *
 * @param peer  receives its sender
 * @return bytes, cut at length; MBEDTLS_ERR_SSL_WANT_READ: none waits;
 *         MBEDTLS_ERR_NET_RECV_FAILED
 */
int tls_net_recv_from(int fd, struct tls_net_peer *peer, unsigned char *buffer, size_t length);

/**
 * Send a datagram.
 *
 * @return length, MBEDTLS_ERR_SSL_WANT_WRITE or MBEDTLS_ERR_NET_SEND_FAILED
 */
int tls_net_send_to(int fd, const struct tls_net_peer *peer, const unsigned char *buffer, size_t length);

/** A socket among others that are waited for. */
struct tls_net_watch
{
    int fd;                             /* -1: not waited for */
    int direction;                      /* MBEDTLS_ERR_SSL_WANT_READ or MBEDTLS_ERR_SSL_WANT_WRITE */
    int is_ready;                       /* out */
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
