/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Connection IDs, RFC 9146. In builds with PKG_MBEDTLS_DTLS_CID.
 */
#include "tls_session.h"

/* Our own ID has no bytes: the device's address may change, the server's does not. */
int tls_client_offer_cid(MbedTLSSession *session)
{
    int ret = mbedtls_ssl_conf_cid(&session->conf, 0, MBEDTLS_SSL_UNEXPECTED_CID_IGNORE);

    return ret != 0 ? ret : mbedtls_ssl_set_cid(&session->ssl, MBEDTLS_SSL_CID_ENABLED, (const unsigned char *)"", 0);
}

int tls_client_peer_has_cid(const MbedTLSSession *session)
{
    unsigned char id[MBEDTLS_SSL_CID_OUT_LEN_MAX];
    size_t length = 0;
    int enabled = MBEDTLS_SSL_CID_DISABLED;

    /* The engine does not change the context, but its parameter is not const. */
    return mbedtls_ssl_get_peer_cid((mbedtls_ssl_context *)&session->ssl, &enabled, id, &length) == 0 &&
           enabled == MBEDTLS_SSL_CID_ENABLED && length > 0;
}
