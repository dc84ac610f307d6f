/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The application's protocol, RFC 7301. In builds with PKG_MBEDTLS_ALPN.
 */
#include <string.h>

#include "tls_client_private.h"

/* The engine writes the ClientHello, whose other parts need room, too, into the output buffer. */
#define LIST_MAX                (MBEDTLS_SSL_OUT_CONTENT_LEN / 2)

/* The names as they are sent, each with a byte for its length. */
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

const char *tls_client_alpn(const MbedTLSSession *session)
{
    return session->state == TLS_STATE_CONNECTED ? mbedtls_ssl_get_alpn_protocol(&session->ssl) : RT_NULL;
}
