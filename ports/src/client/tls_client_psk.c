/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions with a pre-shared key, RFC 4279. In builds with PKG_MBEDTLS_PSK.
 */
#include <string.h>

#include "tls_session.h"
#include "../diagnose/tls_report_fill.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"
#include "tls_suites.h"

#include "mbedtls/ssl_ciphersuites.h"

/* The suites of a key exchange; AES-128 first, which is strong enough and faster. */
#define GCM_OF(exchange) \
    TLS_AES_128_GCM(exchange) TLS_AES_256_GCM(exchange) TLS_CHACHAPOLY(exchange) \
    TLS_CAMELLIA_128_GCM(exchange) TLS_CAMELLIA_256_GCM(exchange) TLS_ARIA_128_GCM(exchange) TLS_ARIA_256_GCM(exchange)
#define CCM_OF(exchange) \
    TLS_AES_128_CCM(exchange) TLS_AES_256_CCM(exchange) TLS_AES_128_CCM_8(exchange) TLS_AES_256_CCM_8(exchange)
#define CBC_OF(exchange) \
    TLS_AES_128_CBC(exchange, SHA256) TLS_AES_256_CBC(exchange, SHA384) \
    TLS_AES_128_CBC_SHA(exchange) TLS_AES_256_CBC_SHA(exchange) \
    TLS_CAMELLIA_128_CBC(exchange, SHA256) TLS_CAMELLIA_256_CBC(exchange, SHA384) \
    TLS_ARIA_128_CBC(exchange, SHA256) TLS_ARIA_256_CBC(exchange, SHA384)
#define WEAK_OF(exchange)       TLS_3DES(exchange) TLS_RC4(exchange)

/* In order of preference: forward secrecy first. */
#define SECRET_SUITES           TLS_CHACHAPOLY(TLS_ECDHE_PSK) CBC_OF(TLS_ECDHE_PSK) \
                                GCM_OF(TLS_DHE_PSK) CCM_OF(TLS_DHE_PSK) CBC_OF(TLS_DHE_PSK)
#define CERTIFICATE_SUITES      GCM_OF(TLS_RSA_PSK) CBC_OF(TLS_RSA_PSK)
#define PLAIN_SUITES            GCM_OF(TLS_PSK) CCM_OF(TLS_PSK) CBC_OF(TLS_PSK)
#define WEAK_SUITES             WEAK_OF(TLS_ECDHE_PSK) WEAK_OF(TLS_DHE_PSK) WEAK_OF(TLS_PSK)

static const int suites[] =
{
    SECRET_SUITES PLAIN_SUITES WEAK_SUITES
    0
};

static const int suites_with_certificate[] =
{
    SECRET_SUITES CERTIFICATE_SUITES PLAIN_SUITES WEAK_SUITES WEAK_OF(TLS_RSA_PSK)
    0
};

/*
 * Offer the suites whose server shows a certificate only if the session can verify
 * it. If the server chooses another suite, neither roots nor clock matter.
 */
static int offer_suites(MbedTLSSession *session)
{
    int ret = TLS_ERR_UNSUPPORTED;

    if (TLS_HAS(PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK) && session->options.verify != TLS_VERIFY_NOTHING)
    {
        ret = tls_client_set_trust(session);
    }
    if (TLS_HAS(PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK) && ret != 0 &&
        ((ret != TLS_ERR_NO_ROOTS && ret != TLS_ERR_UNSUPPORTED) || suites[0] == 0))
    {
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && ret == TLS_ERR_UNSUPPORTED)
        {
            tls_report_detail(&session->internal.report, "PKG_MBEDTLS_KEY_EXCHANGE_PSK");
        }
        return ret;
    }
    mbedtls_ssl_conf_ciphersuites(&session->conf, ret == 0 ? suites_with_certificate : suites);

    return 0;
}

/* Pins are about certificates, which a session with a pre-shared key may never see. */
static int wants_pins(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_PINNING) && (session->options.pins != RT_NULL || tls_client_wants_key_alone(session));
}

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

    if (wants_pins(session))
    {
        return TLS_ERR_PINS;
    }
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3))
    {
        tls_engine_limit_to_tls12(&session->conf);
    }
    ret = offer_suites(session);
    if (ret != 0)
    {
        return ret;
    }
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
