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

/* A protocol version refused, likewise. */
#ifndef MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION
#define MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
#endif

/* The build can agree on what is broken: a protocol before TLS 1.2, 3DES, RC4. */
#if defined(PKG_MBEDTLS_ENGINE_2_28) && (defined(PKG_MBEDTLS_TLS1_1) || defined(PKG_MBEDTLS_DTLS1_0) || \
                                         defined(PKG_MBEDTLS_DES) || defined(PKG_MBEDTLS_RC4))
#define TLS_ENGINE_HAS_WEAK
#endif

/* The forms of these functions that return an error; 2.28 has them under other names. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define tls_engine_sha256                   mbedtls_sha256_ret
#define tls_engine_sha256_starts            mbedtls_sha256_starts_ret
#define tls_engine_sha256_update            mbedtls_sha256_update_ret
#define tls_engine_sha256_finish            mbedtls_sha256_finish_ret
#else
#define tls_engine_sha256                   mbedtls_sha256
#define tls_engine_sha256_starts            mbedtls_sha256_starts
#define tls_engine_sha256_update            mbedtls_sha256_update
#define tls_engine_sha256_finish            mbedtls_sha256_finish
#endif

/* What 2.28 lacks where certificates are not held to their usage; then none is wrong, and none is right. */
#if defined(PKG_MBEDTLS_ENGINE_2_28) && !defined(PKG_MBEDTLS_X509_CHECK_KEY_USAGE)
#define mbedtls_x509_crt_check_key_usage(crt, usage)    MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE
#endif
#if defined(PKG_MBEDTLS_ENGINE_2_28) && !defined(PKG_MBEDTLS_X509_CHECK_EXTENDED_KEY_USAGE)
#define mbedtls_x509_crt_check_extended_key_usage(crt, oid, length)     MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE
#endif

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

#ifdef PKG_MBEDTLS_DHM
/**
 * Have a client refuse servers' primes of fewer than PKG_MBEDTLS_DHM_MIN_BITS bits.
 */
void tls_engine_set_least_prime(mbedtls_ssl_config *conf);

/**
 * @return the bits of the server's prime if the handshake has just failed since
 *         these are too few, else 0
 */
unsigned tls_engine_short_prime(const mbedtls_ssl_context *ssl);
#else
#define tls_engine_set_least_prime(conf)    (void)(conf)
#define tls_engine_short_prime(ssl)         0U
#endif

/* Curves that 3.6 has to be told to use; 2.28 uses each that is in the build. */
#ifdef PKG_MBEDTLS_RARE_CURVES
/**
 * Have a configuration offer each curve of the build, and take it in certificates.
 */
void tls_engine_set_groups(mbedtls_ssl_config *conf);
#else
#define tls_engine_set_groups(conf)         (void)(conf)
#endif

/**
 * @return MBEDTLS_SSL_MAX_FRAG_LEN_*: what a client announces
 */
unsigned char tls_engine_fragment_code(void);

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

#if defined(PKG_MBEDTLS_SERVER) && defined(PKG_MBEDTLS_DTLS)
/**
 * @return a number that grows when a record has come, and proven authentic, that
 *         is newer than all before (epoch and sequence number of the newest)
 */
uint64_t tls_engine_newest_record(const mbedtls_ssl_context *ssl);
#endif

/**
 * Set up a session's buffers.
 *
 * @return 0, or MBEDTLS_ERR_SSL_ALLOC_FAILED; mbedtls_ssl_free() in each case
 */
int tls_engine_setup(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf);

/*
 * Buffers that are as long as they have to be. Without them nothing of this is in
 * the image.
 */
#ifdef PKG_MBEDTLS_SSL_VARIABLE_BUFFER
/**
 * The same for a session over a stream whose f_recv calls tls_engine_received():
 * with a short input buffer.
 */
int tls_engine_setup_stream(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf);

/**
 * mbedtls_ssl_session_reset() for a session over a stream: with a short input
 * buffer, and without a long one in between.
 */
int tls_engine_restart(mbedtls_ssl_context *ssl);

