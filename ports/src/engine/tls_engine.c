/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * State of a session, for both sides.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "tls_engine.h"

int tls_engine_is_want(int code)
{
    return code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE;
}

int tls_engine_is_interim(int code)
{
    return code == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS || code == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS ||
           code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
}

int tls_engine_is_connected(const mbedtls_ssl_context *ssl)
{
    return ssl->state == MBEDTLS_SSL_HANDSHAKE_OVER;
}

int tls_engine_state(const mbedtls_ssl_context *ssl)
{
    return ssl->state;
}

int tls_engine_awaits_finished(const mbedtls_ssl_context *ssl)
{
    return ssl->state == MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC || ssl->state == MBEDTLS_SSL_SERVER_FINISHED;
}

int tls_engine_is_rsa_psk(const mbedtls_ssl_context *ssl)
{
    return strstr(mbedtls_ssl_get_ciphersuite(ssl), "-RSA-PSK-") != NULL;
}
