/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine, Mbed TLS 3.6 or 2.28. Only this part knows the differences between
 * the two, and only it reads the private members of the engine's structures.
 *
 * Functions are declared in every build. One that is in a build only with a
 * symbol says so, and its callers write TLS_HAS(symbol) first.
 */
#ifndef TLS_ENGINE_H
#define TLS_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "tls_config.h"
#include "tls_engine_buffer.h"
#include "../base/tls_has.h"

#include "mbedtls/sha256.h"
#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Error codes that 2.28 calls otherwise, or never returns. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define MBEDTLS_ERR_SSL_BAD_CERTIFICATE         MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE
#define MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION    MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
#define MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS
#endif

/* The build can agree on a broken protocol or cipher: before TLS 1.2, 3DES, RC4. */
#if defined(PKG_MBEDTLS_ENGINE_2_28) && (defined(PKG_MBEDTLS_TLS1_1) || defined(PKG_MBEDTLS_DTLS1_0) || \
                                         defined(PKG_MBEDTLS_DES) || defined(PKG_MBEDTLS_RC4))
#define TLS_ENGINE_WEAK
#endif

/* The variants of these functions that return an error; 2.28 has other names for them. */
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

/* 2.28 declares these two only where it checks the usage; otherwise no usage is found wrong, and none right. */
#if defined(PKG_MBEDTLS_ENGINE_2_28) && !defined(PKG_MBEDTLS_X509_CHECK_KEY_USAGE)
#define mbedtls_x509_crt_check_key_usage(crt, usage) \
    ((void)(crt), (void)(usage), MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE)
#endif
#if defined(PKG_MBEDTLS_ENGINE_2_28) && !defined(PKG_MBEDTLS_X509_CHECK_EXTENDED_KEY_USAGE)
#define mbedtls_x509_crt_check_extended_key_usage(crt, oid, length) \
    ((void)(crt), (void)(oid), (void)(length), MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE)
#endif

/**
 * Prepare threading and the crypto core that TLS 1.3 needs. May be called any
 * number of times. The memory that the crypto core allocates is never freed.
 * With PKG_MBEDTLS_TLS1_3.
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
 * Fill a configuration for a server. With PKG_MBEDTLS_SERVER.
 *
 * @param transport  MBEDTLS_SSL_TRANSPORT_STREAM or MBEDTLS_SSL_TRANSPORT_DATAGRAM
 * @return 0, or a negative code
 */
int tls_engine_configure_server(mbedtls_ssl_config *conf, int transport);

/**
 * Limit a configuration to protocol versions up to 1.2. With PKG_MBEDTLS_TLS1_3.
 */
void tls_engine_limit_to_tls12(mbedtls_ssl_config *conf);

/*
 * Called by the two that fill a configuration.
 */

/**
 * Set the signature algorithms, and accept TLS 1.3's session tickets. With
 * PKG_MBEDTLS_TLS1_3.
 */
void tls_engine_configure_tls13(mbedtls_ssl_config *conf);

/**
 * mbedtls_ssl_handshake() for a session that verifies nothing: in builds with TLS 1.3
 * the engine goes on without the server's certificate if it does not know the
 * signature algorithm, until it needs the key.
 *
 * @return its result, or MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG as soon as that is so
 */
int tls_engine_pass_certificate(mbedtls_ssl_context *ssl);

/**
 * Let a client use each old protocol and cipher of the build. With
 * PKG_MBEDTLS_ENGINE_2_28.
 *
 * @param transport  MBEDTLS_SSL_TRANSPORT_STREAM or MBEDTLS_SSL_TRANSPORT_DATAGRAM
 */
void tls_engine_allow_legacy(mbedtls_ssl_config *conf, int transport);

/**
 * Limit a server to TLS 1.2: old protocols are for clients of old servers. With
 * PKG_MBEDTLS_ENGINE_2_28.
 */
void tls_engine_refuse_legacy(mbedtls_ssl_config *conf);

/**
 * Offer each curve of the build, P-256 first if it is the fastest, and accept it in
 * certificates. With PKG_MBEDTLS_GROUPS.
 */
void tls_engine_set_groups(mbedtls_ssl_config *conf);

/**
 * Make a client refuse servers' primes of fewer than PKG_MBEDTLS_DHM_MIN_BITS
 * bits. With PKG_MBEDTLS_DHM.
 */
void tls_engine_set_min_prime(mbedtls_ssl_config *conf);

/**
 * Make a client announce its maximum fragment length if the input buffer cannot
 * hold every record. With PKG_MBEDTLS_MAX_FRAGMENT_LENGTH.
 *
 * @return 0, or a negative code
 */
int tls_engine_announce_length(mbedtls_ssl_config *conf);

/**
 * @return MBEDTLS_SSL_MAX_FRAG_LEN_*: what a client announces. With
 *         PKG_MBEDTLS_MAX_FRAGMENT_LENGTH.
 */
unsigned char tls_engine_fragment_code(void);

/*
 * State of a session.
 */

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

