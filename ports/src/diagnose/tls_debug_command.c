/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_debug [level]: print or set the level of the engine's debug messages (manual
 * 7.2.1). In builds with PKG_USING_MBEDTLS_DEBUG and a shell.
 */
#include <rtthread.h>
#include <finsh.h>

#include "../engine/tls_engine.h"

#include "mbedtls/debug.h"

static int is_level(const char *text)
{
    return text[0] >= '0' && text[0] <= '4' && text[1] == '\0';
}

static int tls_debug(int argc, char **argv)
{
    if (argc > 2 || (argc == 2 && !is_level(argv[1])))
    {
        rt_kprintf("usage: tls_debug [level]: 0 nothing, 1 errors, 2 states, 3 information, 4 everything\n");
        return -1;
    }
    if (argc == 2)
    {
        mbedtls_debug_set_threshold(argv[1][0] - '0');
    }
    rt_kprintf("tls_debug: level %d\n", tls_engine_debug_level());

    return 0;
}
MSH_CMD_EXPORT(tls_debug, level of the TLS debug messages: tls_debug [0 to 4])
