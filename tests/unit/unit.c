/*
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>

#include "unit.h"

#define THREADS_MAX     16
#define PATIENCE        60000           /* milliseconds for threads to end */
#define ALLOCATIONS_MAX 5000            /* more than any function under test makes */

void unit_balance_begin(struct unit_balance *balance)
{
    balance->heap = standin_heap_mark();
    balance->descriptors = standin_fd_count();
    balance->lists = standin_resolve_live();
}

void unit_balance_end(const struct unit_balance *balance)
{
    assert_true(standin_thread_wait(PATIENCE));
    if (standin_heap_count(balance->heap) != 0)
    {
        standin_heap_dump(balance->heap);
    }
    assert_int_equal(standin_heap_count(balance->heap), 0);
    assert_int_equal(standin_fd_count(), balance->descriptors);
    assert_int_equal(standin_resolve_live(), balance->lists);
}

int unit_setup(void **state)
{
    static struct unit_balance balance;

    unit_balance_begin(&balance);
    *state = &balance;

    return 0;
}

int unit_teardown(void **state)
{
    unit_balance_end(*state);
    standin_resolve_clear();

    return 0;
}

static rt_uint64_t heap_failures(void)
{
    struct standin_heap_stats stats;

    standin_heap_stats(&stats);

    return stats.failures;
}

unsigned unit_fail_each(int (*function)(void), int error, rt_bool_t permanent)
{
    unsigned nth = 0;
    int has_failed;

    do
    {
        rt_uint64_t before = heap_failures();
        struct unit_balance balance;
        int ret;

        nth++;
        assert_in_range(nth, 1, ALLOCATIONS_MAX);
        unit_balance_begin(&balance);
        standin_heap_fail(nth, permanent);
        ret = function();
        standin_heap_fail(0, RT_FALSE);
        unit_balance_end(&balance);
        has_failed = heap_failures() != before;
        assert_int_equal(ret, has_failed ? error : 0);
    }
    while (has_failed);

    return nth - 1;
}

uint64_t unit_number(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;

    return z ^ z >> 31;
}

struct job
{
    void (*function)(int number);
    int number;
};

static void *run(void *argument)
{
    struct job *job = argument;

    job->function(job->number);

    return NULL;
}

void unit_in_threads(int count, void (*function)(int number))
{
    struct job jobs[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    int i;

    assert_in_range(count, 1, THREADS_MAX);
    for (i = 0; i < count; i++)
    {
        jobs[i].function = function;
        jobs[i].number = i;
        assert_int_equal(pthread_create(&threads[i], NULL, run, &jobs[i]), 0);
    }
    for (i = 0; i < count; i++)
    {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}
