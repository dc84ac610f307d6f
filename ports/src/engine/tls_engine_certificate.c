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

/* 2.28 has no TLS 1.3. */
#ifdef PKG_MBEDTLS_TLS1_3
#define is_tls13(ssl)           ((ssl)->tls_version == MBEDTLS_SSL_VERSION_TLS1_3)
#else
#define is_tls13(ssl)           0
#endif

#define LENGTH                  3       /* bytes of a length in the message */

/* Where the list of certificates begins, behind its length; NULL if the message is not there as a whole. */
static const unsigned char *first_shown(const mbedtls_ssl_context *ssl)
{
    size_t begin;

    /* A context that was freed has state 0 and no configuration. */
    if (ssl->state != MBEDTLS_SSL_SERVER_CERTIFICATE && ssl->state != MBEDTLS_SSL_CLIENT_CERTIFICATE)
    {
        return NULL;
    }
    begin = (ssl->conf->transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM ? 12 : 4) + LENGTH;
    if (ssl->in_msgtype != MBEDTLS_SSL_MSG_HANDSHAKE || ssl->in_hslen < begin + 1 ||
        ssl->in_msglen < ssl->in_hslen || ssl->in_msg[0] != MBEDTLS_SSL_HS_CERTIFICATE)
    {
        return NULL;
    }

    /* TLS 1.3: the context of the request, which is empty, comes first (RFC 8446 4.4.2). */
    return ssl->in_msg + begin + (is_tls13(ssl) ? 1 : 0);
}

int tls_engine_next_shown(const mbedtls_ssl_context *ssl, struct tls_engine_shown *shown)
{
    const unsigned char *p = shown->der == NULL ? first_shown(ssl) : shown->der + shown->length;
    size_t left;

    if (p == NULL)
    {
        return 0;
    }
    left = (size_t)(ssl->in_msg + ssl->in_hslen - p);
    if (is_tls13(ssl) && shown->der != NULL && left >= 2)
    {
        size_t extensions = 2 + ((size_t)p[0] << 8 | p[1]);

        p += extensions < left ? extensions : left;
        left -= extensions < left ? extensions : left;
    }
    if (left < LENGTH)
    {
        return 0;
    }
    shown->der = p + LENGTH;
    shown->length = (size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2];

    return shown->length <= left - LENGTH;
}

const char *tls_engine_hostname(const mbedtls_ssl_context *ssl)
{
    return ssl->hostname;
}

int tls_engine_has_certificate(const mbedtls_ssl_context *ssl)
{
    return ssl->conf->key_cert != NULL;
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
