/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The heap's accounts, limit and faults.
 */
#include "kernel_test.h"

static int back_to_normal(void **state)
{
    RT_UNUSED(state);
    standin_heap_fail(0, RT_FALSE);
    standin_heap_set_total(1000000);
    return 0;
}

static void blocks_are_counted_with_size_and_header(void **state)
{
    rt_size_t total;
    rt_size_t used;
    rt_size_t max_used;
    void *small;
    void *large;

    RT_UNUSED(state);
    small = rt_malloc(1);
    large = rt_malloc(100);
    rt_memory_info(&total, &used, &max_used);
    assert_int_equal(total, 1000000);
    assert_int_equal(used, 8 + 16 + 104 + 16);
    assert_int_equal(max_used, used);

    rt_free(large);
    rt_memory_info(RT_NULL, &used, &max_used);
    assert_int_equal(used, 8 + 16);
    assert_int_equal(max_used, 8 + 16 + 104 + 16);

    standin_heap_reset_max();
    rt_free(small);
    rt_memory_info(RT_NULL, &used, &max_used);
    assert_int_equal(used, 0);
    assert_int_equal(max_used, 8 + 16);
}

static void size_zero_gives_null(void **state)
{
    RT_UNUSED(state);
    assert_null(rt_malloc(0));
    assert_null(rt_calloc(0, 4));
    assert_null(rt_realloc(rt_malloc(4), 0));
    rt_free(RT_NULL);
}

static void calloc_zeroes_and_refuses_overflow(void **state)
{
    char *block = rt_calloc(3, 5);
    volatile rt_size_t half = SIZE_MAX / 2 + 1;

    RT_UNUSED(state);
    for (int i = 0; i < 15; i++)
    {
        assert_int_equal(block[i], 0);
    }
    rt_free(block);
    assert_null(rt_calloc(half, 2));
    assert_null(rt_malloc(SIZE_MAX));
}

static void realloc_keeps_content_and_block_on_failure(void **state)
{
    char *block = rt_strdup("0123456789");
    char *larger = rt_realloc(block, 100);
    char *smaller;

    RT_UNUSED(state);
    assert_string_equal(larger, "0123456789");
    standin_heap_fail(1, RT_FALSE);
    assert_null(rt_realloc(larger, 200));
    assert_string_equal(larger, "0123456789");
    smaller = rt_realloc(larger, 4);
    assert_memory_equal(smaller, "0123", 4);
    rt_free(smaller);
}

static void more_than_is_left_is_refused(void **state)
{
    void *block;

    RT_UNUSED(state);
    standin_heap_set_total(1000);
    assert_null(rt_malloc(1001));
    assert_null(rt_malloc(985));
    block = rt_malloc(984);
    assert_non_null(block);
    assert_null(rt_malloc(1));
    standin_heap_set_total(10);
    assert_null(rt_malloc(1));
    rt_free(block);
}

static void nth_allocation_fails_once(void **state)
{
    void *first;
    void *third;

    RT_UNUSED(state);
    standin_heap_fail(2, RT_FALSE);
    first = rt_malloc(1);
    assert_non_null(first);
    assert_null(rt_malloc(1));
    third = rt_malloc(1);
    assert_non_null(third);
    rt_free(first);
    rt_free(third);
}

static void nth_allocation_and_all_later_fail(void **state)
{
    struct standin_heap_stats before;
    struct standin_heap_stats after;
    void *first;

    RT_UNUSED(state);
    standin_heap_stats(&before);
    standin_heap_fail(2, RT_TRUE);
    first = rt_malloc(1);
    assert_non_null(first);
    assert_null(rt_malloc(1));
    assert_null(rt_calloc(1, 1));
    assert_null(rt_strdup(""));
    standin_heap_stats(&after);
    assert_int_equal(after.failures - before.failures, 3);
    assert_int_equal(after.allocations - before.allocations, 1);
    assert_int_equal(after.blocks - before.blocks, 1);
    rt_free(first);
}

static void blocks_younger_than_a_mark_are_counted(void **state)
{
    void *old = rt_malloc(1);
    rt_uint64_t mark = standin_heap_mark();
    void *young = rt_malloc(1);

    RT_UNUSED(state);
    assert_int_equal(standin_heap_count(mark), 1);
    assert_int_equal(standin_heap_count(0), 2);
    rt_free(old);
    assert_int_equal(standin_heap_count(mark), 1);
    rt_free(young);
    assert_int_equal(standin_heap_count(0), 0);
}

/* The table of blocks grows, and closes the gaps that freed blocks leave. */
static void many_blocks_in_any_order(void **state)
{
    static void *blocks[5000];
    const int count = 5000;
    const int step = 1777;      /* has no factor in common with count */

    RT_UNUSED(state);
    for (int i = 0; i < count; i++)
    {
        blocks[i] = rt_malloc((rt_size_t)i % 40 + 1);
        assert_non_null(blocks[i]);
    }
    for (int i = 0; i < count; i++)
    {
        rt_free(blocks[i * step % count]);
    }
    assert_int_equal(standin_heap_count(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(blocks_are_counted_with_size_and_header, back_to_normal),
        cmocka_unit_test_setup(size_zero_gives_null, back_to_normal),
        cmocka_unit_test_setup(calloc_zeroes_and_refuses_overflow, back_to_normal),
        cmocka_unit_test_setup(realloc_keeps_content_and_block_on_failure, back_to_normal),
        cmocka_unit_test_setup(more_than_is_left_is_refused, back_to_normal),
        cmocka_unit_test_setup(nth_allocation_fails_once, back_to_normal),
        cmocka_unit_test_setup(nth_allocation_and_all_later_fail, back_to_normal),
        cmocka_unit_test_setup(blocks_younger_than_a_mark_are_counted, back_to_normal),
        cmocka_unit_test_setup(many_blocks_in_any_order, back_to_normal),
    };

    return cmocka_run_group_tests(tests, RT_NULL, RT_NULL);
}
