/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Modules of the engine that only applications use. The menu "Modules for
 * applications"; included by tls_config.h.
 */
#ifndef TLS_CONFIG_MODULES_H
#define TLS_CONFIG_MODULES_H

/*
 * Ciphers, hashes, generators.
 */
#ifdef PKG_MBEDTLS_CIPHER_MODE_CFB
#define MBEDTLS_CIPHER_MODE_CFB
#endif
#ifdef PKG_MBEDTLS_CIPHER_MODE_CTR
#define MBEDTLS_CIPHER_MODE_CTR
#endif
#ifdef PKG_MBEDTLS_CIPHER_PADDING_PKCS7
#define MBEDTLS_CIPHER_PADDING_PKCS7
#endif
#ifdef PKG_MBEDTLS_CIPHER_PADDING_ONE_AND_ZEROS
#define MBEDTLS_CIPHER_PADDING_ONE_AND_ZEROS
#endif
#ifdef PKG_MBEDTLS_CIPHER_PADDING_ZEROS_AND_LEN
#define MBEDTLS_CIPHER_PADDING_ZEROS_AND_LEN
#endif
#ifdef PKG_MBEDTLS_CIPHER_PADDING_ZEROS
#define MBEDTLS_CIPHER_PADDING_ZEROS
#endif
#ifdef PKG_MBEDTLS_BLOWFISH
#define MBEDTLS_BLOWFISH_C
#endif
#ifdef PKG_MBEDTLS_XTEA
#define MBEDTLS_XTEA_C
#endif
#ifdef PKG_MBEDTLS_RIPEMD160
#define MBEDTLS_RIPEMD160_C
#endif
#ifdef PKG_MBEDTLS_HMAC_DRBG
#define MBEDTLS_HMAC_DRBG_C
#endif

/*
 * Keys and certificates.
 */
#ifdef PKG_MBEDTLS_GENPRIME
#define MBEDTLS_GENPRIME
#endif
#ifdef PKG_MBEDTLS_PK_RSA_ALT_SUPPORT
#define MBEDTLS_PK_RSA_ALT_SUPPORT
#endif
#ifdef PKG_MBEDTLS_PKCS5
#define MBEDTLS_PKCS5_C
#endif
#ifdef PKG_MBEDTLS_PKCS12
#define MBEDTLS_PKCS12_C
#endif
#ifdef PKG_MBEDTLS_PEM_WRITE
#define MBEDTLS_BASE64_C
#define MBEDTLS_PEM_WRITE_C
#endif
#ifdef PKG_MBEDTLS_X509_CREATE
#define MBEDTLS_X509_CREATE_C
#endif
#ifdef PKG_MBEDTLS_X509_CRT_WRITE
#define MBEDTLS_X509_CRT_WRITE_C
#endif
#ifdef PKG_MBEDTLS_X509_CSR_WRITE
#define MBEDTLS_X509_CSR_WRITE_C
#endif
#ifdef PKG_MBEDTLS_X509_CSR_PARSE
#define MBEDTLS_X509_CSR_PARSE_C
#endif
#ifdef PKG_MBEDTLS_CERTS
#define MBEDTLS_CERTS_C
#endif

/*
 * Servers of an application.
 */
#ifdef PKG_MBEDTLS_SSL_CACHE
#define MBEDTLS_SSL_CACHE_C
#endif
#ifdef PKG_MBEDTLS_SSL_TICKET
#define MBEDTLS_SSL_TICKET_C
#endif
#ifdef PKG_MBEDTLS_SSL_COOKIE
#define MBEDTLS_SSL_COOKIE_C
#endif

#endif /* TLS_CONFIG_MODULES_H */
