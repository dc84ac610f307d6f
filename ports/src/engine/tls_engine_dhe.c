/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The server's prime in a key exchange with DHE. In builds with PKG_MBEDTLS_DHM.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

#include "mbedtls/ssl_ciphersuites.h"

void tls_engine_set_min_prime(mbedtls_ssl_config *conf)
{
    mbedtls_ssl_conf_dhm_min_bitlen(conf, PKG_MBEDTLS_DHM_MIN_BITS);
}

static unsigned length_at(const unsigned char *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* Bits of a number that follows its 2 bytes of length; 0 if it is incomplete. */
static unsigned bits_at(const unsigned char *at, const unsigned char *end)
{
    unsigned length, bits;

    if (end - at < 2 || end - at - 2 < (int)length_at(at))
    {
        return 0;
    }
    for (length = length_at(at), at += 2; length > 0 && *at == 0; at++)
    {
        length--;
    }
    for (bits = length * 8; bits > 0 && !(*at >> ((bits - 1) & 7)); bits--)
    {
    }

    return bits;
}

/*
 * The message that the engine refused is still in its buffer. The prime comes
 * first in it, after the identity hint of a PSK suite (RFC 5246 7.4.3, RFC 4279 3).
 */
unsigned tls_engine_short_prime(const mbedtls_ssl_context *ssl)
{
    const mbedtls_ssl_ciphersuite_t *suite;
    const unsigned char *at = ssl->in_msg, *end;
    unsigned bits;

    if (ssl->state != MBEDTLS_SSL_SERVER_KEY_EXCHANGE || ssl->session_negotiate == NULL || at == NULL ||
        ssl->in_msgtype != MBEDTLS_SSL_MSG_HANDSHAKE || at[0] != MBEDTLS_SSL_HS_SERVER_KEY_EXCHANGE)
    {
        return 0;
    }
    suite = mbedtls_ssl_ciphersuite_from_id(ssl->session_negotiate->ciphersuite);
    end = at + ssl->in_hslen;
    at += ssl->conf->transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM ? 12 : 4;
    if (suite != NULL && suite->key_exchange == MBEDTLS_KEY_EXCHANGE_DHE_PSK && end - at > 2)
    {
        at += 2 + length_at(at);
    }
    else if (suite == NULL || suite->key_exchange != MBEDTLS_KEY_EXCHANGE_DHE_RSA)
    {
        return 0;
    }
    bits = bits_at(at, end);

    return bits < PKG_MBEDTLS_DHM_MIN_BITS ? bits : 0;
}
