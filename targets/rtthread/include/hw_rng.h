/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's hw_rng.h: a random number generator in hardware.
 *
 * The interface cannot report an error while it draws: a device that is
 * absent or broken answers 0. standin_rng_set() in standin.h chooses how the
 * device behaves.
 */
#ifndef __HW_RNG_H__
#define __HW_RNG_H__

#include <hwcrypto.h>

#ifdef __cplusplus
extern "C" {
#endif

/* RT_NULL when there is no device, no memory, or the device refuses. */
struct rt_hwcrypto_ctx *rt_hwcrypto_rng_create(struct rt_hwcrypto_device *device);
void rt_hwcrypto_rng_destroy(struct rt_hwcrypto_ctx *ctx);
rt_err_t rt_hwcrypto_rng_default(struct rt_hwcrypto_device *device);

/* One random word; 0 without a context. */
rt_uint32_t rt_hwcrypto_rng_update_ctx(struct rt_hwcrypto_ctx *ctx);
rt_uint32_t rt_hwcrypto_rng_update(void);

#ifdef __cplusplus
}
#endif

#endif /* __HW_RNG_H__ */
