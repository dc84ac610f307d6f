/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Application protocols, RFC 7301. In builds with PKG_MBEDTLS_ALPN.
 */
#include <string.h>

#include "tls_session.h"

/* The list is part of the ClientHello, which the engine writes into the output buffer. */
#define LIST_MAX                (MBEDTLS_SSL_OUT_CONTENT_LEN / 2)

/* Bytes of the names in the ClientHello, each with one for its length. */
static size_t length_of(const char **names)
{
    size_t length = 0;

    while (*names != RT_NULL)
    {
        length += strlen(*names++) + 1;
    }

    return length;
}

int tls_client_set_alpn(MbedTLSSession *session)
{
    const char **names = session->options.alpn;
    size_t length = names != RT_NULL ? length_of(names) : 0;

    if (names == RT_NULL)
    {
        return 0;
    }

    return length == 0 || length > LIST_MAX || mbedtls_ssl_conf_alpn_protocols(&session->conf, names) != 0 ?
           TLS_ERR_ALPN : 0;
}

const char *tls_client_agreed_alpn(const MbedTLSSession *session)
{
    return mbedtls_ssl_get_alpn_protocol(&session->ssl);
}
