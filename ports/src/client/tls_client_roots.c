/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a session verifies its peer with. In builds with certificates.
 */
#include "tls_client_private.h"
#include "../base/tls_log.h"
#include "../trust/tls_trust_find.h"

#ifdef PKG_MBEDTLS_SESSION_CACERT
void tls_client_init_roots(MbedTLSSession *session)
{
    mbedtls_x509_crt_init(&session->cacert);
}

void tls_client_free_roots(MbedTLSSession *session)
{
    mbedtls_x509_crt_free(&session->cacert);
    tls_client_init_roots(session);
}

const mbedtls_x509_crt *tls_client_own_roots(const MbedTLSSession *session)
{
    return &session->cacert;
}
#else
void tls_client_init_roots(MbedTLSSession *session)
{
    (void)session;
}

void tls_client_free_roots(MbedTLSSession *session)
{
    (void)session;
}

const mbedtls_x509_crt *tls_client_own_roots(const MbedTLSSession *session)
{
    (void)session;
    return RT_NULL;
}
#endif

static int check_trust(const MbedTLSSession *session)
{
    int ret = tls_client_check_pins(session);

    return ret != 0 || session->options.verify == TLS_VERIFY_NOTHING || tls_client_wants_key_alone(session) ?
           ret : tls_trust_check(tls_client_own_roots(session));
}

int tls_client_set_trust(MbedTLSSession *session)
{
    int ret = check_trust(session);

    if (ret != 0)
    {
        return ret;
    }
    if (session->options.verify == TLS_VERIFY_NOTHING)
    {
        LOG_W("the server is not verified: the application asks for it (TLS_VERIFY_NOTHING)");
        mbedtls_ssl_conf_authmode(&session->conf, MBEDTLS_SSL_VERIFY_NONE);
        return 0;
    }

    mbedtls_ssl_conf_authmode(&session->conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_cb(&session->conf, tls_client_find_issuer, session);
    mbedtls_ssl_conf_verify(&session->conf, tls_client_verify, session);
    LOG_I("Loading the CA root certificate success...");

    return 0;
}

void tls_client_take_verify_result(MbedTLSSession *session)
{
    uint32_t flags = mbedtls_ssl_get_verify_result(&session->ssl);

    if (session->report.flags == 0 && flags != 0xFFFFFFFF)
    {
        session->report.flags = flags;
        session->report.number = flags;
    }
}