/**
 * To be called by f_recv with what it has put into the engine's buffer. Once the
 * header of a record is there the buffer becomes as long as the record.
 *
 * @param ret  bytes, or a code
 * @return what f_recv is to return: ret, or MBEDTLS_ERR_SSL_ALLOC_FAILED
 */
int tls_engine_received(mbedtls_ssl_context *ssl, int ret);

/**
 * To be called after each read: shortens the buffer once its record is used up.
 * Does nothing over datagrams.
 */
void tls_engine_rest(mbedtls_ssl_context *ssl);

/**
 * Give a session with another f_recv, or over datagrams, its whole input buffer
 * again: the engine takes most of it away where the one for output is shorter.
 * To be called after the handshake, or before each read.
 *
 * @return 0, MBEDTLS_ERR_SSL_ALLOC_FAILED, or MBEDTLS_ERR_SSL_INVALID_RECORD: see
 *         tls_engine_handshake()
 */
int tls_engine_keep_input(mbedtls_ssl_context *ssl);

/**
 * mbedtls_ssl_handshake(), which cuts off what came in one record with the last
 * message, and would later look for it behind the buffer's end.
 *
 * @return its result, or MBEDTLS_ERR_SSL_INVALID_RECORD if there was more
 */
int tls_engine_handshake(mbedtls_ssl_context *ssl);

/**
 * Make the output buffer of a client long enough for a write, if there is memory
 * and nothing left to send; the engine cuts its records to what there is. Does
 * nothing over datagrams.
 *
 * @param conf    the session's own
 * @param length  of the write, bytes; 0: there is none
 */
void tls_engine_fit_output(mbedtls_ssl_context *ssl, mbedtls_ssl_config *conf, size_t length);
#else
#define tls_engine_setup_stream             tls_engine_setup
#define tls_engine_restart                  mbedtls_ssl_session_reset
#define tls_engine_received(ssl, ret)       (ret)
#define tls_engine_rest(ssl)                (void)(ssl)
#define tls_engine_keep_input(ssl)          0
#define tls_engine_handshake                mbedtls_ssl_handshake
#define tls_engine_fit_output(ssl, conf, length) (void)(length)
#endif

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
 * @return non-zero if a connected session has agreed on a protocol before TLS 1.2,
 *         or on a suite with 3DES or RC4
 */
#ifdef TLS_ENGINE_HAS_WEAK
int tls_engine_is_weak(const mbedtls_ssl_context *ssl);
#else
#define tls_engine_is_weak(ssl)             ((void)(ssl), 0)
#endif

/**
 * @return non-zero if a connected session with a pre-shared key has been shown a
 *         certificate, too
 */
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK
int tls_engine_is_rsa_psk(const mbedtls_ssl_context *ssl);
#else
#define tls_engine_is_rsa_psk(ssl)          0
#endif

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
 * The protocol version that the server's hello chose, if it was refused for that.
 *
 * @param code  what the engine returned
 * @return as on the wire, e.g. 0x0302 for TLS 1.1; 0 if the version was not what failed
 */
unsigned tls_engine_refused_version(const mbedtls_ssl_context *ssl, int code);

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

#ifdef PKG_MBEDTLS_SESSION_TICKETS
/**
 * Write down a session that is connected, for a later one to resume, in the engine's
 * own form.
 *
 * @param out     may be NULL with size 0
 * @param length  receives its bytes; above size: nothing was written; 0: there is
 *                nothing to resume
 * @return 0, or a negative code
 */
int tls_engine_save(const mbedtls_ssl_context *ssl, unsigned char *out, size_t size, size_t *length);

/**
 * Have the next handshake offer to resume.
 *
 * @return 0, or a negative code, which leaves the context as it was
 */
int tls_engine_load(mbedtls_ssl_context *ssl, const unsigned char *in, size_t length);
#endif

#ifdef PKG_USING_MBEDTLS_DEBUG
/**
 * @return the level that mbedtls_debug_set_threshold() has set, 0 to 4; -1: out of
 *         memory
 */
int tls_engine_debug_level(void);
#endif

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
