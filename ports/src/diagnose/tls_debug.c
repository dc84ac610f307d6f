/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's debug messages in RT-Thread's log.
 */
#include <rtthread.h>

#include "tls_debug.h"
/* The engine's level decides which messages come, not PKG_MBEDTLS_LOG_LEVEL. */
#define TLS_LOG_LEVEL           DBG_LOG
#include "../base/tls_has.h"
#include "../base/tls_log.h"
#include "tls_line.h"

#include "mbedtls/debug.h"

static const char *base_name(const char *path)
{
    const char *name;

    for (name = path; *path != '\0'; path++)
    {
        name = *path == '/' || *path == '\\' ? path + 1 : name;
    }

    return name;
}

/* Warnings, since the engine's level 1 has harmless ones too; failures are in the session's report. */
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

/* Some of the text comes from the peer, which must not control the terminal. */
static void copy_printable(char *line, const char *text, size_t length)
{
    while (length-- > 0)
    {
        *line++ = *text >= ' ' && *text <= '~' ? *text : '.';
        text++;
    }
    *line = '\0';
}

/* The engine's f_dbg. Where a text takes several lines, the ones after the first have a + for the second |. */
static void print(void *context, int level, const char *file, int line, const char *text)
{
    char buffer[TLS_LINE_LENGTH + 1];
    char mark = '|';
    size_t start, length;

    (void)context;

    do
    {
        start = (size_t)rt_snprintf(buffer, TLS_LINE_LENGTH / 2, "%s:%d |%d%c ", base_name(file), line, level, mark);
        start = start < TLS_LINE_LENGTH / 2 ? start : TLS_LINE_LENGTH / 2 - 1;
        length = tls_line_piece(text, TLS_LINE_LENGTH - start);
        copy_printable(buffer + start, text, length);
        log_line(level, buffer);
        text += length;
        text += *text == '\n' || *text == ' ';
        mark = '+';
    }
    while (*text != '\0');
}

/* A level that is set later replaces this one. */
static int tls_debug_start(void)
{
    mbedtls_debug_set_threshold(PKG_MBEDTLS_DEBUG_LEVEL);

    return 0;
}
INIT_COMPONENT_EXPORT(tls_debug_start);

void tls_debug_attach(mbedtls_ssl_config *conf)
{
    static int is_started;

    /* The kernel starts no components then. */
    if (!TLS_HAS(RT_USING_COMPONENTS_INIT) && !is_started)
    {
        is_started = 1;
        tls_debug_start();
    }
    mbedtls_ssl_conf_dbg(conf, print, RT_NULL);
}
