/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The cipher suites of the build by name (PKG_MBEDTLS_SUITE_LIST), in the
 * engine's own order: forward secrecy first, then the longer key, then AEAD.
 * The engine passes over a suite whose hash is not in the build.
 */
#ifndef TLS_CONFIG_SUITES_H
#define TLS_CONFIG_SUITES_H

/* Each key exchange makes a suite of a cipher, or nothing if it is not in the build. */
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
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_RSA
#define TLS_RSA(cipher)                     MBEDTLS_TLS_RSA_WITH_##cipher,
#else
#define TLS_RSA(cipher)
#endif
#ifdef PKG_MBEDTLS_TLS1_3
#define TLS_1_3(cipher)                     MBEDTLS_TLS1_3_##cipher,
#else
#define TLS_1_3(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_PSK
#define TLS_PSK(cipher)                     MBEDTLS_TLS_PSK_WITH_##cipher,
#else
#define TLS_PSK(cipher)
#endif
#ifdef PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_PSK
#define TLS_ECDHE_PSK(cipher)               MBEDTLS_TLS_ECDHE_PSK_WITH_##cipher,
#else
#define TLS_ECDHE_PSK(cipher)
#endif
#define TLS_ECDHE(cipher)                   TLS_ECDHE_ECDSA(cipher) TLS_ECDHE_RSA(cipher)

/* Each cipher is applied to the key exchanges, or nothing if it is not in the build. */
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
#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_GCM(exchanges)          exchanges(AES_128_GCM_SHA256)
#else
#define TLS_AES_128_GCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CCM) && defined(PKG_MBEDTLS_AES_256)
#define TLS_AES_256_CCM(exchanges)          exchanges(AES_256_CCM) exchanges(AES_256_CCM_8)
#else
#define TLS_AES_256_CCM(exchanges)
#endif
#if defined(PKG_MBEDTLS_CCM) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_CCM(exchanges)          exchanges(AES_128_CCM) exchanges(AES_128_CCM_8)
#else
#define TLS_AES_128_CCM(exchanges)
#endif
#ifdef PKG_MBEDTLS_CBC_SHA1
#define TLS_CBC_SHA1(exchanges, cipher)     exchanges(cipher##_CBC_SHA)
#else
#define TLS_CBC_SHA1(exchanges, cipher)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_AES_256)
#define TLS_AES_256_CBC(exchanges, hash)    exchanges(AES_256_CBC_##hash) TLS_CBC_SHA1(exchanges, AES_256)
#else
#define TLS_AES_256_CBC(exchanges, hash)
#endif
#if defined(PKG_MBEDTLS_CBC) && defined(PKG_MBEDTLS_AES_128)
#define TLS_AES_128_CBC(exchanges)          exchanges(AES_128_CBC_SHA256) TLS_CBC_SHA1(exchanges, AES_128)
#else
#define TLS_AES_128_CBC(exchanges)
#endif

#define MBEDTLS_SSL_CIPHERSUITES \
    TLS_CHACHAPOLY(TLS_1_3) TLS_AES_256_GCM(TLS_1_3) TLS_AES_128_GCM(TLS_1_3) \
    TLS_CHACHAPOLY(TLS_ECDHE) \
    TLS_AES_256_GCM(TLS_ECDHE) TLS_AES_256_CCM(TLS_ECDHE_ECDSA) TLS_AES_256_CBC(TLS_ECDHE, SHA384) \
    TLS_AES_128_GCM(TLS_ECDHE) TLS_AES_128_CCM(TLS_ECDHE_ECDSA) TLS_AES_128_CBC(TLS_ECDHE) \
    TLS_CHACHAPOLY(TLS_ECDHE_PSK) TLS_AES_256_CBC(TLS_ECDHE_PSK, SHA384) TLS_AES_128_CBC(TLS_ECDHE_PSK) \
    TLS_AES_256_GCM(TLS_RSA) TLS_AES_256_CCM(TLS_RSA) TLS_AES_256_CBC(TLS_RSA, SHA256) \
    TLS_AES_128_GCM(TLS_RSA) TLS_AES_128_CCM(TLS_RSA) TLS_AES_128_CBC(TLS_RSA) \
    TLS_CHACHAPOLY(TLS_PSK) TLS_AES_256_GCM(TLS_PSK) TLS_AES_256_CCM(TLS_PSK) TLS_AES_256_CBC(TLS_PSK, SHA384) \
    TLS_AES_128_GCM(TLS_PSK) TLS_AES_128_CCM(TLS_PSK) TLS_AES_128_CBC(TLS_PSK) \
    0

#endif /* TLS_CONFIG_SUITES_H */
