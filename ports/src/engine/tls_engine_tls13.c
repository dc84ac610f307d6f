/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * TLS 1.3 in a configuration. In builds with PKG_MBEDTLS_TLS1_3.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

/* Signature algorithms in our order of preference. */
static const uint16_t signatures[] =
{
#ifdef PKG_MBEDTLS_CURVE_SECP256R1
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
#endif
#if defined(PKG_MBEDTLS_CURVE_SECP384R1) && defined(PKG_MBEDTLS_SHA512)
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
#endif
#if defined(PKG_MBEDTLS_CURVE_SECP521R1) && defined(PKG_MBEDTLS_SHA512)
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512,
#endif
#ifdef PKG_MBEDTLS_RSA_PSS
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
#ifdef PKG_MBEDTLS_SHA512
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
#endif
#endif
#ifdef PKG_MBEDTLS_RSA
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
#ifdef PKG_MBEDTLS_SHA512
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
#endif
#endif
    MBEDTLS_TLS1_3_SIG_NONE
};

void tls_engine_configure_tls13(mbedtls_ssl_config *conf)
{
    mbedtls_ssl_conf_sig_algs(conf, signatures);
    /* 3.6 ignores session tickets of TLS 1.3 until this is called; declared in builds with tickets only. */
#ifdef PKG_MBEDTLS_SESSION_TICKETS
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(conf,
                                                             MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
}

void tls_engine_limit_to_tls12(mbedtls_ssl_config *conf)
{
    mbedtls_ssl_conf_max_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
    if (TLS_HAS(PKG_MBEDTLS_MAX_FRAGMENT_LENGTH) && conf->endpoint == MBEDTLS_SSL_IS_CLIENT)
    {
        (void)tls_engine_announce_length(conf);     /* fails only for a code that the build cannot have */
    }
}

int tls_engine_pass_certificate(mbedtls_ssl_context *ssl)
{
    int state = MBEDTLS_SSL_HELLO_REQUEST;
    int ret = 0;

    while (ret == 0 && ssl->state != MBEDTLS_SSL_HANDSHAKE_OVER)
    {
        state = ssl->state;
        ret = mbedtls_ssl_handshake_step(ssl);
        if (ret == 0 && state == MBEDTLS_SSL_SERVER_CERTIFICATE && ssl->session_negotiate->peer_cert != NULL &&
            ssl->session_negotiate->peer_cert->raw.p == NULL)
        {
            ssl->state = state;
            ret = MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG;
        }
    }

    return ret;
}
