/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's mutex (MBEDTLS_THREADING_ALT), an RT-Thread one. Only
 * configurations with TLS 1.3 need it: its crypto core is shared by all threads.
 */
#ifndef THREADING_ALT_H
#define THREADING_ALT_H

#include <rtthread.h>

typedef struct rt_mutex mbedtls_threading_mutex_t;

#endif /* THREADING_ALT_H */
