/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Look a host up without waiting for the network: getaddrinfo() knows no limit
 * in time, so it runs in a thread of its own, which the caller may abandon. For
 * the network files of the package.
 */
#ifndef TLS_RESOLVE_H
#define TLS_RESOLVE_H

#include <stdint.h>

#include "tls_socket.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Addresses of a host that are tried at most. */
#define TLS_ADDRESSES           4

/**
 * The addresses of a host. They are copies: lwIP holds no more than one result
 * of getaddrinfo() in the whole system.
 */
struct tls_addresses
{
    int error;                          /* of getaddrinfo(), 0 for none */
    int count;
    socklen_t length;                   /* bytes of each */
    struct sockaddr_storage list[TLS_ADDRESSES];
};

struct tls_resolve;

/**
 * Look a host up and wait for the answer, which takes no time for an address.
 *
 * @param host       name or address
 * @param port       decimal
 * @param type       SOCK_STREAM or SOCK_DGRAM
 * @param addresses  receives the result
 */
void tls_resolve_now(const char *host, const char *port, int type, struct tls_addresses *addresses);

/**
 * Begin a look-up in a thread of its own.
 *
 * @param host  name or address, copied
 * @param port  decimal, copied
 * @param type  SOCK_STREAM or SOCK_DGRAM
 * @return the look-up, to be ended by tls_resolve_end(), or RT_NULL without memory
 */
struct tls_resolve *tls_resolve_start(const char *host, const char *port, int type);

/**
 * Wait for the end of a look-up.
 *
 * @param left  milliseconds, 0 does not wait
 * @return the result, which lives until tls_resolve_end(), or RT_NULL while
 *         there is none
 */
const struct tls_addresses *tls_resolve_wait(struct tls_resolve *resolve, uint32_t left);

/**
 * End a look-up, or abandon it: then its thread gives the memory back when
 * getaddrinfo() returns.
 */
void tls_resolve_end(struct tls_resolve *resolve);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RESOLVE_H */
