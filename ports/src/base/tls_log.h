/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The package's log: LOG_E, LOG_W, LOG_I and LOG_D of RT-Thread under the
 * section "tls", at the level that menuconfig sets. For C files of the package
 * only, after their other includes.
 */
#ifndef TLS_LOG_H
#define TLS_LOG_H

#include "tls_config.h"

/* Kernels before 4.1 print nothing without the first of these, 4.0.0 knows the next two only. */
#define DBG_ENABLE
#define DBG_SECTION_NAME        "tls"
/* By name: with ulog these are other numbers. A file may choose a level of its own. */
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
