/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: saving a session and resuming it.
 */
#include <stdio.h>
#include <string.h>

#include <tls_client_resume.h>

#include "tls_case.h"

#include "../../ports/src/base/tls_has.h"

#define SAVED_MAX       8192

static unsigned char saved[SAVED_MAX];

/* tls_client_save() writes all or nothing: one byte less than needed leaves the buffer untouched. */
static void check_short_buffer(struct tls_case *test, int needed)
{
    if (TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS))
    {
        memset(saved, 0x5A, sizeof(saved));
        RT_ASSERT(tls_client_save(test->session, saved, (size_t)needed - 1) == needed);
        RT_ASSERT(saved[0] == 0x5A && memcmp(saved, saved + 1, (size_t)needed) == 0);
        RT_ASSERT(tls_client_save(test->session, saved, (size_t)needed) == needed && saved[needed] == 0x5A);
    }
}

static int keep(struct tls_case *test, const char *path)
{
    FILE *file;
    int needed;

    if (TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS))
    {
        needed = tls_client_save(test->session, RT_NULL, 0);
        test->outcome.kept = tls_client_save(test->session, saved, sizeof(saved));
        RT_ASSERT(test->outcome.kept == needed);
        if (needed > 0)
        {
            check_short_buffer(test, needed);
            file = fopen(path, "wb");
            RT_ASSERT(file != RT_NULL && fwrite(saved, 1, (size_t)needed, file) == (size_t)needed);
            fclose(file);
        }
        return 0;
    }

    return TLS_ERR_UNSUPPORTED;
}

static int resume(struct tls_case *test, const char *path)
{
    FILE *file;
    size_t length;

    if (TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS))
    {
        file = fopen(path, "rb");
        if (file != RT_NULL)
        {
            length = fread(saved, 1, sizeof(saved), file);
            fclose(file);
            test->outcome.offered = tls_client_resume(test->session, saved, length);
            memset(saved, 0, sizeof(saved));
        }
        return 0;
    }

    return TLS_ERR_UNSUPPORTED;
}

static mbedtls_ssl_session engine_session;
static int has_engine_session;

static int keep_in_engine(struct tls_case *test, const char *value)
{
    if (strcmp(value, "keep") == 0)
    {
        mbedtls_ssl_session_init(&engine_session);
        has_engine_session = 1;
        test->outcome.kept = mbedtls_ssl_get_session(&test->session->ssl, &engine_session);
    }

    return 0;
}

static int resume_in_engine(struct tls_case *test, const char *value)
{
    if (strcmp(value, "resume") == 0 && has_engine_session)
    {
        test->outcome.offered = mbedtls_ssl_set_session(&test->session->ssl, &engine_session);
        mbedtls_ssl_session_free(&engine_session);
        has_engine_session = 0;
    }

    return 0;
}

const struct tls_case_key tls_case_resume_keys[] =
{
    TLS_CASE_APPLY("keep", "FILE: tls_client_save() before the end", TLS_CASE_END, keep),
    TLS_CASE_APPLY("resume", "FILE: tls_client_resume() with it, if the file exists", TLS_CASE_CONTEXT, resume),
    TLS_CASE_APPLY("engine", "keep|resume: the same with the engine's own functions, in memory",
                   TLS_CASE_CONTEXT, resume_in_engine),
    TLS_CASE_APPLY("engine", "", TLS_CASE_END, keep_in_engine),
    TLS_CASE_END_OF_KEYS,
};
