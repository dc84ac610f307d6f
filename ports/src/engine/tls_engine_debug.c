/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's debug level. In builds with PKG_USING_MBEDTLS_DEBUG.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

#include "mbedtls/debug.h"

#define DEBUG_LEVELS            4

#ifdef PKG_MBEDTLS_ENGINE_3_6
/* Declared in the engine's library folder only. */
void mbedtls_debug_print_ret(const mbedtls_ssl_context *ssl, int level, const char *file, int line, const char *text,
                             int ret);
#endif

static void note_level(void *context, int level, const char *file, int line, const char *text)
{
    int *highest = context;

    (void)file;
    (void)line;
    (void)text;
    *highest = level;
}

/* The engine has no function that returns it: find the highest level whose messages come out. */
int tls_engine_debug_level(void)
{
    struct
    {
        mbedtls_ssl_context ssl;
        mbedtls_ssl_config conf;
    }
    *probe = tls_calloc(1, sizeof(*probe));
    int highest = 0;
    int level;

    if (probe == NULL)
    {
        return -1;
    }
    probe->ssl.conf = &probe->conf;
    mbedtls_ssl_conf_dbg(&probe->conf, note_level, &highest);
    for (level = 1; level <= DEBUG_LEVELS; level++)
    {
        mbedtls_debug_print_ret(&probe->ssl, level, "", 0, "", 0);
    }
    tls_free(probe);

    return highest;
}
