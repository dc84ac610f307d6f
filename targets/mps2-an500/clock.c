/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Virtual time from a free-running CMSDK timer; sleep with a second one.
 */
#include <standin_target.h>

#include "board.h"

#define TIMER_FREE          0x40000000
#define TIMER_SLEEP         0x40001000
#define SLEEP_INTERRUPT     9

#define TIMER_CTRL(base)    REGISTER((base) + 0x00)
#define TIMER_VALUE(base)   REGISTER((base) + 0x04)
#define TIMER_RELOAD(base)  REGISTER((base) + 0x08)
#define TIMER_INT(base)     REGISTER((base) + 0x0C)

#define CTRL_ENABLE         0x01
#define CTRL_INTERRUPT      0x08

#define NVIC_ENABLE         REGISTER(0xE000E100)
#define NVIC_CLEAR_PENDING  REGISTER(0xE000E280)

/* The free timer wraps after 171 s; no sleep is that long. */
#define SLEEP_MAX_MS        60000u
#define TICKS_PER_MS        (BOARD_CLOCK_HZ / 1000)

static rt_uint64_t ticks;
static rt_uint64_t paused_ticks;
static rt_uint64_t pause_start;
static rt_uint32_t pause_depth;

void board_clock_start(void)
{
    TIMER_CTRL(TIMER_FREE) = 0;
    TIMER_RELOAD(TIMER_FREE) = 0xFFFFFFFF;
    TIMER_VALUE(TIMER_FREE) = 0xFFFFFFFF;
    TIMER_CTRL(TIMER_FREE) = CTRL_ENABLE;
    NVIC_ENABLE = 1u << SLEEP_INTERRUPT;
}

rt_uint64_t board_clock_now(void)
{
    ticks += (rt_uint32_t)(~TIMER_VALUE(TIMER_FREE) - (rt_uint32_t)ticks);
    return ticks;
}

void board_clock_pause(void)
{
    if (pause_depth++ == 0)
    {
        pause_start = board_clock_now();
    }
}

void board_clock_resume(void)
{
    if (--pause_depth == 0)
    {
        paused_ticks += board_clock_now() - pause_start;
    }
}

rt_uint64_t board_clock_counted(void)
{
    return (pause_depth > 0 ? pause_start : board_clock_now()) - paused_ticks;
}

rt_uint64_t standin_target_milliseconds(void)
{
    return board_clock_now() / TICKS_PER_MS;
}

static void set_alarm(rt_uint64_t until_ms)
{
    rt_uint64_t now_ms = standin_target_milliseconds();
    rt_uint64_t left = until_ms > now_ms ? until_ms - now_ms : 1;
    rt_uint32_t count = (left < SLEEP_MAX_MS ? (rt_uint32_t)left : SLEEP_MAX_MS) * TICKS_PER_MS;

    TIMER_CTRL(TIMER_SLEEP) = 0;
    TIMER_INT(TIMER_SLEEP) = 1;
    NVIC_CLEAR_PENDING = 1u << SLEEP_INTERRUPT;
    TIMER_RELOAD(TIMER_SLEEP) = count;
    TIMER_VALUE(TIMER_SLEEP) = count;
    TIMER_CTRL(TIMER_SLEEP) = CTRL_ENABLE | CTRL_INTERRUPT;
}

void board_clock_sleep(rt_uint64_t until_ms)
{
    board_clock_pause();
    set_alarm(until_ms);
    __asm__ volatile("wfi" ::: "memory");
    TIMER_CTRL(TIMER_SLEEP) = 0;
    board_clock_resume();
}
