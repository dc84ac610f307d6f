/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tick: 32 bits that wrap, derived from the target's milliseconds.
 */
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

static rt_tick_t offset;

static rt_tick_t raw_tick(void)
{
    return (rt_tick_t)(standin_target_milliseconds() * RT_TICK_PER_SECOND / 1000);
}

rt_tick_t rt_tick_get(void)
{
    return raw_tick() + __atomic_load_n(&offset, __ATOMIC_RELAXED);
}

void rt_tick_set(rt_tick_t tick)
{
    __atomic_store_n(&offset, tick - raw_tick(), __ATOMIC_RELAXED);
}

void standin_tick_set(rt_tick_t tick)
{
    rt_tick_set(tick);
}

void standin_tick_advance(rt_tick_t ticks)
{
    __atomic_add_fetch(&offset, ticks, __ATOMIC_RELAXED);
}

rt_tick_t rt_tick_from_millisecond(rt_int32_t ms)
{
    if (ms < 0)
    {
        return (rt_tick_t)RT_WAITING_FOREVER;
    }
    return RT_TICK_PER_SECOND * ((rt_tick_t)ms / 1000) +
           (RT_TICK_PER_SECOND * ((rt_tick_t)ms % 1000) + 999) / 1000;
}

rt_tick_t rt_tick_get_millisecond(void)
{
    /* The kernel cannot tell where a tick is no whole number of milliseconds. */
    return 1000 % RT_TICK_PER_SECOND == 0 ? rt_tick_get() * (1000u / RT_TICK_PER_SECOND) : 0;
}
