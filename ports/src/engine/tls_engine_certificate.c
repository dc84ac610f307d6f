/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Certificates and private keys as the engine keeps them. In builds with
 * certificates.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "tls_engine.h"

#ifdef PKG_MBEDTLS_ENGINE_2_28
#define parse_private(pk, key, length, f_rng)   ((void)(f_rng), mbedtls_pk_parse_key(pk, key, length, NULL, 0))
#define check_pair(public, pk, f_rng)           mbedtls_pk_check_pair(public, pk)
#else
#define parse_private(pk, key, length, f_rng)   mbedtls_pk_parse_key(pk, key, length, NULL, 0, f_rng, NULL)
#define check_pair(public, pk, f_rng)           mbedtls_pk_check_pair(public, pk, f_rng, NULL)
#endif

const char *tls_engine_hostname(const mbedtls_ssl_context *ssl)
{
    return ssl->hostname;
}

int tls_engine_is_authority(const mbedtls_x509_crt *crt)
{
    return crt->ca_istrue;
}

int tls_engine_is_attribute(const mbedtls_x509_name *name, unsigned char kind)
{
    const unsigned char *id = name->oid.p;

    return name->oid.len == 3 && id[0] == 0x55 && id[1] == 0x04 && id[2] == kind;
}

int tls_engine_parse_key(mbedtls_pk_context *pk, const unsigned char *key, size_t length,
                         const mbedtls_x509_crt *crt, int (*f_rng)(void *, unsigned char *, size_t))
{
    int ret = parse_private(pk, key, length, f_rng);

    return ret != 0 ? ret : check_pair(&crt->pk, pk, f_rng);
}

void tls_engine_verify_text(uint32_t flags, char *text, size_t size)
{
    uint32_t lowest = flags & (0 - flags);
    char *end;

    memset(text, 0, size);
    /* Not declared in a build without PKG_MBEDTLS_X509_INFO. */
#ifndef MBEDTLS_X509_REMOVE_INFO
    (void)mbedtls_x509_crt_verify_info(text, size, "", lowest);
#else
    (void)lowest;
#endif
    end = strchr(text, '\n');
    if (end != NULL)
    {
        *end = '\0';
    }
}
