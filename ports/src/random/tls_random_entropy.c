/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The source of the engine's entropy collector, which sessions do not use. In the
 * build with PKG_MBEDTLS_ENTROPY.
 */
#include <rtthread.h>

#include "tls_random.h"

#include "mbedtls/entropy.h"
#include "mbedtls/timing.h"

/* Declared in the engine's library folder only. */
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
/* The collector of 2.28 takes the time as a second source, a weak one. */
unsigned long mbedtls_timing_hardclock(void)
{
    return rt_tick_get();
}
#endif
