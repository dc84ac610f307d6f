/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The priority of a thread during a DTLS handshake.
 */
#include <rtthread.h>

#include "tls_priority.h"

/* lwIP's default, if rtconfig.h does not have it. */
#ifndef RT_LWIP_ETHTHREAD_PRIORITY
#define RT_LWIP_ETHTHREAD_PRIORITY  12
#endif

#define MORE_URGENT                 (RT_LWIP_ETHTHREAD_PRIORITY - 1)

/* From 5.1 on the member belongs to the scheduler. */
#if defined(RT_VERSION_MAJOR) && RT_VERSION_MAJOR * 100 + RT_VERSION_MINOR >= 501
static int priority_of(rt_thread_t thread)
{
    rt_sched_lock_level_t level;
    int priority;

    rt_sched_lock(&level);
    priority = rt_sched_thread_get_curr_prio(thread);
    rt_sched_unlock(level);

    return priority;
}
#else
static int priority_of(rt_thread_t thread)
{
    return thread->current_priority;
}
#endif

static int change(int priority)
{
    rt_uint8_t wanted = (rt_uint8_t)priority;

    return rt_thread_control(rt_thread_self(), RT_THREAD_CTRL_CHANGE_PRIORITY, &wanted) == RT_EOK ? 0 : -1;
}

int tls_priority_raise(void)
{
    int before = priority_of(rt_thread_self());

    return before > MORE_URGENT && change(MORE_URGENT) == 0 ? before : -1;
}

void tls_priority_restore(int before)
{
    (void)change(before);
}
