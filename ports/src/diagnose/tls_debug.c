/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's debug messages in RT-Thread's log.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_debug.h"
/* Whether there is a message at all, the engine's level decides, not PKG_MBEDTLS_LOG_LEVEL. */
#define TLS_LOG_LEVEL           DBG_LOG
#include "../base/tls_log.h"

#include "mbedtls/debug.h"

/* RT-Thread's console and log cut a longer line, their own words included (128 by default). */
#define LINE_LENGTH             110

static const char *base_name(const char *path)
{
    const char *name;

    for (name = path; *path != '\0'; path++)
    {
        name = *path == '/' || *path == '\\' ? path + 1 : name;
    }

    return name;
}

/* What the engine has as an error may be none: real ones are told by the session's report. */
static void log_line(int level, const char *line)
{
    if (level <= 1)
    {
        LOG_W("%s", line);
    }
    else if (level == 2)
    {
        LOG_I("%s", line);
    }
    else
    {
        LOG_D("%s", line);
    }
}

/* How much of a text goes into a line of so many characters, broken at a blank in its second half. */
static size_t piece_of(const char *text, size_t room)
{
    size_t length = strcspn(text, "\n");
    size_t cut = room;

    if (length <= room)
    {
        return length;
    }
    while (cut > room / 2 && text[cut] != ' ')
    {
        cut--;
    }

    return cut > room / 2 ? cut : room;
}

/* Some of the text comes from the peer, who must not get hold of the terminal. */
static void copy_printable(char *line, const char *text, size_t length)
{
    while (length-- > 0)
    {
        *line++ = *text >= ' ' && *text <= '~' ? *text : '.';
        text++;
    }
    *line = '\0';
}

/* The engine's f_dbg. Lines after the first of a text have a + instead of the second |. */
static void print(void *context, int level, const char *file, int line, const char *text)
{
    char buffer[LINE_LENGTH + 1];
    char mark = '|';
    size_t start, length;

    (void)context;

    do
    {
        start = (size_t)rt_snprintf(buffer, LINE_LENGTH / 2, "%s:%d |%d%c ", base_name(file), line, level, mark);
        start = start < LINE_LENGTH / 2 ? start : LINE_LENGTH / 2 - 1;
        length = piece_of(text, LINE_LENGTH - start);
        copy_printable(buffer + start, text, length);
        log_line(level, buffer);
        text += length;
        text += *text == '\n' || *text == ' ';
        mark = '+';
    }
    while (*text != '\0');
}

int tls_debug_start(void)
{
    mbedtls_debug_set_threshold(PKG_MBEDTLS_DEBUG_LEVEL);

    return 0;
}
INIT_COMPONENT_EXPORT(tls_debug_start);

void tls_debug_attach(mbedtls_ssl_config *conf)
{
#ifndef RT_USING_COMPONENTS_INIT        /* then nobody else has called it */
    static int is_started;

    if (!is_started)
    {
        is_started = 1;
        tls_debug_start();
    }
#endif
    mbedtls_ssl_conf_dbg(conf, print, RT_NULL);
}
