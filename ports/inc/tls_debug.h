/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's debug messages in RT-Thread's log (manual 7.2.1), in builds with
 * PKG_USING_MBEDTLS_DEBUG. Without it nothing of this is compiled.
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
 * Log what the engine does for this configuration, at the level that
 * mbedtls_debug_set_threshold() sets; it starts at PKG_MBEDTLS_DEBUG_LEVEL.
 */
void tls_debug_attach(mbedtls_ssl_config *conf);
#else
#define tls_debug_attach(conf)  ((void)(conf))
#endif

#ifdef __cplusplus
}
#endif

#endif /* TLS_DEBUG_H */
