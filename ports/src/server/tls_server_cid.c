/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The connection IDs of a server's clients over UDP (RFC 9146). In builds with
 * PKG_MBEDTLS_DTLS_CID.
 */
#include <string.h>

#include "tls_server_parts.h"

#include "tls_random.h"

int tls_server_configure_cid(struct tls_server *server)
{
    return mbedtls_ssl_conf_cid(&server->conf, TLS_SERVER_CID, MBEDTLS_SSL_UNEXPECTED_CID_IGNORE);
}

struct tls_server_client *tls_server_find_cid(const struct tls_server *server,
                                              const unsigned char cid[TLS_SERVER_CID])
{
    struct tls_server_client *client;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        if (tls_server_is_live(client) && memcmp(client->cid, cid, TLS_SERVER_CID) == 0)
        {
            return client;
        }
    }

    return RT_NULL;
}

int tls_server_assign_cid(struct tls_server_client *client)
{
    unsigned char cid[TLS_SERVER_CID];
    int ret;

    do
    {
        ret = tls_random_bytes(RT_NULL, cid, sizeof(cid));
    }
    while (ret == 0 && tls_server_find_cid(client->server, cid) != RT_NULL);
    if (ret != 0)
    {
        return ret;
    }
    memcpy(client->cid, cid, sizeof(cid));

    return mbedtls_ssl_set_cid(&client->ssl, MBEDTLS_SSL_CID_ENABLED, cid, sizeof(cid));
}

void tls_server_note_cid(struct tls_server_client *client)
{
    int enabled = MBEDTLS_SSL_CID_DISABLED;

    client->has_cid = mbedtls_ssl_get_peer_cid(&client->ssl, &enabled, RT_NULL, RT_NULL) == 0 &&
                      enabled == MBEDTLS_SSL_CID_ENABLED;
}
