/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with the device's certificate or key. In builds with
 * PKG_MBEDTLS_CLIENT_CERTIFICATE.
 */
#include "tls_session.h"

#include "../diagnose/tls_report_fill.h"

int tls_client_refuse_identity(MbedTLSSession *session, enum tls_identity_fault fault, const char *detail)
{
    session->internal.identity_fault = (unsigned char)fault;
    tls_report_detail(&session->internal.report, detail);

    return TLS_ERR_IDENTITY;
}
