/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of rt_thread_* and of critical sections that does not depend on how a
 * target runs threads.
 */
#include <string.h>

#include <rthw.h>
#include <rtthread.h>
#include <standin_target.h>

static STANDIN_THREAD_LOCAL rt_uint16_t critical_level;

rt_err_t rt_thread_init(struct rt_thread *thread, const char *name, void (*entry)(void *parameter),
                        void *parameter, void *stack_start, rt_uint32_t stack_size,
                        rt_uint8_t priority, rt_uint32_t tick)
{
    RT_ASSERT(thread != RT_NULL);
    RT_ASSERT(stack_start != RT_NULL);
    RT_ASSERT(priority < RT_THREAD_PRIORITY_MAX);
    memset(thread, 0, sizeof(*thread));
    rt_strncpy(thread->parent.name, name, RT_NAME_MAX - 1);
    thread->parent.type = RT_Object_Class_Thread;
    thread->entry = entry;
    thread->parameter = parameter;
    thread->stack_addr = stack_start;
    thread->stack_size = stack_size;
    thread->current_priority = priority;
    thread->init_tick = tick;
    thread->stat = RT_THREAD_INIT;
    memset(stack_start, STANDIN_STACK_FILL, stack_size);
    return RT_EOK;
}

rt_thread_t rt_thread_create(const char *name, void (*entry)(void *parameter), void *parameter,
                             rt_uint32_t stack_size, rt_uint8_t priority, rt_uint32_t tick)
{
    rt_thread_t thread = rt_malloc(sizeof(*thread));
    void *stack = thread != RT_NULL ? rt_malloc(stack_size) : RT_NULL;

    if (stack == RT_NULL)
    {
        rt_free(thread);
        return RT_NULL;
    }
    rt_thread_init(thread, name, entry, parameter, stack, stack_size, priority, tick);
    thread->own_memory = RT_TRUE;
    return thread;
}

void standin_thread_release(rt_thread_t thread)
{
    if (thread->cleanup != RT_NULL)
    {
        thread->cleanup(thread);
    }
    thread->stat = RT_THREAD_CLOSE;
    if (thread->own_memory)
    {
        rt_free(thread->stack_addr);
        rt_free(thread);
    }
}

rt_err_t rt_thread_delete(rt_thread_t thread)
{
    RT_ASSERT(thread != RT_NULL && thread->own_memory);
    standin_target_thread_stop(thread);
    return RT_EOK;
}

rt_err_t rt_thread_detach(rt_thread_t thread)
{
    RT_ASSERT(thread != RT_NULL && !thread->own_memory);
    standin_target_thread_stop(thread);
    return RT_EOK;
}

rt_err_t rt_thread_mdelay(rt_int32_t ms)
{
    return rt_thread_delay(rt_tick_from_millisecond(ms));
}

/* The change of a priority is the only command. */
rt_err_t rt_thread_control(rt_thread_t thread, int cmd, void *arg)
{
    RT_ASSERT(thread != RT_NULL);
    RT_ASSERT(cmd == RT_THREAD_CTRL_CHANGE_PRIORITY);
    RT_ASSERT(*(rt_uint8_t *)arg < RT_THREAD_PRIORITY_MAX);
    thread->current_priority = *(rt_uint8_t *)arg;
    return RT_EOK;
}

rt_err_t rt_sched_lock(rt_sched_lock_level_t *level)
{
    *level = rt_hw_interrupt_disable();
    return RT_EOK;
}

rt_err_t rt_sched_unlock(rt_sched_lock_level_t level)
{
    rt_hw_interrupt_enable(level);
    return RT_EOK;
}

rt_uint8_t rt_sched_thread_get_curr_prio(struct rt_thread *thread)
{
    return thread->current_priority;
}

void rt_enter_critical(void)
{
    critical_level++;
}

void rt_exit_critical(void)
{
    RT_ASSERT(critical_level > 0);
    critical_level--;
}

rt_uint16_t rt_critical_level(void)
{
    return critical_level;
}

rt_base_t rt_hw_interrupt_disable(void)
{
    standin_target_disable_interrupts();
    rt_enter_critical();
    return (rt_base_t)critical_level - 1;
}

void rt_hw_interrupt_enable(rt_base_t level)
{
    RT_ASSERT(level == (rt_base_t)critical_level - 1);
    rt_exit_critical();
    standin_target_enable_interrupts();
}
