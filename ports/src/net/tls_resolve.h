/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Look a host up without waiting for the network: getaddrinfo() has no time
 * limit, so it runs in a separate thread, which the caller may abandon. For the
 * files of net/.
 */
#ifndef TLS_RESOLVE_H
#define TLS_RESOLVE_H

#include <stdint.h>

#include "tls_socket.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most addresses of a host that are tried. */
#define TLS_ADDRESSES           4

/**
 * The addresses of a host. They are copies, since lwIP has room for one result of
 * getaddrinfo() in the whole system.
 */
struct tls_addresses
{
    int error;                          /* result of getaddrinfo(), 0: none */
    int count;
    socklen_t length;                   /* bytes of the longest */
    struct sockaddr_storage list[TLS_ADDRESSES];
};

struct tls_resolve;

/**
 * Look a host up and wait for the answer. Returns at once for a numeric address.
 *
 * @param host       name or address
 * @param port       decimal, 1 to 65535
 * @param type       SOCK_STREAM or SOCK_DGRAM
 * @param addresses  receives the result
 */
void tls_resolve_now(const char *host, const char *port, int type, struct tls_addresses *addresses);

/**
 * Begin a look-up in a separate thread.
 *
 * @param host  name or address, copied
 * @param port  decimal, copied
 * @param type  SOCK_STREAM or SOCK_DGRAM
 * @return the look-up, to be ended with tls_resolve_end(), or RT_NULL if memory
 *         runs out
 */
struct tls_resolve *tls_resolve_start(const char *host, const char *port, int type);

/**
 * Wait for the end of a look-up.
 *
 * @param left  milliseconds, 0 does not wait; waits TLS_SOCKET_WAIT_MAX at most
 * @return the result, valid until tls_resolve_end(), or RT_NULL while the look-up
 *         runs
 */
const struct tls_addresses *tls_resolve_wait(struct tls_resolve *resolve, uint32_t left);

/**
 * End a look-up. If it still runs, its thread frees the memory when getaddrinfo()
 * returns.
 */
void tls_resolve_end(struct tls_resolve *resolve);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RESOLVE_H */
