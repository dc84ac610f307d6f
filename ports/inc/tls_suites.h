/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The cipher suites of the build by name, for lists of them: TLS_AES_128_GCM(TLS_PSK)
 * is MBEDTLS_TLS_PSK_WITH_AES_128_GCM_SHA256 and a comma if both the cipher and the
 * key exchange are in the build, else nothing. Not every pair exists.
 */
#ifndef TLS_SUITES_H
#define TLS_SUITES_H

/* Each key exchange makes a suite of a cipher, or nothing if it is not in the build. */
#ifdef PKG_MBEDTLS_TLS1_3
#define TLS_1_3(cipher)                     MBEDTLS_TLS1_3_##cipher,
#else
#define TLS_1_3(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA
#define TLS_ECDHE_ECDSA(cipher)             MBEDTLS_TLS_ECDHE_ECDSA_WITH_##cipher,
#else
#define TLS_ECDHE_ECDSA(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA
#define TLS_ECDHE_RSA(cipher)               MBEDTLS_TLS_ECDHE_RSA_WITH_##cipher,
#else
#define TLS_ECDHE_RSA(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_DHE_RSA
#define TLS_DHE_RSA(cipher)                 MBEDTLS_TLS_DHE_RSA_WITH_##cipher,
#else
#define TLS_DHE_RSA(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_RSA
#define TLS_RSA(cipher)                     MBEDTLS_TLS_RSA_WITH_##cipher,
#else
#define TLS_RSA(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDH_RSA
#define TLS_ECDH_RSA(cipher)                MBEDTLS_TLS_ECDH_RSA_WITH_##cipher,
#else
#define TLS_ECDH_RSA(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDH_ECDSA
#define TLS_ECDH_ECDSA(cipher)              MBEDTLS_TLS_ECDH_ECDSA_WITH_##cipher,
#else
#define TLS_ECDH_ECDSA(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_PSK
#define TLS_ECDHE_PSK(cipher)               MBEDTLS_TLS_ECDHE_PSK_WITH_##cipher,
#else
#define TLS_ECDHE_PSK(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_DHE_PSK
#define TLS_DHE_PSK(cipher)                 MBEDTLS_TLS_DHE_PSK_WITH_##cipher,
#else
#define TLS_DHE_PSK(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK
#define TLS_RSA_PSK(cipher)                 MBEDTLS_TLS_RSA_PSK_WITH_##cipher,
#else
#define TLS_RSA_PSK(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_PSK
#define TLS_PSK(cipher)                     MBEDTLS_TLS_PSK_WITH_##cipher,
#else
#define TLS_PSK(cipher)
#endif
/* TLS 1.3 names the hash of CCM. */
#define TLS_1_3_CCM(cipher)                 TLS_1_3(cipher##_SHA256)
#define TLS_ECDHE(cipher)                   TLS_ECDHE_ECDSA(cipher) TLS_ECDHE_RSA(cipher)
#define TLS_ECDH(cipher)                    TLS_ECDH_RSA(cipher) TLS_ECDH_ECDSA(cipher)

