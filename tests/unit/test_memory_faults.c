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

#define ALLOCATIONS_MAX     5000

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

static rt_uint64_t heap_failures(void)
{
    struct standin_heap_stats stats;

    standin_heap_stats(&stats);

    return stats.failures;
}

static void check_faults(rt_bool_t permanent)
{
    MbedTLSSession session;
    unsigned nth;
    int has_failed = 1;

    for (nth = 1; has_failed; nth++)
    {
        rt_uint64_t before = heap_failures();
        struct unit_balance balance;
        int ret;

        assert_in_range(nth, 1, ALLOCATIONS_MAX);
        unit_balance_begin(&balance);
        memset(&session, 0, sizeof(session));
        session.host = tls_strdup("www.rt-thread.org");
        session.port = tls_strdup("443");
        standin_heap_fail(nth, permanent);
        ret = mbedtls_client_init(&session, "entropy", 7);
        ret = ret == 0 ? mbedtls_client_context(&session) : ret;
        standin_heap_fail(0, RT_FALSE);
        has_failed = heap_failures() != before;
        assert_int_equal(ret, has_failed ? MBEDTLS_ERR_SSL_ALLOC_FAILED : 0);
        if (has_failed)
        {
            assert_int_equal(tls_client_report(&session)->reason, TLS_REASON_NO_MEMORY);
            assert_true(tls_client_report(&session)->number > 0);
        }
        tls_client_end(&session);
        tls_free(session.host);
        tls_free(session.port);
        unit_balance_end(&balance);
    }
    assert_true(nth > 5);
}

static void a_context_reports_each_failed_allocation_and_leaks_nothing(void **state)
{
    (void)state;
    check_faults(RT_FALSE);
}

static void a_context_in_a_full_heap_reports_it_and_leaks_nothing(void **state)
{
    (void)state;
    check_faults(RT_TRUE);
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
