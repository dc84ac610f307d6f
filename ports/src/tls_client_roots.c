/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The roots that a session verifies its peer with. In builds with certificates.
 */
#include "tls_client_private.h"
#include "tls_log.h"
#include "tls_trust.h"

int tls_client_load_roots(MbedTLSSession *session)
{
    int roots;

    if (session->options.verify == TLS_VERIFY_NOTHING)
    {
        LOG_W("the server is not verified: the application asks for it (TLS_VERIFY_NOTHING)");
        mbedtls_ssl_conf_authmode(&session->conf, MBEDTLS_SSL_VERIFY_NONE);
        return 0;
    }

    roots = tls_trust_load(&session->cacert);
    if (roots < 0)
    {
        return roots;
    }
    mbedtls_ssl_conf_authmode(&session->conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&session->conf, &session->cacert, RT_NULL);
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
