/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine, Mbed TLS 3.6 or 2.28: the only place that knows them apart and
 * looks into what the engine keeps private.
 */
#ifndef TLS_ENGINE_H
#define TLS_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "tls_config.h"

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/sha256.h"
#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A certificate refused for its key or usage; 2.28 has another name for it. */
#ifndef MBEDTLS_ERR_SSL_BAD_CERTIFICATE
#define MBEDTLS_ERR_SSL_BAD_CERTIFICATE     MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE
#endif

/* The forms of these functions that return an error; 2.28 has them under other names. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define tls_engine_drbg_update              mbedtls_ctr_drbg_update_ret
#define tls_engine_sha256                   mbedtls_sha256_ret
#define tls_engine_sha256_starts            mbedtls_sha256_starts_ret
#define tls_engine_sha256_update            mbedtls_sha256_update_ret
#define tls_engine_sha256_finish            mbedtls_sha256_finish_ret
#else
#define tls_engine_drbg_update              mbedtls_ctr_drbg_update
#define tls_engine_sha256                   mbedtls_sha256
#define tls_engine_sha256_starts            mbedtls_sha256_starts
#define tls_engine_sha256_update            mbedtls_sha256_update
#define tls_engine_sha256_finish            mbedtls_sha256_finish
#endif

/**
 * Make the engine ready for several threads; does nothing in a configuration
 * where it shares nothing between them. May be called any number of times.
 */
void tls_engine_start_threading(void);

/**
 * Make the engine ready: threading, and the crypto core that TLS 1.3 needs. May
 * be called any number of times. What the crypto core takes, it keeps.
 *
 * @return 0, or a negative code
 */
int tls_engine_start(void);

/**
 * Fill a configuration for a client: protocol versions of the build, and the
 * maximum fragment length to announce if the input buffer cannot hold every
 * record (RFC 6066).
 *
 * @param transport  MBEDTLS_SSL_TRANSPORT_STREAM or MBEDTLS_SSL_TRANSPORT_DATAGRAM
 * @return 0, or a negative code
 */
int tls_engine_configure_client(mbedtls_ssl_config *conf, int transport);

/**
 * Keep a configuration from protocol versions above 1.2.
 */
void tls_engine_limit_to_tls12(mbedtls_ssl_config *conf);

#ifdef PKG_MBEDTLS_SERVER
/**
 * Fill a configuration for a server.
 *
 * @param transport  MBEDTLS_SSL_TRANSPORT_STREAM or MBEDTLS_SSL_TRANSPORT_DATAGRAM
 * @return 0, or a negative code
 */
int tls_engine_configure_server(mbedtls_ssl_config *conf, int transport);
#endif

#ifdef PKG_MBEDTLS_DTLS
/**
 * @return a number that grows when a record has come, and proven authentic, that
 *         is newer than all before (epoch and sequence number of the newest)
 */
uint64_t tls_engine_newest_record(const mbedtls_ssl_context *ssl);
#endif

/**
 * Set up a session's buffers.
 *
 * @return 0, or MBEDTLS_ERR_SSL_ALLOC_FAILED, which leaves nothing behind
 */
int tls_engine_setup(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf);

/**
 * @return non-zero if a code means "call again when the network is ready"
 */
int tls_engine_is_want(int code);

/**
 * @return non-zero if a result of mbedtls_ssl_read() or _write() means "call
 *         again" without a wait
 */
int tls_engine_is_interim(int code);

/**
 * @return non-zero once the handshake is over
 */
int tls_engine_is_connected(const mbedtls_ssl_context *ssl);

/**
 * @return non-zero while a client has sent its last flight of a TLS 1.2 handshake
 *         and waits for the server's
 */
int tls_engine_awaits_finished(const mbedtls_ssl_context *ssl);

/**
 * The description of the alert that the last record held (RFC 8446 6).
 *
 * @param code  what the engine returned
 * @return 0 to 255, or -1 if the code does not stand for an alert
 */
int tls_engine_alert(const mbedtls_ssl_context *ssl, int code);