/* Each cipher is applied to key exchanges, or to none if it is not in the build. */
#ifdef PKG_MBEDTLS_CHACHAPOLY
#define TLS_CHACHAPOLY(exchanges)           exchanges(CHACHA20_POLY1305_SHA256)
#else
#define TLS_CHACHAPOLY(exchanges)
#endif
#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_AES_256)
#define TLS_AES_256_GCM(exchanges)          exchanges(AES_256_GCM_SHA384)
#else
#define TLS_AES_256_GCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CCM) && defined(PKG_MBEDTLS_AES_256)
#define TLS_AES_256_CCM(exchanges)          exchanges(AES_256_CCM)
#else
#define TLS_AES_256_CCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CCM) && defined(PKG_MBEDTLS_AES_256)
#define TLS_AES_256_CCM_8(exchanges)        exchanges(AES_256_CCM_8)
#else
#define TLS_AES_256_CCM_8(exchanges)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_AES_256)
#define TLS_AES_256_CBC(exchanges, hash)    exchanges(AES_256_CBC_##hash)
#else
#define TLS_AES_256_CBC(exchanges, hash)
#endif
#if defined(PKG_MBEDTLS_CBC_SHA1) && defined(PKG_MBEDTLS_AES_256)
#define TLS_AES_256_CBC_SHA(exchanges)      exchanges(AES_256_CBC_SHA)
#else
#define TLS_AES_256_CBC_SHA(exchanges)
#endif
#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_GCM(exchanges)          exchanges(AES_128_GCM_SHA256)
#else
#define TLS_AES_128_GCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CCM) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_CCM(exchanges)          exchanges(AES_128_CCM)
#else
#define TLS_AES_128_CCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CCM) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_CCM_8(exchanges)        exchanges(AES_128_CCM_8)
#else
#define TLS_AES_128_CCM_8(exchanges)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_CBC(exchanges, hash)    exchanges(AES_128_CBC_##hash)
#else
#define TLS_AES_128_CBC(exchanges, hash)
#endif
#if defined(PKG_MBEDTLS_CBC_SHA1) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_CBC_SHA(exchanges)      exchanges(AES_128_CBC_SHA)
#else
#define TLS_AES_128_CBC_SHA(exchanges)
#endif
#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_CAMELLIA)
#define TLS_CAMELLIA_256_GCM(exchanges)     exchanges(CAMELLIA_256_GCM_SHA384)
#else
#define TLS_CAMELLIA_256_GCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_CAMELLIA)
#define TLS_CAMELLIA_256_CBC(exchanges, hash) exchanges(CAMELLIA_256_CBC_##hash)
#else
#define TLS_CAMELLIA_256_CBC(exchanges, hash)
#endif
#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_CAMELLIA)
#define TLS_CAMELLIA_128_GCM(exchanges)     exchanges(CAMELLIA_128_GCM_SHA256)
#else
#define TLS_CAMELLIA_128_GCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_CAMELLIA)
#define TLS_CAMELLIA_128_CBC(exchanges, hash) exchanges(CAMELLIA_128_CBC_##hash)
#else
#define TLS_CAMELLIA_128_CBC(exchanges, hash)
#endif
#if defined(PKG_MBEDTLS_CBC_SHA1) && defined(PKG_MBEDTLS_CAMELLIA)
#define TLS_CAMELLIA_256_CBC_SHA(exchanges) exchanges(CAMELLIA_256_CBC_SHA)
#else
#define TLS_CAMELLIA_256_CBC_SHA(exchanges)
#endif
#if defined(PKG_MBEDTLS_CBC_SHA1) && defined(PKG_MBEDTLS_CAMELLIA)
#define TLS_CAMELLIA_128_CBC_SHA(exchanges) exchanges(CAMELLIA_128_CBC_SHA)
#else
#define TLS_CAMELLIA_128_CBC_SHA(exchanges)
#endif
#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_ARIA)
#define TLS_ARIA_256_GCM(exchanges)         exchanges(ARIA_256_GCM_SHA384)
#else
#define TLS_ARIA_256_GCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_ARIA)
#define TLS_ARIA_256_CBC(exchanges, hash)   exchanges(ARIA_256_CBC_##hash)
#else
#define TLS_ARIA_256_CBC(exchanges, hash)
#endif
#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_ARIA)
#define TLS_ARIA_128_GCM(exchanges)         exchanges(ARIA_128_GCM_SHA256)
#else
#define TLS_ARIA_128_GCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_ARIA)
#define TLS_ARIA_128_CBC(exchanges, hash)   exchanges(ARIA_128_CBC_##hash)
#else
#define TLS_ARIA_128_CBC(exchanges, hash)
#endif
#if defined(PKG_MBEDTLS_ENGINE_2_28) && defined(PKG_MBEDTLS_DES) && defined(PKG_MBEDTLS_CBC_SHA1)
#define TLS_3DES(exchanges)                 exchanges(3DES_EDE_CBC_SHA)
#else
#define TLS_3DES(exchanges)
#endif
#ifdef PKG_MBEDTLS_RC4
#define TLS_RC4(exchanges)                  exchanges(RC4_128_SHA)
#else
#define TLS_RC4(exchanges)
#endif
#ifdef PKG_MBEDTLS_RC4
#define TLS_RC4_MD5(exchanges)              exchanges(RC4_128_MD5)
#else
#define TLS_RC4_MD5(exchanges)
#endif

#endif /* TLS_SUITES_H */
