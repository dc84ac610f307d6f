/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the engine's crypto core (PSA) needs of the package: mutexes and random
 * numbers. In the build with TLS 1.3.
 */
#include <rthw.h>
#include <rtthread.h>

#include "tls_engine.h"
#include "tls_random.h"

#include "mbedtls/threading.h"
#include "psa/crypto.h"

static void mutex_init(mbedtls_threading_mutex_t *mutex)
{
    rt_mutex_init(mutex, "tls_psa", RT_IPC_FLAG_PRIO);
}

static void mutex_free(mbedtls_threading_mutex_t *mutex)
{
    rt_mutex_detach(mutex);
}

/* Held only while the engine computes; it never waits for the network inside. */
static int mutex_lock(mbedtls_threading_mutex_t *mutex)
{
    return rt_mutex_take(mutex, RT_WAITING_FOREVER) == RT_EOK ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

static int mutex_unlock(mbedtls_threading_mutex_t *mutex)
{
    return rt_mutex_release(mutex) == RT_EOK ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

void tls_engine_start_threading(void)
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

/* Applications may use the engine before the first session, whose parts have mutexes then, too. */
static int tls_engine_start_early(void)
{
    tls_engine_start_threading();

    return 0;
}
INIT_COMPONENT_EXPORT(tls_engine_start_early);

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                             uint8_t *output, size_t size, size_t *length)
{
    (void)context;

    if (tls_random_bytes(RT_NULL, output, size) != 0)
    {
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    }
    *length = size;

    return PSA_SUCCESS;
}
