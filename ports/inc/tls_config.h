/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Configuration of the engine (MBEDTLS_CONFIG_FILE), for 3.6 and 2.28.
 *
 * It maps the choices of menuconfig, which come from rtconfig.h, to the engine's
 * macros. The sections are in the menu's order, an implementation that replaces a
 * module beside that module. To change something, run menuconfig.
 */
#ifndef TLS_CONFIG_H
#define TLS_CONFIG_H

#include <rtconfig.h>

/* The rtconfig.h of an older menu lacks our symbols, which get their defaults. */
#ifndef PKG_MBEDTLS_KCONFIG
#include "tls_config_default.h"
#ifdef RT_HWCRYPTO_USING_RNG
#define PKG_MBEDTLS_RANDOM_HWCRYPTO
#endif
#endif

/*
 * Engine files that define _GNU_SOURCE make newlib's sys/types.h include
 * RT-Thread's sys/select.h before the types that it needs are defined. Including
 * sys/types.h once without that file avoids this, on kernels 4.1 to 5.x.
 */
#if defined(__GNUC__) && !defined(__ARMCC_VERSION) && !defined(__linux__) && !defined(__SYS_SELECT_H__)
#define __SYS_SELECT_H__
#include <sys/types.h>
#undef __SYS_SELECT_H__
#endif

#ifdef PKG_MBEDTLS_ENGINE_3_6
#define MBEDTLS_CONFIG_VERSION              0x03000000
#endif

/*
 * Platform: memory and text come from the package.
 */
#include "tls_memory.h"
#include "tls_text.h"

#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO       tls_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO         tls_free

/*
 * Random source.
 */
#define MBEDTLS_NO_PLATFORM_ENTROPY
#ifdef PKG_MBEDTLS_ENTROPY
#define MBEDTLS_ENTROPY_C
#define MBEDTLS_ENTROPY_HARDWARE_ALT
#endif
#define MBEDTLS_ENTROPY_MAX_SOURCES         PKG_MBEDTLS_ENTROPY_MAX_SOURCES
#ifndef PKG_MBEDTLS_RANDOM_DIRECT
#define MBEDTLS_CTR_DRBG_C
#endif

/*
 * Time.
 */
#define MBEDTLS_HAVE_TIME
#ifndef PKG_MBEDTLS_CLOCK_NONE
#define MBEDTLS_HAVE_TIME_DATE
#define MBEDTLS_PLATFORM_GMTIME_R_ALT
#endif
#ifdef PKG_MBEDTLS_ENGINE_3_6
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#endif
/* With self tests 2.28's module needs alarm(), which a kernel lacks; its other functions are replaced anyway. */
#if !defined(PKG_MBEDTLS_ENGINE_2_28) || !defined(PKG_MBEDTLS_SELF_TEST)
#define MBEDTLS_TIMING_C
#endif
#define MBEDTLS_TIMING_ALT

/*
 * Protocol.
 */
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#ifdef PKG_MBEDTLS_TLS1_2
#define MBEDTLS_SSL_PROTO_TLS1_2
#endif
#ifdef PKG_MBEDTLS_TLS1_3
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
/* A session in its handshake has its key for ECDH in one, and computes with another. */
#define MBEDTLS_PSA_KEY_SLOT_COUNT          (2 * PKG_MBEDTLS_TLS1_3_SESSIONS)
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_ALT
#define MBEDTLS_HKDF_C
#endif

/*
 * Obsolete protocols, in 2.28 only. The engine calls DTLS 1.0 TLS 1.1.
 */
#if defined(PKG_MBEDTLS_TLS1_1) || defined(PKG_MBEDTLS_DTLS1_0)
#define MBEDTLS_SSL_PROTO_TLS1_1
#endif
#ifdef PKG_MBEDTLS_TLS1_0
#define MBEDTLS_SSL_PROTO_TLS1
#endif
#ifdef PKG_MBEDTLS_SSL3
#define MBEDTLS_SSL_PROTO_SSL3
#endif
#ifdef PKG_MBEDTLS_CBC_RECORD_SPLITTING
#define MBEDTLS_SSL_CBC_RECORD_SPLITTING
#endif
#ifdef PKG_MBEDTLS_FALLBACK_SCSV
#define MBEDTLS_SSL_FALLBACK_SCSV
#endif
#ifdef PKG_MBEDTLS_TRUNCATED_HMAC
#define MBEDTLS_SSL_TRUNCATED_HMAC
#endif

