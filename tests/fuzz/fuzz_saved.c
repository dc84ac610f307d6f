/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Saved sessions: tls_client_resume() accepts none that this device has not saved, and
 * the code behind its digest reads nothing beyond the bytes. The input is a session in
 * the engine's form.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <stdlib.h>
#include <string.h>

#include <rtthread.h>

#include "../../ports/src/client/tls_session.h"
#include "../../ports/src/engine/tls_engine.h"
#include "tls_client_resume.h"
#include "fuzz.h"

static void check_refused(MbedTLSSession *session, const uint8_t *data, size_t size)
{
    int state = session->internal.state;

    FUZZ_CHECK(tls_client_resume(session, data, size) == TLS_ERR_RESUME);
    FUZZ_CHECK(session->internal.state == state && !session->internal.may_resume);
}

static void check_loaded(mbedtls_ssl_session *loaded)
{
    size_t length = 0;

    if (loaded->ciphersuite != 0)
    {
        FUZZ_CHECK(mbedtls_ssl_session_save(loaded, NULL, 0, &length) == MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL);
        FUZZ_CHECK(length > 0);
    }
}

static void one(const uint8_t *data, size_t size)
{
    static char host[] = "www.example.test";
    static char port[] = "443";
    MbedTLSSession session;

    memset(&session, 0, sizeof(session));
    session.host = host;
    session.port = port;
    FUZZ_CHECK(mbedtls_client_init(&session, NULL, 0) == 0);
    FUZZ_CHECK(mbedtls_client_context(&session) == 0);
    check_refused(&session, data, size);
    if (tls_engine_load_session(&session.ssl, data, size) == 0)
    {
        check_loaded(session.ssl.session_negotiate);
    }
    tls_client_end(&session);
}

FUZZ_HARNESS(saved, one, NULL)
