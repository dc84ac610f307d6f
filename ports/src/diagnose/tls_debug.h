/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's debug messages in RT-Thread's log (manual 7.2.1). For client and
 * server, in builds with PKG_USING_MBEDTLS_DEBUG.
 *
 * Levels 3 and 4 show secrets: keys and, after the handshake, the data. Each message
 * takes about 1.3 KB of the stack of the thread that runs the session.
 */
#ifndef TLS_DEBUG_H
#define TLS_DEBUG_H

#include "tls_config.h"

#include "mbedtls/ssl.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Log the engine's messages about sessions of a configuration, at the level that
 * mbedtls_debug_set_threshold() or the shell command tls_debug sets for all
 * sessions, connected ones included; at start-up PKG_MBEDTLS_DEBUG_LEVEL.
 *
 * A line has the engine's file, line and level, then the text: "ssl_msg.c:2346 |4|
 * text"; where it continues a text, "|4+". Level 1 goes to the log as warnings, 2 as
 * information, 3 and 4 as debug, whatever PKG_MBEDTLS_LOG_LEVEL is. Characters that
 * are not printable ASCII become dots.
 */
void tls_debug_attach(mbedtls_ssl_config *conf);

#ifdef __cplusplus
}
#endif

#endif /* TLS_DEBUG_H */
