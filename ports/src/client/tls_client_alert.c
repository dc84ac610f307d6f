/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What was before an alert of the server, as far as the remedy depends on it. In
 * builds with PKG_MBEDTLS_DIAGNOSE.
 */
#include "tls_session.h"
#include "../engine/tls_engine.h"

void tls_client_note_sent(MbedTLSSession *session, const unsigned char *record)
{
    if (tls_engine_answers_request(&session->ssl, record))
    {
        session->internal.report.missing = TLS_BEFORE_ALERT_REQUEST;
    }
}

int tls_client_before_alert(const MbedTLSSession *session)
{
    const mbedtls_ssl_context *ssl = &session->ssl;

    if (tls_client_uses_psk(session))
    {
        return TLS_BEFORE_ALERT_KEY;
    }
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && tls_engine_awaits_hello(ssl))
    {
        return TLS_HAS(PKG_MBEDTLS_SERVER_NAME_INDICATION) && session->internal.peer == TLS_PEER_NAME ?
               TLS_BEFORE_ALERT_NOTHING : TLS_BEFORE_ALERT_NO_NAME;
    }
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && tls_engine_has_certificate(ssl) &&
        (!TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) || session->internal.is_asked))
    {
        return TLS_BEFORE_ALERT_CERTIFICATE;
    }

    return session->internal.report.missing == TLS_BEFORE_ALERT_REQUEST ? TLS_BEFORE_ALERT_REQUEST :
           TLS_BEFORE_ALERT_NOTHING;
}
