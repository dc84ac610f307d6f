/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of a server. In builds with PKG_MBEDTLS_SERVER.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

#define SHORTEST                256     /* code n of a maximum fragment length means this, shifted by n */

int tls_engine_handshake_server(mbedtls_ssl_context *ssl, size_t longest)
{
    int ret = 0;

    while (ret == 0 && ssl->state < MBEDTLS_SSL_SERVER_HELLO)
    {
        ret = mbedtls_ssl_handshake_step(ssl);
    }
    if (ret != 0)
    {
        return ret;
    }
    /* The member is in builds with the extension only; 0 is for a client that asks for nothing. */
#ifdef PKG_MBEDTLS_MAX_FRAGMENT_LENGTH
    if (ssl->state == MBEDTLS_SSL_SERVER_HELLO && ssl->session_negotiate->mfl_code != MBEDTLS_SSL_MAX_FRAG_LEN_NONE &&
        longest > (size_t)SHORTEST << ssl->session_negotiate->mfl_code)
    {
        ssl->session_negotiate->mfl_code = MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
    }
#else
    (void)longest;
#endif

    return tls_engine_handshake(ssl);
}

int tls_engine_configure_server(mbedtls_ssl_config *conf, int transport)
{
    int ret = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_SERVER, transport, MBEDTLS_SSL_PRESET_DEFAULT);

    if (ret != 0)
    {
        return ret;
    }
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3))
    {
        tls_engine_configure_tls13(conf);
    }
    if (TLS_HAS(PKG_MBEDTLS_ENGINE_2_28))
    {
        tls_engine_refuse_legacy(conf);
    }
    if (TLS_HAS(PKG_MBEDTLS_GROUPS))
    {
        tls_engine_set_groups(conf);
    }

    return 0;
}
