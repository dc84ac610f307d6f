/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's debug messages in RT-Thread's log.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_debug.h"
#include "tls_log.h"

#include "mbedtls/debug.h"

static void print(void *context, int level, const char *file, int line, const char *text)
{
    const char *name = strrchr(file, '/');
    int length = (int)strlen(text);

    (void)context;

    if (length > 0 && text[length - 1] == '\n')
    {
        length--;
    }
    LOG_D("%s:%d |%d| %.*s", name != RT_NULL ? name + 1 : file, line, level, length, text);
}

void tls_debug_attach(mbedtls_ssl_config *conf)
{
    static int is_started;

    if (!is_started)
    {
        is_started = 1;
        mbedtls_debug_set_threshold(PKG_MBEDTLS_DEBUG_LEVEL);
    }
    mbedtls_ssl_conf_dbg(conf, print, RT_NULL);
}
