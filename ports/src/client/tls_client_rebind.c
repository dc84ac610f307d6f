/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions over UDP that go on from another address. In builds with PKG_MBEDTLS_DTLS.
 */
#include "tls_session.h"
#include "../diagnose/tls_report_fill.h"

int tls_client_has_connection_id(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_DTLS_CID) && session->internal.state == TLS_STATE_CONNECTED &&
           tls_client_peer_has_cid(session);
}

int tls_client_rebind(MbedTLSSession *session)
{
    int ret;

    if (session->options.transport != TLS_TRANSPORT_DATAGRAM || session->internal.state != TLS_STATE_CONNECTED ||
        !session->internal.owns_fd)
    {
        return tls_client_fail(session, TLS_STEP_CONNECT, TLS_ERR_STATE, RT_NULL);
    }
    if (!tls_client_has_connection_id(session))
    {
        tls_report_detail(&session->internal.report, "");
        (void)tls_report_check(&session->internal.report, TLS_NEEDS_DTLS_CID);
        return tls_client_fail(session, TLS_STEP_CONNECT, TLS_ERR_UNSUPPORTED, RT_NULL);
    }

    ret = tls_net_reopen(&session->server_fd.fd);

    return ret != 0 ? tls_client_fail(session, TLS_STEP_CONNECT, ret, RT_NULL) : 0;
}