/*
 * Extensions.
 */
#ifdef PKG_MBEDTLS_MAX_FRAGMENT_LENGTH
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#endif
#ifdef PKG_MBEDTLS_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#endif
#if defined(PKG_MBEDTLS_EXTENDED_MASTER_SECRET) && (defined(PKG_MBEDTLS_TLS1_2) || defined(PKG_MBEDTLS_TLS1_1))
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#endif
#ifdef PKG_MBEDTLS_ENCRYPT_THEN_MAC
#define MBEDTLS_SSL_ENCRYPT_THEN_MAC
#endif
#ifdef PKG_MBEDTLS_ALPN
#define MBEDTLS_SSL_ALPN
#endif
#ifdef PKG_MBEDTLS_SESSION_TICKETS
#define MBEDTLS_SSL_SESSION_TICKETS
#ifdef PKG_MBEDTLS_TLS1_3
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#endif
#endif
#ifdef PKG_MBEDTLS_RENEGOTIATION
#define MBEDTLS_SSL_RENEGOTIATION
#endif
#ifdef PKG_MBEDTLS_SSL_ALL_ALERT_MESSAGES
#define MBEDTLS_SSL_ALL_ALERT_MESSAGES
#endif
#ifdef PKG_MBEDTLS_SSL_EXPORT_KEYS
#define MBEDTLS_SSL_EXPORT_KEYS
#endif

/*
 * Datagrams.
 */
#ifdef PKG_MBEDTLS_DTLS
#define MBEDTLS_SSL_PROTO_DTLS
/* Limits the heap for messages out of order, which any peer can send. */
#define MBEDTLS_SSL_DTLS_MAX_BUFFERING      (MBEDTLS_SSL_MAX_CONTENT_LEN / 8 * 9 + 64)
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define MBEDTLS_SSL_DTLS_BADMAC_LIMIT
#endif
#endif
#ifdef PKG_MBEDTLS_DTLS_ANTI_REPLAY
#define MBEDTLS_SSL_DTLS_ANTI_REPLAY
#endif
#ifdef PKG_MBEDTLS_DTLS_CID
#define MBEDTLS_SSL_DTLS_CONNECTION_ID
#define MBEDTLS_SSL_CID_TLS1_3_PADDING_GRANULARITY 1
#endif

/*
 * Key exchange.
 */
#if !defined(PKG_MBEDTLS_CERTIFICATES) && !defined(PKG_MBEDTLS_PSK)
#error "no key exchange is selected, or rtconfig.h is from an earlier version of the menu: run menuconfig"
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_PSK
#define MBEDTLS_KEY_EXCHANGE_PSK_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_PSK
#define MBEDTLS_KEY_EXCHANGE_ECDHE_PSK_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_RSA
#define MBEDTLS_KEY_EXCHANGE_RSA_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_DHE_RSA
#define MBEDTLS_KEY_EXCHANGE_DHE_RSA_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDH_ECDSA
#define MBEDTLS_KEY_EXCHANGE_ECDH_ECDSA_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDH_RSA
#define MBEDTLS_KEY_EXCHANGE_ECDH_RSA_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_DHE_PSK
#define MBEDTLS_KEY_EXCHANGE_DHE_PSK_ENABLED
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK
#define MBEDTLS_KEY_EXCHANGE_RSA_PSK_ENABLED
#endif
#ifdef PKG_MBEDTLS_DHM
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_DHM_C
#endif
/* The files that replace parts of the engine are in ports/src/alt. */
#ifdef PKG_MBEDTLS_RSA
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#ifdef PKG_MBEDTLS_RSA_PUBLIC
#define MBEDTLS_RSA_ALT
#endif
#ifdef PKG_MBEDTLS_RSA_PSS
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#endif
#endif

/*
 * Ciphers. MBEDTLS_AES_ROM_TABLES comes from rtconfig.h directly.
 */
