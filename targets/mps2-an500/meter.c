/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The record of the meter, in a memory of its own.
 */
#include "board.h"
#include "call_sites.h"
#include "meter.h"

#define STACK_WORDS     256

extern struct meter_event __record_start[], __record_end[];

static struct meter_event *next_event = __record_start;
static rt_bool_t is_running;
static rt_bool_t is_full;

static rt_uint64_t start;                /* on board_clock_counted() */

static rt_uint64_t stack[STACK_WORDS / 2];

void meter_start(void)
{
    next_event = __record_start;
    is_full = RT_FALSE;
    start = board_clock_counted();
    is_running = RT_TRUE;
}

void meter_stop(void)
{
    is_running = RT_FALSE;
}

/* Runs on the meter's stack, so that it does not raise the thread's peak. */
static void add_sites(void *frame)
{
    call_sites_find(frame, next_event->sites, METER_SITES);
}

void meter_record(enum meter_kind kind, const void *address, rt_size_t value)
{
    if (!is_running)
    {
        return;
    }
    board_clock_pause();
    if (next_event == __record_end)
    {
        is_full = RT_TRUE;
    }
    else
    {
        next_event->kind = kind;
        next_event->value = value;
        next_event->address = (rt_uint32_t)address;
        next_event->clock = (rt_uint32_t)(board_clock_counted() - start);
        board_call_apart(add_sites, __builtin_frame_address(0), stack + STACK_WORDS / 2);
        next_event++;
    }
    board_clock_resume();
}

void meter_mark(enum meter_mark mark)
{
    meter_record(METER_MARK, RT_NULL, mark);
}

rt_bool_t meter_save(const char *name)
{
    return board_save(name, __record_start, (rt_size_t)((char *)next_event - (char *)__record_start)) && !is_full;
}