/** @return a number that changes with each step of the handshake */
int tls_engine_state(const mbedtls_ssl_context *ssl);

/**
 * @return non-zero if a connected session has agreed on a protocol before TLS 1.2,
 *         or on a suite with 3DES or RC4. With TLS_ENGINE_WEAK.
 */
int tls_engine_is_weak(const mbedtls_ssl_context *ssl);

/**
 * @return non-zero if a connected session with a pre-shared key has received a
 *         certificate, too
 */
int tls_engine_is_rsa_psk(const mbedtls_ssl_context *ssl);

/**
 * @return non-zero while a client has sent its last flight of a TLS 1.2 handshake
 *         and waits for the server's
 */
int tls_engine_awaits_finished(const mbedtls_ssl_context *ssl);

/**
 * @return the epoch and sequence number of the newest authentic record received;
 *         grows with each newer one. With PKG_MBEDTLS_SERVER and PKG_MBEDTLS_DTLS.
 */
uint64_t tls_engine_newest_record(const mbedtls_ssl_context *ssl);

/*
 * Why a session failed.
 */

/**
 * The description of the alert in the last record (RFC 8446 6).
 *
 * @param code  what the engine returned
 * @return 0 to 255, or -1 if the code does not mean an alert
 */
int tls_engine_alert(const mbedtls_ssl_context *ssl, int code);

/**
 * For f_send of a client: a Certificate in clear answers the server's CertificateRequest
 * (RFC 5246 7.4.6). In TLS 1.3 it is encrypted, and the server's alert says more.
 *
 * @param record  what is sent: one record at least
 */
int tls_engine_answers_request(const mbedtls_ssl_context *ssl, const unsigned char *record);

/** @return non-zero before the first message of the server */
int tls_engine_awaits_hello(const mbedtls_ssl_context *ssl);

/** @return the type of the handshake message that came last (RFC 8446 4), 0 if none */
unsigned tls_engine_message(const mbedtls_ssl_context *ssl);

/** @return the empty records in a row for which the engine ended the session with MBEDTLS_ERR_SSL_INVALID_MAC, or 0 */
unsigned tls_engine_empty_records(const mbedtls_ssl_context *ssl);

/**
 * The protocol version that the server's hello chose, if the engine refused it.
 *
 * @param code  what the engine returned
 * @return as on the wire, e.g. 0x0302 for TLS 1.1; 0 if the failure has another cause
 */
unsigned tls_engine_refused_version(const mbedtls_ssl_context *ssl, int code);

/**
 * The maximum fragment length that would have accepted the last record or
 * handshake message.
 *
 * @param code  what the engine returned
 * @return bytes, or 0 if the failure has another cause
 */
size_t tls_engine_length_needed(const mbedtls_ssl_context *ssl, int code);

/**
 * @return non-zero if the bytes received last are no TLS record
 */
int tls_engine_is_not_tls(const mbedtls_ssl_context *ssl);

/**
 * @return bits of the server's prime if the handshake has just failed because
 *         they are too few, else 0. With PKG_MBEDTLS_DHM.
 */
unsigned tls_engine_short_prime(const mbedtls_ssl_context *ssl);

/**
 * @return the level that mbedtls_debug_set_threshold() has set, 0 to 4; -1: out of
 *         memory. With PKG_USING_MBEDTLS_DEBUG.
 */
int tls_engine_debug_level(void);

/*
 * Resumption. With PKG_MBEDTLS_SESSION_TICKETS.
 */

/**
 * Save a connected session in the engine's format, for a later one to resume.
 *
 * @param out     may be NULL with size 0
 * @param length  receives its bytes; above size: nothing was written; 0: there is
 *                nothing to resume
 * @return 0, or a negative code
 */
int tls_engine_save_session(const mbedtls_ssl_context *ssl, unsigned char *out, size_t size, size_t *length);

/**
 * Make the next handshake offer to resume a saved session.
 *
 * @return 0, or a negative code, which leaves the context unchanged
 */
int tls_engine_load_session(mbedtls_ssl_context *ssl, const unsigned char *in, size_t length);

/*
 * Certificates. With PKG_MBEDTLS_CERTIFICATES.
 */

/** Random bytes in the engine's form, for blinding. */
typedef int tls_engine_random(void *context, unsigned char *output, size_t length);

/**
 * Parse a certificate and its issuers: PEM with its terminating zero, or DER, one
 * after the other.
 *
 * @param chain  receives them; the caller frees it in each case. It refers to DER,
 *               which is not copied
 * @return 0, or a negative code
 */
int tls_engine_parse_chain(mbedtls_x509_crt *chain, const unsigned char *data, size_t length);

/**
 * Parse a private key.
 *
 * @param pk        receives the key; the caller frees it in each case
 * @param key       PEM with its terminating zero, or DER
 * @param password  of an encrypted key; NULL: none
 * @return 0, or a negative code
 */
int tls_engine_parse_key(mbedtls_pk_context *pk, const unsigned char *key, size_t length, const char *password,
                         tls_engine_random *f_rng);

