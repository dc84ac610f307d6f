/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Random source: RT-Thread's hwcrypto RNG device.
 */
#include <rtthread.h>
#include <hw_rng.h>

#include "tls_random_source.h"

int tls_random_hwcrypto(unsigned char *buffer, size_t length)
{
    struct rt_hwcrypto_device *device = rt_hwcrypto_dev_default();
    struct rt_hwcrypto_ctx *context;
    size_t i;

    if (device == RT_NULL)
    {
        return -1;
    }

    /* Fails if the board has registered the device but cannot open it. */
    context = rt_hwcrypto_rng_create(device);
    if (context == RT_NULL)
    {
        return -1;
    }

    for (i = 0; i < length; i += sizeof(rt_uint32_t))
    {
        rt_uint32_t word = rt_hwcrypto_rng_update_ctx(context);

        rt_memcpy(buffer + i, &word, length - i < sizeof(word) ? length - i : sizeof(word));
    }
    rt_hwcrypto_rng_destroy(context);

    return 0;
}
