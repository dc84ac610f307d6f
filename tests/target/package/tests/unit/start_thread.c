/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A thread for a test.
 */
#include "kernel_test.h"

rt_thread_t start_thread(void (*entry)(void *parameter), void *parameter)
{
    rt_thread_t thread = rt_thread_create("test", entry, parameter, 1024, 10, 10);

    assert_non_null(thread);
    assert_int_equal(rt_thread_startup(thread), RT_EOK);
    return thread;
}
