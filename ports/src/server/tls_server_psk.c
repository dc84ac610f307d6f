/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pre-shared keys of a server's clients (RFC 4279). In builds with
 * PKG_MBEDTLS_PSK.
 */
#include "tls_server_parts.h"

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

void tls_server_set_psk(struct tls_server *server)
{
    mbedtls_ssl_conf_psk_cb(&server->conf, find_key, server);
}
