/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * mbedtls_ssl_read() for applications that use the engine's own functions. In builds
 * with PKG_MBEDTLS_SSL_VARIABLE_BUFFER.
 *
 * The engine shortens the input buffer after the handshake, and would then refuse
 * every record that is longer than the output buffer. tls_config.h gives its function
 * the name tls_buffer_read(); the sessions of the package call that one.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

int mbedtls_ssl_read(mbedtls_ssl_context *ssl, unsigned char *buf, size_t len)
{
    int ret = 0;

    if (ssl == NULL || ssl->conf == NULL)
    {
        return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
    }
    /* The engine's function does the rest of the handshake as well, and would then read with the short buffer. */
    if (!tls_engine_is_connected(ssl))
    {
        ret = tls_buffer_handshake(ssl);
    }
    if (ret == 0)
    {
        ret = tls_buffer_undo_cut(ssl);
    }

    return ret == 0 || ret == MBEDTLS_ERR_SSL_WAITING_SERVER_HELLO_RENEGO ? tls_buffer_read(ssl, buf, len) : ret;
}
