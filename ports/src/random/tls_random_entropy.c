/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The source of the engine's entropy collector, for applications; sessions do not
 * use the collector. In builds with PKG_MBEDTLS_ENTROPY.
 */
#include <rtthread.h>

#include "tls_random.h"

#include "mbedtls/entropy.h"
#include "mbedtls/timing.h"

/* The engine declares it in its library folder only. */
int mbedtls_hardware_poll(void *data, unsigned char *output, size_t len, size_t *olen);

int mbedtls_hardware_poll(void *data, unsigned char *output, size_t len, size_t *olen)
{
    (void)data;

    *olen = 0;
    if (tls_random_bytes(RT_NULL, output, len) != 0)
    {
        return MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
    }
    *olen = len;

    return 0;
}

#ifdef PKG_MBEDTLS_ENGINE_2_28
/* The collector of 2.28 reads the time as a second, weak source. */
unsigned long mbedtls_timing_hardclock(void)
{
    return rt_tick_get();
}
#endif
