/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * rt_kprintf, log lines and failed assertions: all text for the console.
 */
#include <rtdbg.h>
#include <rtthread.h>
#include <standin_target.h>

#define LOG_HEADER_SIZE     64
#define LOG_END_SIZE        8

/* Formats into a buffer and tells what fits of the text, as the kernel does. */
static rt_size_t format_cut(char *buffer, rt_size_t size, const char *fmt,
                            va_list args) RT_PRINTF_LIKE(3, 0);

static rt_size_t format_cut(char *buffer, rt_size_t size, const char *fmt,
                            va_list args)
{
    int length = rt_vsnprintf(buffer, size, fmt, args);

    return (rt_size_t)length < size ? (rt_size_t)length : size - 1;
}

int rt_kprintf(const char *fmt, ...)
{
    char buffer[RT_CONSOLEBUF_SIZE];
    rt_size_t length;
    va_list args;

    va_start(args, fmt);
    length = format_cut(buffer, sizeof(buffer), fmt, args);
    va_end(args);
    standin_target_write(buffer, length);
    return (int)length;
}

void standin_log_line(int color, char level, const char *section,
                      const char *fmt, ...)
{
    char line[LOG_HEADER_SIZE + RT_CONSOLEBUF_SIZE + LOG_END_SIZE];
    rt_size_t length = 0;
    int header;
    va_list args;

    if (color >= 0)
    {
        length = (rt_size_t)rt_snprintf(line, LOG_HEADER_SIZE, "\033[%dm", color);
    }
    header = rt_snprintf(line + length, LOG_HEADER_SIZE - length, "[%c/%.40s] ",
                         level, section);
    length += (rt_size_t)header;

    va_start(args, fmt);
    length += format_cut(line + length, RT_CONSOLEBUF_SIZE, fmt, args);
    va_end(args);

    length += (rt_size_t)rt_snprintf(line + length, LOG_END_SIZE, "%s\n",
                                     color >= 0 ? "\033[0m" : "");
    standin_target_write(line, length);
}

void rt_assert_handler(const char *ex, const char *func, rt_size_t line)
{
    rt_kprintf("(%s) assertion failed at function:%s, line number:%lu \n", ex,
               func, line);
    standin_target_abort();
}
