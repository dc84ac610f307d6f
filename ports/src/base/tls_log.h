/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The package's log: RT-Thread's LOG_E, LOG_W, LOG_I and LOG_D with section name
 * "tls" and the level of menuconfig. For the package's C files only; include it
 * after the other headers.
 */
#ifndef TLS_LOG_H
#define TLS_LOG_H

#include "tls_config.h"

/* Kernels before 4.1 print nothing without DBG_ENABLE; 4.0.0 knows only DBG_SECTION_NAME and DBG_LEVEL. */
#define DBG_ENABLE
#define DBG_SECTION_NAME        "tls"
/* Levels by name: ulog has other numbers. A file may define TLS_LOG_LEVEL first. */
#ifdef TLS_LOG_LEVEL
#define DBG_LEVEL               TLS_LOG_LEVEL
#elif PKG_MBEDTLS_LOG_LEVEL == 0
#define DBG_LEVEL               DBG_ERROR
#elif PKG_MBEDTLS_LOG_LEVEL == 1
#define DBG_LEVEL               DBG_WARNING
#elif PKG_MBEDTLS_LOG_LEVEL == 2
#define DBG_LEVEL               DBG_INFO
#else
#define DBG_LEVEL               DBG_LOG
#endif
#define DBG_TAG                 DBG_SECTION_NAME
#define DBG_LVL                 DBG_LEVEL
#include <rtdbg.h>

#endif /* TLS_LOG_H */