#define MBEDTLS_CIPHER_C
#ifdef PKG_MBEDTLS_GCM
#define MBEDTLS_GCM_C
#ifdef PKG_MBEDTLS_GCM_SMALL
#define MBEDTLS_GCM_ALT
#endif
#endif
#ifdef PKG_MBEDTLS_CCM
#define MBEDTLS_CCM_C
#endif
#ifdef PKG_MBEDTLS_CHACHAPOLY
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#endif
#ifdef PKG_MBEDTLS_CBC
#define MBEDTLS_CIPHER_MODE_CBC
#endif
#ifdef PKG_MBEDTLS_AES
#define MBEDTLS_AES_C
#endif
#ifdef PKG_MBEDTLS_AES_SMALL
#define MBEDTLS_AES_ALT
#endif
#ifdef PKG_MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#endif
#ifdef PKG_MBEDTLS_ENGINE_3_6
#if defined(PKG_MBEDTLS_AES) && !defined(PKG_MBEDTLS_AES_256)
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#endif
#ifndef PKG_MBEDTLS_AES_DECRYPT
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT
#endif
#endif
#ifdef PKG_MBEDTLS_CAMELLIA
#define MBEDTLS_CAMELLIA_C
#endif
#ifdef PKG_MBEDTLS_ARIA
#define MBEDTLS_ARIA_C
#endif
#ifdef PKG_MBEDTLS_DES
#define MBEDTLS_DES_C
#endif
#ifdef PKG_MBEDTLS_RC4
#define MBEDTLS_ARC4_C
#endif
#ifdef PKG_MBEDTLS_SUITE_LIST
#include "tls_suites.h"
#define MBEDTLS_SSL_CIPHERSUITES            TLS_SUITES 0
#endif

/*
 * Curves.
 */
#ifdef PKG_MBEDTLS_ECC
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECDH_C
#ifdef PKG_MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_NIST_OPTIM
#endif
#ifndef PKG_MBEDTLS_ECP_FIXED_POINT
#define MBEDTLS_ECP_FIXED_POINT_OPTIM       0
#endif
#if defined(PKG_MBEDTLS_ENGINE_3_6) && !defined(PKG_MBEDTLS_ECDSA_SIGN)
#define MBEDTLS_ECDSA_SIGN_ALT
#endif
#endif
#ifdef PKG_MBEDTLS_P256_KERNEL
#define MBEDTLS_ECDH_GEN_PUBLIC_ALT
#define MBEDTLS_ECDH_COMPUTE_SHARED_ALT
#define MBEDTLS_ECDSA_VERIFY_ALT
#endif
#ifdef PKG_MBEDTLS_P256_M
#define MBEDTLS_ECP_ALT
#undef MBEDTLS_ECDSA_SIGN_ALT
#define MBEDTLS_ECDSA_SIGN_ALT
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP256R1
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP384R1
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP521R1
#define MBEDTLS_ECP_DP_SECP521R1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_X25519
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP224R1
#define MBEDTLS_ECP_DP_SECP224R1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP192R1
#define MBEDTLS_ECP_DP_SECP192R1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP256K1
#define MBEDTLS_ECP_DP_SECP256K1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP224K1
#define MBEDTLS_ECP_DP_SECP224K1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP192K1
#define MBEDTLS_ECP_DP_SECP192K1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_BP256R1
#define MBEDTLS_ECP_DP_BP256R1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_BP384R1
#define MBEDTLS_ECP_DP_BP384R1_ENABLED
#endif
#ifdef PKG_MBEDTLS_CURVE_BP512R1
#define MBEDTLS_ECP_DP_BP512R1_ENABLED
#endif

/*
 * Hashes.
 */
#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#ifdef PKG_MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA256_SMALLER
#endif
#if defined(PKG_MBEDTLS_ENGINE_3_6) && defined(PKG_MBEDTLS_SHA224)
#define MBEDTLS_SHA224_C
#endif
#ifdef PKG_MBEDTLS_SHA512
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#ifdef PKG_MBEDTLS_SHA512_SMALLER
#define MBEDTLS_SHA512_SMALLER
#endif
#endif
#ifdef PKG_MBEDTLS_SHA1
#define MBEDTLS_SHA1_C
#endif
#ifdef PKG_MBEDTLS_SHA1_KEY_EXCHANGE
#define MBEDTLS_TLS_DEFAULT_ALLOW_SHA1_IN_KEY_EXCHANGE
#endif
#ifdef PKG_MBEDTLS_MD5
#define MBEDTLS_MD5_C
#endif

/*
 * Certificates.
 */
