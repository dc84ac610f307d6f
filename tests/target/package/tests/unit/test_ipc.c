/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Semaphores, mutexes, critical sections and threads.
 */
#include <rthw.h>

#include "kernel_test.h"

static struct rt_mutex mutex;
static struct rt_semaphore sem;
static volatile rt_err_t result;

static void release_after_a_while(void *parameter)
{
    rt_thread_mdelay(20);
    rt_sem_release(parameter);
}

static void semaphore_counts_and_times_out(void **state)
{
    rt_tick_t start;

    RT_UNUSED(state);
    assert_int_equal(rt_sem_init(&sem, "sem", 1, RT_IPC_FLAG_FIFO), RT_EOK);
    assert_int_equal(rt_sem_take(&sem, RT_WAITING_FOREVER), RT_EOK);
    assert_int_equal(rt_sem_trytake(&sem), -RT_ETIMEOUT);

    start = rt_tick_get();
    assert_int_equal(rt_sem_take(&sem, 20), -RT_ETIMEOUT);
    assert_true(rt_tick_get() - start >= 19);

    assert_int_equal(rt_sem_release(&sem), RT_EOK);
    assert_int_equal(rt_sem_trytake(&sem), RT_EOK);
    assert_int_equal(rt_sem_detach(&sem), RT_EOK);
}

static void semaphore_wakes_a_waiting_thread(void **state)
{
    rt_sem_t created = rt_sem_create("sem", 0, RT_IPC_FLAG_PRIO);

    RT_UNUSED(state);
    start_thread(release_after_a_while, created);
    assert_int_equal(rt_sem_take(created, RT_WAITING_FOREVER), RT_EOK);
    assert_true(standin_thread_wait(1000));
    assert_int_equal(rt_sem_delete(created), RT_EOK);
    assert_int_equal(standin_heap_count(0), 0);
}

static volatile rt_bool_t is_taking;

static void take_semaphore(void *parameter)
{
    is_taking = RT_TRUE;
    result = rt_sem_take(parameter, RT_WAITING_FOREVER);
}

static void deleting_a_semaphore_wakes_with_an_error(void **state)
{
    rt_sem_t created = rt_sem_create("sem", 0, RT_IPC_FLAG_FIFO);

    RT_UNUSED(state);
    result = RT_EOK;
    start_thread(take_semaphore, created);
    while (!is_taking)
    {
        rt_thread_mdelay(1);
    }
    rt_thread_mdelay(100);
    rt_sem_delete(created);
    assert_true(standin_thread_wait(1000));
    assert_int_equal(result, -RT_ERROR);
}

static void try_mutex(void *parameter)
{
    RT_UNUSED(parameter);
    result = rt_mutex_take(&mutex, 5);
    if (result == -RT_ETIMEOUT && rt_mutex_release(&mutex) != -RT_ERROR)
    {
        result = RT_EINVAL;
    }
}

static void mutex_is_recursive_and_owned(void **state)
{
    RT_UNUSED(state);
    assert_int_equal(rt_mutex_init(&mutex, "mutex", RT_IPC_FLAG_PRIO), RT_EOK);
    assert_int_equal(rt_mutex_take(&mutex, RT_WAITING_FOREVER), RT_EOK);
    assert_int_equal(rt_mutex_take(&mutex, RT_WAITING_FOREVER), RT_EOK);
    assert_int_equal(rt_mutex_release(&mutex), RT_EOK);
    start_thread(try_mutex, RT_NULL);
    assert_true(standin_thread_wait(1000));
    assert_int_equal(result, -RT_ETIMEOUT);

    assert_int_equal(rt_mutex_release(&mutex), RT_EOK);
    assert_int_equal(rt_mutex_release(&mutex), -RT_ERROR);
    assert_int_equal(rt_mutex_detach(&mutex), RT_EOK);
}

static int shared;

static void count_under_mutex(void *parameter)
{
    for (int i = 0; i < 2000; i++)
    {
        rt_mutex_take(parameter, RT_WAITING_FOREVER);
        shared++;
        rt_mutex_release(parameter);
    }
}

static void count_without_interrupts(void *parameter)
{
    RT_UNUSED(parameter);
    for (int i = 0; i < 2000; i++)
    {
        rt_base_t outer = rt_hw_interrupt_disable();
        rt_base_t inner = rt_hw_interrupt_disable();

        shared++;
        rt_hw_interrupt_enable(inner);
        rt_hw_interrupt_enable(outer);
    }
}

static void a_mutex_and_disabled_interrupts_keep_others_out(void **state)
{
    rt_mutex_t created = rt_mutex_create("mutex", RT_IPC_FLAG_PRIO);

    RT_UNUSED(state);
    shared = 0;
    for (int i = 0; i < 4; i++)
    {
        start_thread(count_under_mutex, created);
    }
    assert_true(standin_thread_wait(20000));
    assert_int_equal(shared, 8000);
    rt_mutex_delete(created);

    shared = 0;
    for (int i = 0; i < 4; i++)
    {
        start_thread(count_without_interrupts, RT_NULL);
    }
    assert_true(standin_thread_wait(20000));
    assert_int_equal(shared, 8000);
    assert_int_equal(rt_critical_level(), 0);
}

static void sleep_long(void *parameter)
{
    RT_UNUSED(parameter);
    rt_thread_mdelay(60000);
}

static void thread_memory_is_counted_and_freed(void **state)
{
    rt_thread_t unborn;
    rt_thread_t thread;
    rt_size_t used;

    RT_UNUSED(state);
    unborn = rt_thread_create("unborn", sleep_long, RT_NULL, 4096, 10, 10);
    rt_memory_info(RT_NULL, &used, RT_NULL);
    assert_true(used > 4096);
    assert_int_equal(rt_thread_delete(unborn), RT_EOK);

    thread = start_thread(sleep_long, RT_NULL);
    assert_ptr_equal(rt_thread_find("test"), thread);
    assert_int_equal(standin_thread_count(), 1);
    assert_false(standin_thread_wait(10));
    assert_int_equal(rt_thread_delete(thread), RT_EOK);
    assert_true(standin_thread_wait(1000));
    assert_int_equal(standin_heap_count(0), 0);
}

static void thread_creation_fails_without_memory(void **state)
{
    RT_UNUSED(state);
    for (rt_uint32_t nth = 1; nth <= 2; nth++)
    {
        standin_heap_fail(nth, RT_FALSE);
        assert_null(rt_thread_create("none", sleep_long, RT_NULL, 4096, 10, 10));
    }
    assert_int_equal(standin_heap_count(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(semaphore_counts_and_times_out),
        cmocka_unit_test(semaphore_wakes_a_waiting_thread),
        cmocka_unit_test(deleting_a_semaphore_wakes_with_an_error),
        cmocka_unit_test(mutex_is_recursive_and_owned),
        cmocka_unit_test(a_mutex_and_disabled_interrupts_keep_others_out),
        cmocka_unit_test(thread_memory_is_counted_and_freed),
        cmocka_unit_test(thread_creation_fails_without_memory),
    };

    return cmocka_run_group_tests(tests, RT_NULL, RT_NULL);
}
