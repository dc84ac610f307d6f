/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The console: standard output, watched for marks that mean failure.
 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <standin_target.h>

#include "posix.h"

#define LINE_SIZE   1024

static const char *marks[POSIX_FAIL_MARKS];
static rt_size_t mark_count;
static rt_bool_t mark_was_seen;

/* The line so far; the part that exceeds the buffer is ignored. */
static char line[LINE_SIZE];
static rt_size_t line_length;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void write_all(const char *text, rt_size_t length)
{
    while (length > 0)
    {
        ssize_t written = write(STDOUT_FILENO, text, length);

        if (written <= 0)
        {
            return;
        }
        text += written;
        length -= (rt_size_t)written;
    }
}

static void look_for_marks(void)
{
    for (rt_size_t i = 0; i < mark_count; i++)
    {
        if (strstr(line, marks[i]) != RT_NULL)
        {
            mark_was_seen = RT_TRUE;
        }
    }
}

static void watch(const char *text, rt_size_t length)
{
    for (rt_size_t i = 0; i < length; i++)
    {
        if (text[i] == '\n')
        {
            look_for_marks();
            line_length = 0;
        }
        else if (line_length + 1 < LINE_SIZE)
        {
            line[line_length++] = text[i];
        }
        line[line_length] = '\0';
    }
    look_for_marks();
}

void standin_target_write(const char *text, rt_size_t length)
{
    pthread_mutex_lock(&lock);
    write_all(text, length);
    if (mark_count > 0)
    {
        watch(text, length);
    }
    pthread_mutex_unlock(&lock);
}

void posix_console_echo(const char *text)
{
    pthread_mutex_lock(&lock);
    write_all(text, strlen(text));
    pthread_mutex_unlock(&lock);
}

rt_bool_t posix_console_add_mark(const char *mark)
{
    if (mark_count == POSIX_FAIL_MARKS || mark[0] == '\0')
    {
        return RT_FALSE;
    }
    marks[mark_count++] = mark;
    return RT_TRUE;
}

rt_bool_t posix_console_mark_was_seen(void)
{
    rt_bool_t seen;

    pthread_mutex_lock(&lock);
    seen = mark_was_seen;
    pthread_mutex_unlock(&lock);
    return seen;
}
