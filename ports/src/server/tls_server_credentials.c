/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whom a server is and whom it trusts: pre-shared keys here, certificates in
 * tls_server_certificate.c.
 */
#include "../engine/tls_engine.h"
#include "tls_error.h"
#include "tls_server_private.h"

#ifdef PKG_MBEDTLS_PSK
/* The engine's f_psk. */
static int find_key(void *context, mbedtls_ssl_context *ssl, const unsigned char *identity, size_t length)
{
    const struct tls_server_options *options = &((struct tls_server *)context)->options;
    struct tls_server_client *client =
        (struct tls_server_client *)((char *)ssl - offsetof(struct tls_server_client, ssl));
    unsigned char key[TLS_SERVER_PSK_MAX];
    size_t size = options->psk(options->context, client, identity, length, key);
    int ret = size > 0 && size <= sizeof(key) ? mbedtls_ssl_set_hs_psk(ssl, key, size) : -1;

    tls_zeroize(key, sizeof(key));

    return ret;
}

static int set_psk(struct tls_server *server)
{
    mbedtls_ssl_conf_psk_cb(&server->conf, find_key, server);

    return 0;
}
#else
static int set_psk(struct tls_server *server)
{
    (void)server;

    return TLS_ERR_UNSUPPORTED;
}
#endif

int tls_server_set_credentials(struct tls_server *server)
{
    const struct tls_server_options *options = &server->options;
    int ret;

    if ((options->certificate == RT_NULL && options->psk == RT_NULL) ||
        (options->certificate != RT_NULL && options->key == RT_NULL) ||
        (options->client_auth != TLS_SERVER_ANYONE &&
         (options->client_ca == RT_NULL || options->certificate == RT_NULL)))
    {
        return TLS_ERR_STATE;
    }
    if (options->psk != RT_NULL)
    {
        ret = set_psk(server);
        if (ret != 0)
        {
            return ret;
        }
    }

    /* Without a certificate TLS 1.3 fails once it is chosen, even for a client that has 1.2. */
    if (options->certificate == RT_NULL)
    {
        tls_engine_limit_to_tls12(&server->conf);
    }

    return tls_server_set_certificates(server);
}
