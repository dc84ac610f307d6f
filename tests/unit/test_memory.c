/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_memory: allocation, and watches that count failed allocations.
 *
 * wrap: rt_calloc
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "tls_config.h"
#include "tls_memory.h"

#define ROUNDS      2000

void *__real_rt_calloc(rt_size_t count, rt_size_t size);
void *__wrap_rt_calloc(rt_size_t count, rt_size_t size);

static int kernel_callocs;

void *__wrap_rt_calloc(rt_size_t count, rt_size_t size)
{
    kernel_callocs++;

    return __real_rt_calloc(count, size);
}

/* Make one allocation fail. */
static void fail_once(size_t size)
{
    standin_heap_fail(1, RT_FALSE);
    assert_null(tls_malloc(size));
}

static void free_returns_what_malloc_took(void **state)
{
    struct standin_heap_stats before, now;
    void *memory;

    (void)state;
    standin_heap_stats(&before);
    memory = tls_malloc(100);
    assert_non_null(memory);
    memset(memory, 1, 100);
    standin_heap_stats(&now);
    assert_true(now.used >= before.used + 100);
    tls_free(memory);
    tls_free(NULL);
    standin_heap_stats(&now);
    assert_int_equal(now.used, before.used);
}

static void calloc_gives_zeros(void **state)
{
    unsigned char *memory = tls_calloc(7, 13);
    int i;

    (void)state;
    assert_non_null(memory);
    for (i = 0; i < 7 * 13; i++)
    {
        assert_int_equal(memory[i], 0);
    }
    tls_free(memory);
}

static void zero_bytes_give_null_and_count_as_no_failure(void **state)
{
    struct tls_memory_watch watch;

    (void)state;
    tls_memory_watch_begin(&watch);
    assert_null(tls_malloc(0));
    assert_null(tls_calloc(0, 5));
    assert_null(tls_calloc(5, 0));
    tls_memory_watch_end(&watch);
    assert_int_equal(watch.failures, 0);
}

static void a_product_that_overflows_gives_null(void **state)
{
    (void)state;
    /* Some kernels do not check the product, so rt_calloc() must not be called. */
    kernel_callocs = 0;
    assert_null(tls_calloc(SIZE_MAX, 2));
    assert_null(tls_calloc(2, SIZE_MAX));
    assert_null(tls_calloc(SIZE_MAX / 2 + 1, 2));
    assert_null(tls_calloc((size_t)1 << (sizeof(size_t) * 4), (size_t)1 << (sizeof(size_t) * 4)));
    assert_null(tls_calloc(SIZE_MAX, SIZE_MAX));
    assert_int_equal(kernel_callocs, 0);
}

static void strdup_copies_the_whole_string(void **state)
{
    char *copy = tls_strdup("www.rt-thread.org");

    (void)state;
    assert_string_equal(copy, "www.rt-thread.org");
    tls_free(copy);
    copy = tls_strdup("");
    assert_string_equal(copy, "");
    tls_free(copy);
    standin_heap_fail(1, RT_FALSE);
    assert_null(tls_strdup("x"));
}

static void zeroize_clears_its_bytes_only(void **state)
{
    unsigned char memory[64];
    size_t i;

    (void)state;
    memset(memory, 0xEE, sizeof(memory));
    tls_zeroize(memory + 1, 0);
    tls_zeroize(memory + 1, 62);
    assert_int_equal(memory[0], 0xEE);
    assert_int_equal(memory[63], 0xEE);
    for (i = 1; i < 63; i++)
    {
        assert_int_equal(memory[i], 0);
    }
}

#ifdef PKG_MBEDTLS_SSL_VARIABLE_BUFFER
static void a_watch_refuses_callocs_above_its_limit(void **state)
{
    struct tls_memory_watch outer, watch;
    void *memory;

    (void)state;
    tls_memory_watch_begin(&outer);
    tls_memory_watch_begin(&watch);
    watch.largest = 10000;
    assert_null(tls_calloc(1, 10001));
    memory = tls_calloc(1, 10000);
    assert_non_null(memory);
    tls_free(memory);
    tls_memory_watch_end(&watch);
    memory = tls_calloc(1, 10001);
    assert_non_null(memory);
    tls_free(memory);
    tls_memory_watch_end(&outer);
    assert_int_equal(watch.failures, 0);
    assert_int_equal(outer.failures, 0);
}
#endif

static void a_watch_counts_failures_and_keeps_the_first_size(void **state)
{
    struct tls_memory_watch watch;
    void *memory;

    (void)state;
    memset(&watch, 0xEE, sizeof(watch));
    tls_memory_watch_begin(&watch);
    assert_int_equal(watch.failures, 0);
    assert_int_equal(watch.size, 0);
    memory = tls_malloc(10);
    assert_int_equal(watch.failures, 0);
    fail_once(123);
    assert_int_equal(watch.failures, 1);
    assert_int_equal(watch.size, 123);
    fail_once(456);
    assert_int_equal(watch.failures, 2);
    assert_int_equal(watch.size, 123);
    tls_memory_watch_end(&watch);
    fail_once(789);
    assert_int_equal(watch.failures, 2);
    assert_int_equal(watch.size, 123);
    tls_free(memory);
}

