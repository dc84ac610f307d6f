/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Shell commands: those of every kernel, then those for tests.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <finsh.h>
#include <rtdevice.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#ifdef RT_USING_FINSH

#define FOREVER_MS      (-1)

static int version(void)
{
    rt_kprintf("RT-Thread %d.%d.%d interface, stand-in kernel\n",
               RT_VERSION_MAJOR, RT_VERSION_MINOR, RT_VERSION_PATCH);
    return 0;
}
MSH_CMD_EXPORT(version, show the version)

static int show_free(void)
{
    rt_size_t total;
    rt_size_t used;
    rt_size_t max_used;

    rt_memory_info(&total, &used, &max_used);
    rt_kprintf("total memory: %lu\n", total);
    rt_kprintf("used memory : %lu\n", used);
    rt_kprintf("maximum allocated memory: %lu\n", max_used);
    return 0;
}
MSH_CMD_EXPORT_ALIAS(show_free, free, show how much memory is used)

static int list_thread(void)
{
    standin_thread_list();
    return 0;
}
MSH_CMD_EXPORT(list_thread, list the threads)
MSH_CMD_EXPORT_ALIAS(list_thread, ps, list the threads)

#ifdef RT_USING_RTC
static int print_date(void)
{
    char text[32];
    struct tm fields;
    time_t now = time(RT_NULL);

    if (now == (time_t)-1 || gmtime_r(&now, &fields) == RT_NULL)
    {
        rt_kprintf("no clock\n");
        return -RT_ERROR;
    }
    rt_kprintf("%s", asctime_r(&fields, text));
    return 0;
}

static rt_bool_t read_field(const char *text, const char *what,
                            rt_uint32_t low, rt_uint32_t high,
                            rt_uint32_t *value)
{
    *value = (rt_uint32_t)strtoul(text, RT_NULL, 10);
    if (*value < low || *value > high)
    {
        rt_kprintf("%s is out of range [%u-%u]\n", what, low, high);
        return RT_FALSE;
    }
    return RT_TRUE;
}

static int date(int argc, char **argv)
{
    rt_uint32_t year;
    rt_uint32_t month;
    rt_uint32_t day;
    rt_uint32_t hour;
    rt_uint32_t minute;
    rt_uint32_t second;

    if (argc == 1)
    {
        return print_date();
    }
    if (argc < 7)
    {
        rt_kprintf("date: shows the time; "
                   "date year month day hour minute second: sets it\n");
        return -RT_EINVAL;
    }
    if (!read_field(argv[1], "year", 1970, 2099, &year) ||
        !read_field(argv[2], "month", 1, 12, &month) ||
        !read_field(argv[3], "day", 1, 31, &day) ||
        !read_field(argv[4], "hour", 0, 23, &hour) ||
        !read_field(argv[5], "minute", 0, 59, &minute) ||
        !read_field(argv[6], "second", 0, 59, &second))
    {
        return -RT_EINVAL;
    }
    if (set_date(year, month, day) != RT_EOK ||
        set_time(hour, minute, second) != RT_EOK)
    {
        rt_kprintf("no clock\n");
        return -RT_ERROR;
    }
    return 0;
}
MSH_CMD_EXPORT(date, show the time or set [year month day hour minute second])
#endif /* RT_USING_RTC */

static int leave(int argc, char **argv)
{
    standin_target_exit(argc > 1 ? atoi(argv[1]) : 0);
}
MSH_CMD_EXPORT_ALIAS(leave, exit, end the program with [code])

static int echo(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
    {
        rt_kprintf(i > 1 ? " %s" : "%s", argv[i]);
    }
    rt_kprintf("\n");
    return 0;
}
MSH_CMD_EXPORT(echo, print the words that follow)

static int sleep_ms(int argc, char **argv)
{
    rt_thread_mdelay(argc > 1 ? atoi(argv[1]) : 0);
    return 0;
}
MSH_CMD_EXPORT_ALIAS(sleep_ms, sleep, let [milliseconds] pass)

static int wait_for_threads(int argc, char **argv)
{
    rt_int32_t limit = argc > 1 ? atoi(argv[1]) : FOREVER_MS;

    if (!standin_thread_wait(limit))
    {
        rt_kprintf("wait: %lu threads still run\n", standin_thread_count());
        return -RT_ETIMEOUT;
    }
    return 0;
}
MSH_CMD_EXPORT_ALIAS(wait_for_threads, wait,
                     until all threads have ended or [milliseconds] are over)

static int tick(int argc, char **argv)
{
    if (argc > 1)
    {
        standin_tick_set((rt_tick_t)strtoul(argv[1], RT_NULL, 0));
        return 0;
    }
    rt_kprintf("%u\n", rt_tick_get());
    return 0;
}
MSH_CMD_EXPORT(tick, show the tick or set it to [value])

static int heap(int argc, char **argv)
{
    struct standin_heap_stats stats;
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "fail") == 0 && argc > 2)
    {
        standin_heap_fail((rt_uint32_t)strtoul(argv[2], RT_NULL, 10),
                          argc > 3 && strcmp(argv[3], "on") == 0);
    }
    else if (strcmp(what, "blocks") == 0)
    {
        standin_heap_dump(0);
    }
    else if (strcmp(what, "reset") == 0)
    {
        standin_heap_reset_max();
    }
    else if (argc == 1)
    {
        standin_heap_stats(&stats);
        rt_kprintf("live blocks: %lu\n", stats.blocks);
        rt_kprintf("allocations: %lu\n", (unsigned long)stats.allocations);
        rt_kprintf("failures: %lu\n", (unsigned long)stats.failures);
    }
    else
    {
        rt_kprintf("heap: shows counters\n"
                   "heap fail N [on]: the N-th allocation fails [and all later]\n"
                   "heap blocks: shows the live blocks\n"
                   "heap reset: forgets the maximum\n");
        return -RT_EINVAL;
    }
    return 0;
}
MSH_CMD_EXPORT(heap, counters and faults of the heap)

#endif /* RT_USING_FINSH */
