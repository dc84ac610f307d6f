/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's mutexes, on RT-Thread's. In builds with TLS 1.3.
 */
#include <rthw.h>
#include <rtthread.h>

#include "tls_config.h"
#include "tls_threading.h"

#include "mbedtls/threading.h"

static void mutex_init(mbedtls_threading_mutex_t *mutex)
{
    rt_mutex_init(mutex, "tls_psa", RT_IPC_FLAG_PRIO);
}

static void mutex_free(mbedtls_threading_mutex_t *mutex)
{
    rt_mutex_detach(mutex);
}

/* The engine holds a mutex while it computes, never while it waits for the network. */
static int mutex_lock(mbedtls_threading_mutex_t *mutex)
{
    return rt_mutex_take(mutex, RT_WAITING_FOREVER) == RT_EOK ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

static int mutex_unlock(mbedtls_threading_mutex_t *mutex)
{
    return rt_mutex_release(mutex) == RT_EOK ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

void tls_threading_start(void)
{
    static int is_ready;
    rt_base_t level = rt_hw_interrupt_disable();

    if (!is_ready)
    {
        mbedtls_threading_set_alt(mutex_init, mutex_free, mutex_lock, mutex_unlock);
        is_ready = 1;
    }
    rt_hw_interrupt_enable(level);
}

static int tls_threading_start_early(void)
{
    tls_threading_start();

    return 0;
}
INIT_COMPONENT_EXPORT(tls_threading_start_early);
