/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The priority of the thread that connects over UDP. With PKG_MBEDTLS_DTLS_PRIORITY.
 */
#include "tls_session.h"
#include "../base/tls_priority.h"

void tls_client_raise_priority(MbedTLSSession *session)
{
    int before = tls_priority_raise();

    session->internal.raised = before >= 0 ? rt_thread_self() : RT_NULL;
    session->internal.priority = (unsigned char)(before >= 0 ? before : 0);
}

void tls_client_restore_priority(MbedTLSSession *session)
{
    if (session->internal.raised != RT_NULL && session->internal.raised == rt_thread_self())
    {
        tls_priority_restore(session->internal.priority);
    }
    session->internal.raised = RT_NULL;
}
