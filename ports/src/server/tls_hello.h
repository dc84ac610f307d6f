/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first messages of a DTLS handshake as they lie in a datagram: what a server
 * has to know of a ClientHello before it spends anything on it, and the
 * HelloVerifyRequest that it answers with (RFC 6347 4.2.1). Reads and writes
 * bytes; keeps nothing.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where the parts of a ClientHello lie in its datagram. */
struct tls_hello
{
    const unsigned char *parameters;    /* client_version, random and session_id: the same in each of its hellos */
    size_t parameters_length;
    const unsigned char *cookie;
    size_t cookie_length;               /* 0: none yet */
};

/**
 * Look at a datagram.
 *
 * @param hello  receives the parts, which point into the datagram
 * @return non-zero if its first record is a ClientHello of a new handshake, or
 *         the first fragment of one that reaches beyond the cookie
 */
int tls_hello_parse(struct tls_hello *hello, const unsigned char *datagram, size_t length);

/** Bytes that tls_hello_verify_request() adds to a cookie. */
#define TLS_HELLO_VERIFY        28

/**
 * Write the HelloVerifyRequest for a ClientHello.
 *
 * @param datagram  one that tls_hello_parse() has taken
 * @param cookie    length bytes, 255 at most
 * @param request   receives TLS_HELLO_VERIFY + length bytes
 * @return bytes written
 */
size_t tls_hello_verify_request(const unsigned char *datagram, const unsigned char *cookie, size_t length,
                                unsigned char *request);

#ifdef __cplusplus
}
#endif

#endif /* TLS_HELLO_H */
