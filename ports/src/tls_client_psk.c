/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions with a pre-shared key, RFC 4279. In builds with such suites.
 */
#include <string.h>

#include "tls_client_private.h"
#include "tls_engine.h"
#include "tls_log.h"

#include "mbedtls/ssl_ciphersuites.h"

/* In our order of preference; the engine passes over those that it was built without. */
static const int suites[] =
{
    MBEDTLS_TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256,
    MBEDTLS_TLS_PSK_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_PSK_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_PSK_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_PSK_WITH_AES_128_CCM,
    MBEDTLS_TLS_PSK_WITH_AES_256_CCM,
    MBEDTLS_TLS_PSK_WITH_AES_128_CCM_8,
    MBEDTLS_TLS_PSK_WITH_AES_256_CCM_8,
    MBEDTLS_TLS_PSK_WITH_AES_128_CBC_SHA256,
    MBEDTLS_TLS_PSK_WITH_AES_128_CBC_SHA,           /* the one that DTLS 1.0 has */
    0
};

static int is_complete(const struct tls_psk *psk)
{
    return psk->identity != RT_NULL && psk->identity_length > 0 && psk->key != RT_NULL && psk->key_length > 0;
}

static int give(MbedTLSSession *session, const struct tls_psk *psk)
{
    int ret = !is_complete(psk) ? TLS_ERR_PSK :
              mbedtls_ssl_conf_psk(&session->conf, psk->key, psk->key_length, psk->identity, psk->identity_length);

    return ret == 0 || ret == MBEDTLS_ERR_SSL_ALLOC_FAILED ? ret : TLS_ERR_PSK;
}

int tls_client_load_psk(MbedTLSSession *session)
{
    const struct tls_client_options *options = &session->options;
    struct tls_psk psk;
    int ret;

    if (tls_client_wants_pins(session))
    {
        return TLS_ERR_PINS;
    }
    tls_engine_limit_to_tls12(&session->conf);
    mbedtls_ssl_conf_ciphersuites(&session->conf, suites);
    if (options->psk != RT_NULL)
    {
        ret = give(session, options->psk);
    }
    else
    {
        memset(&psk, 0, sizeof(psk));
        if (options->get_psk(session, &psk) != 0)
        {
            return TLS_ERR_PSK;
        }
        ret = give(session, &psk);
        if (options->put_psk != RT_NULL)
        {
            options->put_psk(session, &psk);
        }
    }
    if (ret == 0)
    {
        LOG_I("Loading the pre-shared key success...");
    }

    return ret;
}
