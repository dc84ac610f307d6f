/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a session verifies its server with. In builds with PKG_MBEDTLS_CERTIFICATES.
 */
#include "tls_session.h"
#include "../base/tls_log.h"
#include "../trust/tls_trust_find.h"

static int check_trust(const MbedTLSSession *session)
{
    int ret = TLS_HAS(PKG_MBEDTLS_PINNING) ? tls_client_check_pins(session) : 0;

    return ret != 0 || session->options.verify == TLS_VERIFY_NOTHING || tls_client_wants_key_alone(session) ?
           ret : tls_trust_check(TLS_CLIENT_CACERT(session));
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

void tls_client_free_roots(MbedTLSSession *session)
{
    mbedtls_x509_crt_free(TLS_CLIENT_CACERT(session));
}

void tls_client_take_verify_result(MbedTLSSession *session)
{
    uint32_t flags = mbedtls_ssl_get_verify_result(&session->ssl);

    if (session->internal.report.flags == 0 && flags != 0xFFFFFFFF)
    {
        session->internal.report.flags = flags;
        session->internal.report.number = flags;
    }
}
