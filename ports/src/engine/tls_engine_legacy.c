/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Protocols and ciphers before TLS 1.2. In builds with Mbed TLS 2.28.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "tls_engine.h"

/*
 * The oldest protocol of a session: the minor number of its version 3. By itself
 * the engine takes every version of the build, where TLS 1.1 may be there for
 * DTLS 1.0 only.
 */
#define MINOR_SSL3              0
#define MINOR_TLS1_0            1
#define MINOR_TLS1_1            2
#define MINOR_TLS1_2            3

#if defined(PKG_MBEDTLS_SSL3)
#define MINOR_STREAM            MINOR_SSL3
#elif defined(PKG_MBEDTLS_TLS1_0)
#define MINOR_STREAM            MINOR_TLS1_0
#elif defined(PKG_MBEDTLS_TLS1_1)
#define MINOR_STREAM            MINOR_TLS1_1
#else
#define MINOR_STREAM            MINOR_TLS1_2
#endif
#ifdef PKG_MBEDTLS_DTLS1_0
#define MINOR_DATAGRAM          MINOR_TLS1_1
#else
#define MINOR_DATAGRAM          MINOR_TLS1_2
#endif

static void set_oldest_version(mbedtls_ssl_config *conf, int minor)
{
    mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, minor);
}

void tls_engine_allow_legacy(mbedtls_ssl_config *conf, int transport)
{
    set_oldest_version(conf, transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM ? MINOR_DATAGRAM : MINOR_STREAM);
    /* The engine leaves RC4 off by default, and declares the function only where it is in the build. */
#ifdef PKG_MBEDTLS_RC4
    mbedtls_ssl_conf_arc4_support(conf, MBEDTLS_SSL_ARC4_ENABLED);
#endif
    /* The same holds for truncated HMAC. */
#ifdef PKG_MBEDTLS_TRUNCATED_HMAC
    mbedtls_ssl_conf_truncated_hmac(conf, MBEDTLS_SSL_TRUNC_HMAC_ENABLED);
#endif
}

void tls_engine_refuse_legacy(mbedtls_ssl_config *conf)
{
    set_oldest_version(conf, MINOR_TLS1_2);
}

int tls_engine_is_weak(const mbedtls_ssl_context *ssl)
{
    const char *suite = mbedtls_ssl_get_ciphersuite(ssl);

    return ssl->minor_ver < MINOR_TLS1_2 || strstr(suite, "-RC4-") != NULL || strstr(suite, "-3DES-") != NULL;
}
