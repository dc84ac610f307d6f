/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The end of the program: its exit code, and what the commands left behind.
 */
#include <stdlib.h>

#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "posix.h"

/* Live before the shell started. */
static struct
{
    rt_uint64_t heap;
    rt_size_t   descriptors;
    rt_size_t   address_lists;
} baseline;

static rt_bool_t leaks_count;
static rt_bool_t command_failed;

void posix_report_start(rt_bool_t report_leaks)
{
    leaks_count = report_leaks;
    baseline.heap = standin_heap_mark();
    baseline.descriptors = standin_fd_count();
    baseline.address_lists = standin_resolve_live();
}

void posix_report_failure(void)
{
    command_failed = RT_TRUE;
}

static rt_bool_t report_surplus(const char *what, rt_size_t now, rt_size_t before)
{
    if (now > before)
    {
        rt_kprintf("%s: %lu\n", what, now - before);
        return RT_TRUE;
    }
    return RT_FALSE;
}

/* Prints what the commands have left behind; RT_TRUE if there is anything. */
static rt_bool_t report_leaks(void)
{
    rt_size_t blocks = standin_heap_count(baseline.heap);
    rt_bool_t leaked = blocks > 0;

    rt_kprintf("live blocks: %lu\n", blocks);
    standin_heap_dump(baseline.heap);
    leaked |= report_surplus("open descriptors", standin_fd_count(),
                             baseline.descriptors);
    leaked |= report_surplus("live address lists", standin_resolve_live(),
                             baseline.address_lists);
    return leaked;
}

void standin_target_exit(int code)
{
    if (code == 0 && (command_failed || posix_console_mark_was_seen()))
    {
        code = EXIT_COMMAND_FAILED;
    }
    if (leaks_count && report_leaks())
    {
        code = EXIT_LEAK;
    }
    standin_resolve_clear();
    exit(code);
}
