/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each allocation up to a session's context fails in turn: the session reports
 * "no memory" and leaks nothing.
 */
#include <string.h>

#include "unit.h"

#include "../../ports/src/base/tls_has.h"
#include "tls_client.h"

/* The generator and the engine's crypto core keep what they allocate: let them do so first. */
static int start(void **state)
{
    MbedTLSSession session;

    (void)state;
    memset(&session, 0, sizeof(session));
    assert_int_equal(mbedtls_client_init(&session, NULL, 0), 0);
    (void)mbedtls_client_context(&session);
    tls_client_end(&session);

    return 0;
}

static int make_context(void)
{
    static char host[] = "www.rt-thread.org", port[] = "443";
    MbedTLSSession session;
    int ret;

    memset(&session, 0, sizeof(session));
    session.host = host;
    session.port = port;
    ret = mbedtls_client_init(&session, "entropy", 7);
    ret = ret == 0 ? mbedtls_client_context(&session) : ret;
    if (ret != 0)
    {
        assert_int_equal(tls_client_report(&session)->reason, TLS_REASON_NO_MEMORY);
        assert_true(tls_client_report(&session)->number > 0);
    }
    tls_client_end(&session);

    return ret;
}

static void a_context_reports_each_failed_allocation_and_leaks_nothing(void **state)
{
    (void)state;
    assert_true(unit_fail_each(make_context, MBEDTLS_ERR_SSL_ALLOC_FAILED, RT_FALSE) > 3);
}

static void a_context_in_a_full_heap_reports_it_and_leaks_nothing(void **state)
{
    (void)state;
    assert_true(unit_fail_each(make_context, MBEDTLS_ERR_SSL_ALLOC_FAILED, RT_TRUE) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(a_context_reports_each_failed_allocation_and_leaks_nothing),
        UNIT_TEST(a_context_in_a_full_heap_reports_it_and_leaks_nothing),
    };

    /* This board has no seed file. */
    if (TLS_HAS(PKG_MBEDTLS_RANDOM_SEED))
    {
        return UNIT_SKIPPED;
    }

    return cmocka_run_group_tests_name("memory faults", tests, start, NULL);
}
