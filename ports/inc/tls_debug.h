/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's debug messages in RT-Thread's log (manual 7.2.1), in builds with
 * PKG_USING_MBEDTLS_DEBUG. Without it nothing of this is compiled.
 *
 * Levels 3 and 4 show what is secret: keys and, after the handshake, the data.
 * Each message takes about 1.3 KB of the stack of the thread that a session runs in.
 */
#ifndef TLS_DEBUG_H
#define TLS_DEBUG_H

#include "tls_config.h"

#include "mbedtls/ssl.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef PKG_USING_MBEDTLS_DEBUG
/**
 * Set the level to PKG_MBEDTLS_DEBUG_LEVEL. The kernel calls it when it starts its
 * components, so that what is set later, by whomever, counts.
 *
 * @return 0
 */
int tls_debug_start(void);

/**
 * Log what the engine does for this configuration, at the level that
 * mbedtls_debug_set_threshold() or the shell command tls_debug sets for all
 * sessions, those that are connected included.
 *
 * A line has the engine's file, line and level, then the text: "ssl_msg.c:2346 |4|
 * text"; what goes on from the line before has "|4+". Level 1 goes to the log as
 * warnings, 2 as information, 3 and 4 as debug, whatever PKG_MBEDTLS_LOG_LEVEL is.
 * What is not printable ASCII becomes a dot.
 */
void tls_debug_attach(mbedtls_ssl_config *conf);
#else
#define tls_debug_attach(conf)  ((void)(conf))
#endif

#ifdef __cplusplus
}
#endif

#endif /* TLS_DEBUG_H */
