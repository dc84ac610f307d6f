/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions over a connection that another part has opened. With PKG_MBEDTLS_SAL.
 */
#include "tls_session.h"

void tls_client_attach(MbedTLSSession *session, const struct tls_client_link *link)
{
    session->internal.link = link;
}
