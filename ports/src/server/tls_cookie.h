/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cookies of a DTLS server (RFC 6347 4.2.1): a MAC over a client's address and
 * the parameters of its ClientHello, with a secret that is replaced every
 * TLS_COOKIE_INTERVAL. The server stores nothing about the client. A cookie is
 * valid for one to two intervals, and only for the ClientHello that it was made for.
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

/** Milliseconds for which a secret makes cookies; for as long again it only checks them. */
#define TLS_COOKIE_INTERVAL     30000

/** The two secrets in use, each in a MAC context of its own. */
struct tls_cookie_jar
{
    mbedtls_md_context_t macs[2];
    uint64_t since;                     /* tls_clock_milliseconds() when the newest was made */
    unsigned char newest;               /* its index in macs */
};

/**
 * Make the secrets. The only call here that allocates memory.
 *
 * @return 0, MBEDTLS_ERR_MD_ALLOC_FAILED or TLS_ERR_RANDOM; call
 *         tls_cookie_free() in each case
 */
int tls_cookie_init(struct tls_cookie_jar *jar);

/** Erase the secrets and free their memory; does nothing to a jar of zeros. */
void tls_cookie_free(struct tls_cookie_jar *jar);

/**
 * Make the cookie for a client.
 *
 * @param id          its address, id_length bytes, 255 at most
 * @param parameters  of its ClientHello, see struct tls_hello
 * @param cookie      receives the cookie
 * @return 0, TLS_ERR_RANDOM or a code of the engine
 */
int tls_cookie_make(struct tls_cookie_jar *jar, const unsigned char *id, size_t id_length,
                    const unsigned char *parameters, size_t parameters_length, unsigned char cookie[TLS_COOKIE_SIZE]);

/**
 * Check a cookie, in constant time as to its bytes.
 *
 * @return non-zero if this server made it for this address and these parameters,
 *         and one of the two secrets is still the one that made it
 */
int tls_cookie_is_good(struct tls_cookie_jar *jar, const unsigned char *id, size_t id_length,
                       const unsigned char *parameters, size_t parameters_length,
                       const unsigned char *cookie, size_t cookie_length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_COOKIE_H */
