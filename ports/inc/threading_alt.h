/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's mutex type (MBEDTLS_THREADING_ALT): an RT-Thread mutex. Only builds
 * with TLS 1.3 need it, whose crypto core is shared by all threads.
 */
#ifndef THREADING_ALT_H
#define THREADING_ALT_H

#include <rtthread.h>

typedef struct rt_mutex mbedtls_threading_mutex_t;

#endif /* THREADING_ALT_H */
