/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a server authenticates itself and its clients with.
 */
#include "tls_server_parts.h"

#include "tls_certificate.h"

#include "../base/tls_log.h"
#include "../engine/tls_engine.h"

/* An application that sets these means to let only some clients in. */
static void warn_of_unused(const struct tls_server_options *options)
{
    if (options->client_auth == TLS_SERVER_ANYONE && (options->client_ca != RT_NULL || options->approve != RT_NULL))
    {
        LOG_W("every client is let in: options.client_auth is TLS_SERVER_ANYONE,");
        LOG_W("client_ca and approve are not used");
    }
}

static int is_complete(const struct tls_server_options *options)
{
    if (options->certificate == RT_NULL)
    {
        return options->psk != RT_NULL && options->key == RT_NULL && options->client_auth == TLS_SERVER_ANYONE;
    }

    return options->key != RT_NULL && (options->client_auth == TLS_SERVER_ANYONE || options->client_ca != RT_NULL);
}

/* What the build has compiled in, if the application names nothing. */
static void take_own(struct tls_server_options *options)
{
    if (TLS_HAS(PKG_MBEDTLS_SERVER_CERTIFICATE) && options->certificate == RT_NULL && options->key == RT_NULL && options->psk == RT_NULL)
    {
        options->certificate = tls_server_own.certificate;
        options->certificate_length = tls_server_own.certificate_length;
        options->key = tls_server_own.key;
        options->key_length = tls_server_own.key_length;
    }
}

int tls_server_set_credentials(struct tls_server *server)
{
    const struct tls_server_options *options = &server->options;

    take_own(&server->options);

    warn_of_unused(options);
    if (!is_complete(options))
    {
        return TLS_ERR_STATE;
    }
    if (TLS_HAS(PKG_MBEDTLS_PSK) && options->psk != RT_NULL)
    {
        tls_server_set_psk(server);
    }

    /* A server without a certificate that negotiates TLS 1.3 fails, even with a client that offers 1.2 as well. */
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3) && options->certificate == RT_NULL)
    {
        tls_engine_limit_to_tls12(&server->conf);
    }

    return TLS_HAS(PKG_MBEDTLS_CERTIFICATES) ? tls_server_set_certificates(server) : 0;
}