static void a_failed_calloc_counts_with_its_product(void **state)
{
    struct tls_memory_watch watch;

    (void)state;
    tls_memory_watch_begin(&watch);
    standin_heap_fail(1, RT_FALSE);
    assert_null(tls_calloc(3, 50));
    tls_memory_watch_end(&watch);
    assert_int_equal(watch.failures, 1);
    assert_int_equal(watch.size, 150);
}

static void an_allocation_larger_than_the_heap_counts_as_a_failure(void **state)
{
    struct standin_heap_stats stats;
    struct tls_memory_watch watch;

    (void)state;
    standin_heap_stats(&stats);
    tls_memory_watch_begin(&watch);
    assert_null(tls_malloc(stats.total + 1));
    tls_memory_watch_end(&watch);
    assert_int_equal(watch.failures, 1);
    assert_int_equal(watch.size, stats.total + 1);
}

static void watches_nest(void **state)
{
    struct tls_memory_watch outer, inner;

    (void)state;
    tls_memory_watch_begin(&outer);
    fail_once(1);
    tls_memory_watch_begin(&inner);
    fail_once(2);
    tls_memory_watch_end(&inner);
    fail_once(3);
    tls_memory_watch_end(&outer);
    assert_int_equal(outer.failures, 3);
    assert_int_equal(outer.size, 1);
    assert_int_equal(inner.failures, 1);
    assert_int_equal(inner.size, 2);
}

static void watches_may_end_in_any_order(void **state)
{
    struct tls_memory_watch first, second, third;

    (void)state;
    tls_memory_watch_begin(&first);
    tls_memory_watch_begin(&second);
    tls_memory_watch_begin(&third);
    tls_memory_watch_end(&second);
    fail_once(1);
    tls_memory_watch_end(&first);
    fail_once(2);
    tls_memory_watch_end(&third);
    tls_memory_watch_end(&third);
    fail_once(3);
    assert_int_equal(first.failures, 1);
    assert_int_equal(second.failures, 0);
    assert_int_equal(third.failures, 2);
}

static void fail_in_another_thread(int number)
{
    struct tls_memory_watch watch;

    (void)number;
    tls_memory_watch_begin(&watch);
    standin_heap_fail(1, RT_FALSE);
    if (tls_malloc(77) != NULL || watch.failures != 1 || watch.size != 77)
    {
        abort();
    }
    tls_memory_watch_end(&watch);
}

static void a_watch_counts_only_its_own_thread(void **state)
{
    struct tls_memory_watch watch;

    (void)state;
    tls_memory_watch_begin(&watch);
    unit_in_threads(1, fail_in_another_thread);
    assert_int_equal(watch.failures, 0);
    fail_once(5);
    assert_int_equal(watch.failures, 1);
    tls_memory_watch_end(&watch);
}

static void watch_and_allocate(int number)
{
    struct standin_heap_stats stats;
    int i;

    standin_heap_stats(&stats);
    for (i = 0; i < ROUNDS; i++)
    {
        struct tls_memory_watch watch, inner;
        void *memory;
        int j;

        tls_memory_watch_begin(&watch);
        memory = tls_malloc((size_t)(1 + i % 100));
        tls_memory_watch_begin(&inner);
        for (j = 0; j < number; j++)
        {
            if (tls_malloc(stats.total + 1 + (size_t)number) != NULL)
            {
                abort();
            }
        }
        tls_memory_watch_end(&inner);
        tls_free(memory);
        tls_memory_watch_end(&watch);
        if (inner.failures != (size_t)number || watch.failures != inner.failures ||
            watch.size != (number > 0 ? stats.total + 1 + (size_t)number : 0))
        {
            abort();
        }
    }
}

static void many_threads_watch_at_once(void **state)
{
    (void)state;
    unit_in_threads(6, watch_and_allocate);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(free_returns_what_malloc_took),
        UNIT_TEST(calloc_gives_zeros),
        UNIT_TEST(zero_bytes_give_null_and_count_as_no_failure),
        UNIT_TEST(a_product_that_overflows_gives_null),
        UNIT_TEST(strdup_copies_the_whole_string),
        UNIT_TEST(zeroize_clears_its_bytes_only),
#ifdef PKG_MBEDTLS_SSL_VARIABLE_BUFFER
        UNIT_TEST(a_watch_refuses_callocs_above_its_limit),
#endif
        UNIT_TEST(a_watch_counts_failures_and_keeps_the_first_size),
        UNIT_TEST(a_failed_calloc_counts_with_its_product),
        UNIT_TEST(an_allocation_larger_than_the_heap_counts_as_a_failure),
        UNIT_TEST(watches_nest),
        UNIT_TEST(watches_may_end_in_any_order),
        UNIT_TEST(a_watch_counts_only_its_own_thread),
        UNIT_TEST(many_threads_watch_at_once),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
