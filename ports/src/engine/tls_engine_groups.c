/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The order of the groups, and curves that Mbed TLS 3.6 implements but neither offers
 * nor accepts in a certificate by default. In builds with PKG_MBEDTLS_GROUPS.
 */
#include "tls_engine.h"

/* 2.28 has identifiers of its own; its order is the longest first, X25519 last. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define GROUP(name)     MBEDTLS_ECP_DP_ ## name
#define X25519          MBEDTLS_ECP_DP_CURVE25519
#define SET_GROUPS      mbedtls_ssl_conf_curves
typedef mbedtls_ecp_group_id group_id;
#else
#define GROUP(name)     MBEDTLS_SSL_IANA_TLS_GROUP_ ## name
#define X25519          MBEDTLS_SSL_IANA_TLS_GROUP_X25519
#define SET_GROUPS      mbedtls_ssl_conf_groups
typedef uint16_t group_id;
#endif

/*
 * First the default groups of 3.6 in its order, except that P-256 comes before X25519 if it is the faster one. Then
 * the others, the strongest first.
 */
static const group_id groups[] =
{
#ifdef PKG_MBEDTLS_P256_FAST
    GROUP(SECP256R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_X25519
    X25519,
#endif
#if defined(PKG_MBEDTLS_CURVE_SECP256R1) && !defined(PKG_MBEDTLS_P256_FAST)
    GROUP(SECP256R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP384R1
    GROUP(SECP384R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP521R1
    GROUP(SECP521R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_BP256R1
    GROUP(BP256R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_BP384R1
    GROUP(BP384R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_BP512R1
    GROUP(BP512R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP256K1
    GROUP(SECP256K1),
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP224R1
    GROUP(SECP224R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP224K1
    GROUP(SECP224K1),
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP192R1
    GROUP(SECP192R1),
#endif
#ifdef PKG_MBEDTLS_CURVE_SECP192K1
    GROUP(SECP192K1),
#endif
    GROUP(NONE)
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
    SET_GROUPS(conf, groups);
    /* Declared in builds with certificates only. */
#if defined(PKG_MBEDTLS_CERTIFICATES) && defined(PKG_MBEDTLS_RARE_CURVES)
    mbedtls_ssl_conf_cert_profile(conf, &profile);
#endif
}
