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
#define parse_private(pk, key, length, password, size, f_rng) \
    ((void)(f_rng), mbedtls_pk_parse_key(pk, key, length, password, size))
#define check_pair(public, pk, f_rng)   ((void)(f_rng), mbedtls_pk_check_pair(public, pk))
#else
#define parse_private(pk, key, length, password, size, f_rng) \
    mbedtls_pk_parse_key(pk, key, length, password, size, f_rng, NULL)
#define check_pair(public, pk, f_rng)   mbedtls_pk_check_pair(public, pk, f_rng, NULL)
#endif

/* 2.28 has no TLS 1.3. */
#ifdef PKG_MBEDTLS_TLS1_3
#define is_tls13(ssl)           ((ssl)->tls_version == MBEDTLS_SSL_VERSION_TLS1_3)
#else
#define is_tls13(ssl)           0
#endif

#define LENGTH                  3       /* bytes of a length in the message */
#define SEQUENCE                0x30    /* the first byte of a certificate in DER */

/* Bytes that a Certificate message has beside the certificates: in all at most, and for each of them. */
#define MESSAGE_LENGTH          16
#define ENTRY_LENGTH            5

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

/* Bytes of the DER sequence at data; 0 if there is none, or if its length has more than two bytes. */
static size_t element_length(const unsigned char *data, size_t length)
{
    size_t size;

    if (length < 4 || data[0] != SEQUENCE)
    {
        return 0;
    }
    size = data[1] < 0x80 ? data[1] + 2u : data[1] == 0x81 ? data[2] + 3u :
           data[1] == 0x82 ? ((size_t)data[2] << 8 | data[3]) + 4 : 0;

    return size <= length ? size : 0;
}

int tls_engine_parse_chain(mbedtls_x509_crt *chain, const unsigned char *data, size_t length)
{
    size_t size;
    int ret;

    if (length > 0 && data[0] != SEQUENCE)
    {
        /* A positive result is the number of certificates that cannot be read. */
        ret = mbedtls_x509_crt_parse(chain, data, length);
        return ret > 0 ? MBEDTLS_ERR_X509_INVALID_FORMAT : ret;
    }
    do
    {
        size = element_length(data, length);
        ret = size == 0 ? MBEDTLS_ERR_X509_INVALID_FORMAT : mbedtls_x509_crt_parse_der_nocopy(chain, data, size);
        data += size;
        length -= size;
    }
    while (ret == 0 && length > 0);

    return ret;
}

size_t tls_engine_certificate_message(const mbedtls_x509_crt *chain)
{
    size_t length = MESSAGE_LENGTH;

    for (; chain != NULL; chain = chain->next)
    {
        length += chain->raw.len + ENTRY_LENGTH;
    }

    return length;
}

int tls_engine_parse_key(mbedtls_pk_context *pk, const unsigned char *key, size_t length, const char *password,
                         tls_engine_random *f_rng)
{
    return parse_private(pk, key, length, (const unsigned char *)password, password != NULL ? strlen(password) : 0,
                         f_rng);
}

int tls_engine_check_key(const mbedtls_pk_context *pk, const mbedtls_x509_crt *crt, tls_engine_random *f_rng)
{
    return check_pair(&crt->pk, pk, f_rng);
}
