/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's hwcrypto.h: devices and contexts of crypto hardware.
 */
#ifndef __HWCRYPTO_H__
#define __HWCRYPTO_H__

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
    HWCRYPTO_TYPE_NULL = 0,
    HWCRYPTO_TYPE_RNG  = 9 << 16
} hwcrypto_type;

struct rt_hwcrypto_device
{
    struct rt_device parent;
    void            *user_data;
};

struct rt_hwcrypto_ctx
{
    struct rt_hwcrypto_device *device;
    hwcrypto_type              type;
    void                      *contex;
};

/* RT_NULL when the board has no such device. */
struct rt_hwcrypto_device *rt_hwcrypto_dev_default(void);

#ifdef __cplusplus
}
#endif

#endif /* __HWCRYPTO_H__ */
