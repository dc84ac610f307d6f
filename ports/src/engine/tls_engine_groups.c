/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The order of the groups, and curves that Mbed TLS 3.6 implements but neither offers
 * nor accepts in a certificate by default. In builds with PKG_MBEDTLS_GROUPS.
 */
#include "tls_engine.h"

/*
 * First the engine's default groups in its order, except that P-256 comes before X25519 if it is the faster one. Then
 * the others, the strongest first.
 */
static const uint16_t groups[] =
{
#ifdef PKG_MBEDTLS_P256_FAST
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_X25519
    MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
#endif
#if defined(PKG_MBEDTLS_CURVE_SECP256R1) && !defined(PKG_MBEDTLS_P256_FAST)
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP384R1
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP521R1
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_BP256R1
    MBEDTLS_SSL_IANA_TLS_GROUP_BP256R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_BP384R1
    MBEDTLS_SSL_IANA_TLS_GROUP_BP384R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_BP512R1
    MBEDTLS_SSL_IANA_TLS_GROUP_BP512R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP256K1
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256K1,
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP224R1
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP224R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP224K1
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP224K1,
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP192R1
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP192R1,
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP192K1
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP192K1,
#endif
    MBEDTLS_SSL_IANA_TLS_GROUP_NONE
};

#if defined(PKG_MBEDTLS_CERTIFICATES) && defined(PKG_MBEDTLS_RARE_CURVES)
/* The engine's default profile, with every curve of the build. */
static const mbedtls_x509_crt_profile profile =
{
    MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
    MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    0xFFFFFFF,                          /* all kinds of keys */
    0xFFFFFFF,                          /* all curves */
    2048                                /* bits of an RSA key, minimum */
};
#endif

void tls_engine_set_groups(mbedtls_ssl_config *conf)
{
    mbedtls_ssl_conf_groups(conf, groups);
    /* Declared in builds with certificates only. */
#if defined(PKG_MBEDTLS_CERTIFICATES) && defined(PKG_MBEDTLS_RARE_CURVES)
    mbedtls_ssl_conf_cert_profile(conf, &profile);
#endif
}
