/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The maximum fragment length (RFC 6066 4) that a client announces. In builds with
 * PKG_MBEDTLS_MAX_FRAGMENT_LENGTH.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

#define RECORD_MAX              16384

/*
 * The engine rejects an answer to the extension from a server that chooses
 * TLS 1.3, and OpenSSL's servers send one: only a client that offers nothing
 * newer than TLS 1.2 can announce a length. 2.28 has neither the version nor the
 * member, so TLS_HAS() cannot choose.
 */
#ifdef PKG_MBEDTLS_TLS1_3
#define OFFERS_TLS1_3(conf)     ((conf)->max_tls_version > MBEDTLS_SSL_VERSION_TLS1_2)
#else
#define OFFERS_TLS1_3(conf)     0
#endif

unsigned char tls_engine_fragment_code(void)
{
    unsigned char code = MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
    int limit = MBEDTLS_SSL_IN_CONTENT_LEN < MBEDTLS_SSL_OUT_CONTENT_LEN ?
                MBEDTLS_SSL_IN_CONTENT_LEN : MBEDTLS_SSL_OUT_CONTENT_LEN;

    if (MBEDTLS_SSL_IN_CONTENT_LEN >= RECORD_MAX)
    {
        return code;
    }

    /* The codes 1 to 4 stand for 512 to 4096; the engine accepts none above either buffer. */
    while (code < MBEDTLS_SSL_MAX_FRAG_LEN_4096 && 512 << code <= limit)
    {
        code++;
    }

    return code;
}

int tls_engine_announce_length(mbedtls_ssl_config *conf)
{
    return MBEDTLS_SSL_IN_CONTENT_LEN >= RECORD_MAX || OFFERS_TLS1_3(conf) ? 0 :
           mbedtls_ssl_conf_max_frag_len(conf, tls_engine_fragment_code());
}
