/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cookies of a DTLS server (RFC 6347 4.2.1): a MAC over a client's address and
 * the parameters of its ClientHello, under a secret that is replaced every
 * TLS_COOKIE_INTERVAL. Nothing is kept of a client. A cookie is good for one to
 * two intervals, and for the one hello that it was made for.
 */
#ifndef TLS_COOKIE_H
#define TLS_COOKIE_H

#include <stddef.h>
#include <stdint.h>

#include "tls_config.h"

#include "mbedtls/md.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a cookie. */
#define TLS_COOKIE_SIZE         16

/** Milliseconds that a secret makes cookies; then it checks them for as long again. */
#define TLS_COOKIE_INTERVAL     30000

/** The two secrets in use, each set up in a MAC context. */
struct tls_cookie_jar
{
    mbedtls_md_context_t macs[2];
    uint64_t since;                     /* tls_clock_milliseconds() when the newer one was made */
    unsigned char newest;
};

/**
 * Make the secrets. The only call here that takes memory.
 *
 * @return 0, MBEDTLS_ERR_MD_ALLOC_FAILED or TLS_ERR_RANDOM; to be followed by
 *         tls_cookie_free() in each case
 */
int tls_cookie_init(struct tls_cookie_jar *jar);

/** Forget the secrets; a jar of zeros has none. */
void tls_cookie_free(struct tls_cookie_jar *jar);

/**
 * Make the cookie for a client.
 *
 * @param id          its address, id_length bytes
 * @param parameters  of its hello
 * @return 0, or a negative code
 */
int tls_cookie_make(struct tls_cookie_jar *jar, const unsigned char *id, size_t id_length,
                    const unsigned char *parameters, size_t parameters_length, unsigned char cookie[TLS_COOKIE_SIZE]);

/**
 * @return non-zero if a cookie was made here for this client and these
 *         parameters, and not too long ago
 */
int tls_cookie_is_good(struct tls_cookie_jar *jar, const unsigned char *id, size_t id_length,
                       const unsigned char *parameters, size_t parameters_length,
                       const unsigned char *cookie, size_t cookie_length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_COOKIE_H */