/** @return 0 if a private key belongs to a certificate, else a negative code */
int tls_engine_check_key(const mbedtls_pk_context *pk, const mbedtls_x509_crt *crt, tls_engine_random *f_rng);

/** @return bytes of a Certificate message with this chain, or some more */
size_t tls_engine_certificate_message(const mbedtls_x509_crt *chain);

/**
 * Signs a hash outside of the engine.
 *
 * @param is_rsa     PKCS #1 v1.5, with a signature as long as the modulus; else ECDSA:
 *                   r and s, big endian, each as long as the order
 * @param signature  receives size bytes
 * @return 0, or what the handshake fails with
 */
typedef int tls_engine_sign(void *context, int is_rsa, const unsigned char *hash, size_t length,
                            unsigned char *signature, size_t size);

/**
 * Make a private key that signs by a function. With PKG_MBEDTLS_CLIENT_SIGN.
 *
 * @param pk      receives the key; the caller frees it, before the certificate
 * @param crt     its certificate, which verifies each signature
 * @param refuse  called for a signature that it does not verify
 * @return 0, or MBEDTLS_ERR_PK_ALLOC_FAILED
 */
int tls_engine_use_outside(mbedtls_pk_context *pk, mbedtls_x509_crt *crt, tls_engine_sign *sign,
                           void (*refuse)(void *context), void *context);

/** What a server asks a client's certificate for. */
struct tls_engine_request
{
    const unsigned char *issuers;       /* list of names as in RFC 5246 7.4.4, without its length; NULL: no request */
    size_t length;                      /* bytes */
};

/**
 * The first part of a client's handshake: until it has read the server's
 * CertificateRequest, or there is none. With PKG_MBEDTLS_CLIENT_CERTIFICATE.
 *
 * @param request  receives the request, which refers to the engine's buffer
 * @return 0 or a code of the engine, as mbedtls_ssl_handshake(). May be called again
 *         until the handshake is over, and has a request at most once
 */
int tls_engine_await_request(mbedtls_ssl_context *ssl, struct tls_engine_request *request);

/** A certificate as the peer has sent it. */
struct tls_engine_shown
{
    const unsigned char *der;           /* NULL: before the first */
    size_t length;                      /* bytes */
};

/**
 * Step to the next certificate of the peer's Certificate message. To be called
 * when the handshake has just failed at that message.
 *
 * @return 0 if there is none, or if the handshake has failed elsewhere
 */
int tls_engine_next_shown(const mbedtls_ssl_context *ssl, struct tls_engine_shown *shown);

/** @return non-zero if the session has a certificate of its own */
int tls_engine_has_certificate(const mbedtls_ssl_context *ssl);

/**
 * @return the name that mbedtls_ssl_set_hostname() has set, or RT_NULL
 */
const char *tls_engine_hostname(const mbedtls_ssl_context *ssl);

/**
 * @return non-zero if a certificate is a CA's
 */
int tls_engine_is_authority(const mbedtls_x509_crt *crt);

/** Attributes of a name: the last arc of id-at, RFC 5280 appendix A. */
#define TLS_ENGINE_COMMON_NAME  3
#define TLS_ENGINE_ORGANIZATION 10

/**
 * @return non-zero if an attribute of a subject or issuer is of that kind
 */
int tls_engine_is_attribute(const mbedtls_x509_name *name, unsigned char kind);

/*
 * Roots. With PKG_MBEDTLS_CERTIFICATES.
 */

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
 * @return non-zero if keys of this kind are in the build
 */
int tls_engine_knows_key(const struct tls_engine_key *key);

/**
 * Make a certificate in the heap that the engine accepts as a root and as the
 * issuer of another certificate. It refers to that certificate's issuer, so it
 * must not outlive it. It has no key and no dates yet.
 *
 * @param child  the other certificate
 * @param path   the path length that the root allows, plus 1; 0: any
 * @return to be freed with mbedtls_x509_crt_free() and tls_free(), which the
 *         engine does with what its callback returns; NULL: out of memory
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
 * @return 0, or a negative code: out of memory, or a kind of key that is not in
 *         the build
 */
int tls_engine_root_set_key(mbedtls_x509_crt *root, const struct tls_engine_key *key);

/* Called by the two functions above. With PKG_MBEDTLS_RSA or PKG_MBEDTLS_ECC. */
int tls_engine_set_rsa(mbedtls_pk_context *pk, const struct tls_engine_key *key);
int tls_engine_knows_curve(int bits);
int tls_engine_set_point(mbedtls_pk_context *pk, const struct tls_engine_key *key);

/**
 * Make such a root of a parsed certificate.
 *
 * @param parsed  its key moves to the root
 */
mbedtls_x509_crt *tls_engine_root_from(const mbedtls_x509_crt *child, mbedtls_x509_crt *parsed);

/**
 * Parse a root. It may have critical name constraints if the build has the path
 * rules, which apply them.
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

#ifdef __cplusplus
}
#endif

#endif /* TLS_ENGINE_H */
