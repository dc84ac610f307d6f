/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions saved and loaded for resumption. In builds with
 * PKG_MBEDTLS_SESSION_TICKETS.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

/* A session of TLS 1.3 has no ID, only tickets. 2.28 has neither the version nor the member, so TLS_HAS() cannot choose. */
#ifdef PKG_MBEDTLS_TLS1_3
#define NEEDS_TICKET(session)   ((session)->tls_version == MBEDTLS_SSL_VERSION_TLS1_3)
#else
#define NEEDS_TICKET(session)   0
#endif

int tls_engine_save_session(const mbedtls_ssl_context *ssl, unsigned char *out, size_t size, size_t *length)
{
    const mbedtls_ssl_session *session = ssl->session;
    int ret;

    *length = 0;
    if (session == NULL || (session->ticket_len == 0 && (NEEDS_TICKET(session) || session->id_len == 0)))
    {
        return 0;
    }
    ret = mbedtls_ssl_session_save(session, NULL, 0, length);
    if (ret != MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL || *length > size)
    {
        return ret == MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL ? 0 : ret;
    }

    return mbedtls_ssl_session_save(session, out, size, length);
}

int tls_engine_load_session(mbedtls_ssl_context *ssl, const unsigned char *in, size_t length)
{
    mbedtls_ssl_session session;
    int ret;

    mbedtls_ssl_session_init(&session);
    ret = mbedtls_ssl_session_load(&session, in, length);
    if (ret == 0)
    {
        ret = mbedtls_ssl_set_session(ssl, &session);
        /* When out of memory it leaves half a session behind, which no server could resume. */
        if (ret != 0)
        {
            mbedtls_ssl_session_free(ssl->session_negotiate);
            mbedtls_ssl_session_init(ssl->session_negotiate);
        }
    }
    mbedtls_ssl_session_free(&session);

    return ret;
}
