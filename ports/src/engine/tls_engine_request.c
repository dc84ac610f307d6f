/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a server asks a client's certificate for. In builds with
 * PKG_MBEDTLS_CLIENT_CERTIFICATE.
 *
 * The engine reads a CertificateRequest without keeping the names of issuers, which
 * are still in the input buffer behind that step of the handshake.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

#define TYPE_AUTHORITIES        47      /* RFC 8446 4.2.4 */

/* Members that only one engine, or only some builds have. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define HAS_ALGORITHMS(ssl)     ((ssl)->minor_ver == MBEDTLS_SSL_MINOR_VERSION_3)
#else
#define HAS_ALGORITHMS(ssl)     1
#endif
#ifdef PKG_MBEDTLS_TLS1_3
#define is_tls13(ssl)           ((ssl)->tls_version == MBEDTLS_SSL_VERSION_TLS1_3)
#define IS_EARLY_IN_TLS13(state) \
    ((state) == MBEDTLS_SSL_ENCRYPTED_EXTENSIONS || (state) == MBEDTLS_SSL_HELLO_RETRY_REQUEST || \
     (state) == MBEDTLS_SSL_CLIENT_CCS_BEFORE_2ND_CLIENT_HELLO || (state) == MBEDTLS_SSL_CLIENT_CCS_AFTER_CLIENT_HELLO)
#else
#define is_tls13(ssl)           0
#define IS_EARLY_IN_TLS13(state)        0
#endif

/** Part of a message. */
struct part
{
    const unsigned char *p;
    size_t left;
};

/* Take a vector with a length of some bytes from a part; an empty one if it is cut off. */
static struct part take(struct part *from, size_t width)
{
    struct part vector = { from->p, 0 };
    size_t length = 0;
    size_t i;

    for (i = 0; i < width && i < from->left; i++)
    {
        length = length << 8 | from->p[i];
    }
    if (width > from->left || length > from->left - width)
    {
        from->left = 0;
        return vector;
    }
    vector.p = from->p + width;
    vector.left = length;
    from->p += width + length;
    from->left -= width + length;

    return vector;
}

/* RFC 8446 4.3.2 */
static struct part issuers_of_tls13(struct part body)
{
    struct part extensions, extension, none = { body.p, 0 };

    (void)take(&body, 1);
    extensions = take(&body, 2);
    while (extensions.left > 2)
    {
        unsigned type = (unsigned)extensions.p[0] << 8 | extensions.p[1];

        extensions.p += 2;
        extensions.left -= 2;
        extension = take(&extensions, 2);
        if (type == TYPE_AUTHORITIES)
        {
            return take(&extension, 2);
        }
    }

    return none;
}

/* RFC 5246 7.4.4; before TLS 1.2 it has no signature algorithms. */
static struct part issuers_of(const mbedtls_ssl_context *ssl)
{
    size_t header = ssl->conf->transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM ? 12 : 4;
    struct part body = { ssl->in_msg + header, ssl->in_hslen > header ? ssl->in_hslen - header : 0 };

    if (is_tls13(ssl))
    {
        return issuers_of_tls13(body);
    }
    (void)take(&body, 1);
    if (HAS_ALGORITHMS(ssl))
    {
        (void)take(&body, 2);
    }

    return take(&body, 2);
}

/* The message that was read last asks for a certificate. */
static int is_asked(const mbedtls_ssl_context *ssl)
{
    return ssl->in_msgtype == MBEDTLS_SSL_MSG_HANDSHAKE && ssl->in_msg[0] == MBEDTLS_SSL_HS_CERTIFICATE_REQUEST;
}

int tls_engine_await_request(mbedtls_ssl_context *ssl, struct tls_engine_request *request)
{
    int ret = 0;

    request->issuers = NULL;
    while (ret == 0 && (ssl->state <= MBEDTLS_SSL_CERTIFICATE_REQUEST || IS_EARLY_IN_TLS13(ssl->state)))
    {
        int is_request = ssl->state == MBEDTLS_SSL_CERTIFICATE_REQUEST;

        ret = mbedtls_ssl_handshake_step(ssl);
        if (is_request && ret == 0 && ssl->state != MBEDTLS_SSL_CERTIFICATE_REQUEST && is_asked(ssl))
        {
            struct part issuers = issuers_of(ssl);

            request->issuers = issuers.p;
            request->length = issuers.left;
            break;
        }
    }

    return ret;
}
