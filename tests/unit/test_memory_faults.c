/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each allocation of a session fails once, up to its context: the failure is
 * told as what it is, and nothing is left behind.
 */
#include <string.h>

#include "unit.h"

#include "tls_client.h"

#define ALLOCATIONS_MAX     5000

/* The generator and the engine's crypto core take what they keep. */
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

static void a_context_without_memory_says_so_and_gives_all_back(void **state)
{
    (void)state;
    check_faults(RT_FALSE);
}

static void so_does_one_in_a_heap_that_stays_full(void **state)
{
    (void)state;
    check_faults(RT_TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(a_context_without_memory_says_so_and_gives_all_back),
        UNIT_TEST(so_does_one_in_a_heap_that_stays_full),
    };

#if defined(PKG_MBEDTLS_RANDOM_SEED)
    return UNIT_SKIPPED;                /* this board has no seed file */
#endif

    return cmocka_run_group_tests_name("memory faults", tests, start, NULL);
}