#ifdef PKG_MBEDTLS_CERTIFICATES
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#ifdef PKG_MBEDTLS_ECC
#define MBEDTLS_ECDSA_C
#ifdef PKG_MBEDTLS_ECDSA_DETERMINISTIC
#define MBEDTLS_ECDSA_DETERMINISTIC
#endif
#endif
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK
/* 3.6 always checks both usages. */
#ifdef PKG_MBEDTLS_X509_CHECK_KEY_USAGE
#define MBEDTLS_X509_CHECK_KEY_USAGE
#endif
#ifdef PKG_MBEDTLS_X509_CHECK_EXTENDED_KEY_USAGE
#define MBEDTLS_X509_CHECK_EXTENDED_KEY_USAGE
#endif
/* The engine's own parser of addresses: kernel 4.0.0 has no inet_pton() for IPv6. */
#define MBEDTLS_TEST_SW_INET_PTON
#ifdef PKG_MBEDTLS_PEM
#define MBEDTLS_BASE64_C
#define MBEDTLS_PEM_PARSE_C
#endif
#if defined(PKG_MBEDTLS_PINNING) || defined(PKG_MBEDTLS_PK_WRITE)
#define MBEDTLS_PK_WRITE_C
#endif
#ifdef PKG_MBEDTLS_PK_PARSE_EC_EXTENDED
#define MBEDTLS_PK_PARSE_EC_EXTENDED
#endif
#ifdef PKG_MBEDTLS_X509_CRL_PARSE
#define MBEDTLS_X509_CRL_PARSE_C
#endif
#ifdef PKG_USING_MBEDTLS_CERTS_FROM_FS
#define MBEDTLS_FS_IO
#endif
#endif
#if defined(PKG_MBEDTLS_ENGINE_3_6) && !defined(PKG_MBEDTLS_X509_INFO)
#define MBEDTLS_X509_REMOVE_INFO
#endif

/*
 * Server. tls_cookie makes the cookies, without heap.
 */
#ifdef PKG_MBEDTLS_SERVER
#define MBEDTLS_SSL_SRV_C
#ifdef PKG_MBEDTLS_DTLS
#define MBEDTLS_SSL_DTLS_HELLO_VERIFY
#endif
#endif

/*
 * Speed against size.
 */
#ifdef PKG_MBEDTLS_HAVE_ASM
#define MBEDTLS_HAVE_ASM
#endif
#define MBEDTLS_MPI_MAX_SIZE                PKG_MBEDTLS_MPI_MAX_SIZE
#ifdef PKG_MBEDTLS_MPI_WINDOW_SIZE
#define MBEDTLS_MPI_WINDOW_SIZE             PKG_MBEDTLS_MPI_WINDOW_SIZE
#endif

/*
 * Buffers. MBEDTLS_SSL_MAX_CONTENT_LEN, a macro that 3.6 no longer has, is the
 * longest record that can be received; records sent may be shorter.
 */
#define MBEDTLS_SSL_IN_CONTENT_LEN          MBEDTLS_SSL_MAX_CONTENT_LEN
#if PKG_MBEDTLS_SSL_OUT_CONTENT_LEN < MBEDTLS_SSL_MAX_CONTENT_LEN
#define MBEDTLS_SSL_OUT_CONTENT_LEN         PKG_MBEDTLS_SSL_OUT_CONTENT_LEN
#else
#define MBEDTLS_SSL_OUT_CONTENT_LEN         MBEDTLS_SSL_MAX_CONTENT_LEN
#endif

#ifdef PKG_MBEDTLS_SSL_VARIABLE_BUFFER
#define MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH
/* In the engine's own files, which define this guard first: applications get the function of tls_engine_read.c. */
#ifdef MBEDTLS_LIBRARY_COMMON_H
#define mbedtls_ssl_read                    tls_buffer_read
#endif
#endif

/*
 * Messages and debugging.
 */
#ifdef PKG_USING_MBEDTLS_DEBUG
#define MBEDTLS_DEBUG_C
#else
#define MBEDTLS_PLATFORM_SNPRINTF_MACRO     tls_snprintf
#endif
#ifdef PKG_MBEDTLS_ERROR_STRINGS
#define MBEDTLS_ERROR_C
#endif
#ifdef PKG_MBEDTLS_ERROR_STRERROR_DUMMY
#define MBEDTLS_ERROR_STRERROR_DUMMY
#endif
#ifdef PKG_MBEDTLS_VERSION
#define MBEDTLS_VERSION_C
#endif
#ifdef PKG_MBEDTLS_VERSION_FEATURES
#define MBEDTLS_VERSION_FEATURES
#endif
#ifdef PKG_MBEDTLS_SELF_TEST
#define MBEDTLS_SELF_TEST
#endif

#include "tls_config_modules.h"

#ifdef PKG_MBEDTLS_ENGINE_2_28
#include "mbedtls/check_config.h"
#endif

#endif /* TLS_CONFIG_H */