/**
 * The maximum fragment length that would have let the last record or handshake
 * message in.
 *
 * @param code  what the engine returned
 * @return bytes, or 0 if size was not what failed
 */
size_t tls_engine_length_needed(const mbedtls_ssl_context *ssl, int code);

/**
 * @return non-zero if the bytes that came last are no TLS record
 */
int tls_engine_is_foreign(const mbedtls_ssl_context *ssl);

#if defined(PKG_MBEDTLS_SERVER) && defined(PKG_MBEDTLS_CERTIFICATES)
/**
 * Read a private key and see whether it belongs to a certificate.
 *
 * @param pk     receives the key; to be freed in each case
 * @param key    PEM with its terminating zero, or DER, not encrypted
 * @param f_rng  random bytes to blind with, in the engine's form
 * @return 0, or a negative code
 */
int tls_engine_parse_key(mbedtls_pk_context *pk, const unsigned char *key, size_t length,
                         const mbedtls_x509_crt *crt, int (*f_rng)(void *, unsigned char *, size_t));
#endif

/**
 * @return the name that mbedtls_ssl_set_hostname() has set, or RT_NULL
 */
const char *tls_engine_hostname(const mbedtls_ssl_context *ssl);

/**
 * @return non-zero if a certificate is a CA's
 */
int tls_engine_is_authority(const mbedtls_x509_crt *crt);

#define TLS_ENGINE_RSA                      1

/** A root's key, as bytes. */
struct tls_engine_key
{
    int kind;                           /* TLS_ENGINE_RSA, or the bits of a NIST curve: 256, 384, 521 */
    const unsigned char *exponent;      /* RSA: 4 bytes, big endian */
    const unsigned char *bytes;         /* RSA: the modulus; curve: the point, uncompressed */
    size_t length;                      /* of bytes */
};

/**
 * @return non-zero if keys of this kind are compiled in
 */
int tls_engine_knows_key(const struct tls_engine_key *key);

/**
 * Make a certificate in the heap that the engine takes for a root and for the
 * issuer of another certificate. It has that one's issuer for its owner and lives
 * no longer than it does; without a key and without dates.
 *
 * @param child  the other certificate
 * @param path   path length that the root allows, and 1; 0: any
 * @return to be freed with mbedtls_x509_crt_free() and tls_free(), which the
 *         engine does with what its call-back gets; NULL: out of memory
 */
mbedtls_x509_crt *tls_engine_root_new(const mbedtls_x509_crt *child, int path);

/**
 * Give a root extensions.
 *
 * @param extensions  as in mbedtls_x509_crt.v3_ext; copied
 * @param length      bytes; 0 does nothing
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_engine_root_extend(mbedtls_x509_crt *root, const unsigned char *extensions, size_t length);

/**
 * Give a root its key.
 *
 * @return 0, or a negative code: out of memory, or not a key of a kind that is
 *         compiled in
 */
int tls_engine_root_set_key(mbedtls_x509_crt *root, const struct tls_engine_key *key);

/**
 * Make such a root of a certificate that was parsed.
 *
 * @param parsed  gives its key away
 */
mbedtls_x509_crt *tls_engine_root_from(const mbedtls_x509_crt *child, mbedtls_x509_crt *parsed);

/**
 * Parse a root, whose name constraints may be critical if the rules for them are
 * compiled in.
 *
 * @param crt  initialised; refers to der from now on
 * @return 0, or a code of the engine
 */
int tls_engine_parse_root(mbedtls_x509_crt *crt, const unsigned char *der, size_t length);

/**
 * @return non-zero if a certificate may issue others, by its version, its CA flag
 *         and its key usage
 */
int tls_engine_may_issue(const mbedtls_x509_crt *crt);

/**
 * The engine's own sentence for the lowest flag of a verification result.
 *
 * @param flags  MBEDTLS_X509_BADCERT_*
 * @param text   receives the sentence, without a line end; "" if there is none
 * @param size   bytes of text
 */
void tls_engine_verify_text(uint32_t flags, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* TLS_ENGINE_H */
