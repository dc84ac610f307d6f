/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first messages of a DTLS handshake: parses a ClientHello as far as the
 * server needs it before it allocates anything, and writes the HelloVerifyRequest
 * that answers it (RFC 6347 4.2.1). Stores nothing.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The parts of a ClientHello; they point into its datagram. */
struct tls_hello
{
    const unsigned char *parameters;    /* client_version, random and session_id: the same with and without a cookie */
    size_t parameters_length;
    const unsigned char *cookie;
    size_t cookie_length;               /* 0: none */
};

/**
 * Parse a datagram.
 *
 * @param hello   receives the parts, if the result is non-zero
 * @param length  bytes of the datagram; any contents are allowed
 * @return non-zero if its first record is a ClientHello of a new handshake, or
 *         the first fragment of one with the whole cookie in it
 */
int tls_hello_parse(struct tls_hello *hello, const unsigned char *datagram, size_t length);

/** Bytes that tls_hello_verify_request() adds to a cookie. */
#define TLS_HELLO_VERIFY        28

/**
 * Write the HelloVerifyRequest for a ClientHello.
 *
 * @param datagram  with a ClientHello: tls_hello_parse() has returned non-zero
 * @param length    bytes of the cookie, 255 at most
 * @param request   receives TLS_HELLO_VERIFY + length bytes
 * @return bytes written
 */
size_t tls_hello_verify_request(const unsigned char *datagram, const unsigned char *cookie, size_t length,
                                unsigned char *request);

#ifdef __cplusplus
}
#endif

#endif /* TLS_HELLO_H */
