/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: one wrong call after a step of the session's life.
 */
#include <string.h>

#include "tls_case.h"

const struct tls_case_key tls_case_misuse_keys[] =
{
    TLS_CASE_READ("misuse", "CALL: one wrong call, after which the session ends"),
    TLS_CASE_READ("go", "1: or goes on"),
    TLS_CASE_END_OF_KEYS,
};

static unsigned char data[4];

static int read_some(MbedTLSSession *session)
{
    return mbedtls_client_read(session, data, sizeof(data));
}

static int read_nowhere(MbedTLSSession *session)
{
    return mbedtls_client_read(session, RT_NULL, sizeof(data));
}

static int read_zero(MbedTLSSession *session)
{
    return mbedtls_client_read(session, data, 0);
}

static int write_some(MbedTLSSession *session)
{
    return mbedtls_client_write(session, data, sizeof(data));
}

static int write_nothing(MbedTLSSession *session)
{
    return mbedtls_client_write(session, RT_NULL, 0);
}

static int close_nothing(MbedTLSSession *session)
{
    (void)session;

    return mbedtls_client_close(RT_NULL);
}

static const struct
{
    const char *name;
    const char *after;                  /* the step that it follows */
    int (*call)(MbedTLSSession *session);
}
misuses[] =
{
    { "read-without-init", "create", read_some },
    { "write-without-init", "create", write_some },
    { "connect-without-init", "create", mbedtls_client_connect },
    { "context-without-init", "create", mbedtls_client_context },
    { "end-without-init", "create", tls_client_end },
    { "close-nothing", "create", close_nothing },
    { "read-without-context", "init", read_some },
    { "connect-without-context", "init", mbedtls_client_connect },
    { "end-without-context", "init", tls_client_end },
    { "read-without-connect", "context", read_some },
    { "write-without-connect", "context", write_some },
    { "context-twice", "context", mbedtls_client_context },
    { "context-once-connected", "connect", mbedtls_client_context },
    { "connect-twice", "connect", mbedtls_client_connect },
    { "read-nowhere", "connect", read_nowhere },
    { "read-zero", "connect", read_zero },
    { "write-nothing", "connect", write_nothing },
};

int tls_case_misuse(struct tls_case *test, const char *after)
{
    struct tls_case_outcome *outcome = &test->outcome;
    size_t i;

    for (i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++)
    {
        if (tls_case_is(test, "misuse", misuses[i].name) && strcmp(misuses[i].after, after) == 0)
        {
            outcome->misused = misuses[i].call(test->session);
            if (tls_case_number(test, "go", 0) == 0)
            {
                outcome->stage = "misuse";
                outcome->ret = outcome->misused;
                return 1;
            }
        }
    }

    return 0;
}
