/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's rtdevice.h: clock, crypto hardware and pipes.
 */
#ifndef __RT_DEVICE_H__
#define __RT_DEVICE_H__

#include <time.h>

#include <rtthread.h>

#ifdef RT_USING_HWCRYPTO
#include <hwcrypto.h>
#ifdef RT_HWCRYPTO_USING_RNG
#include <hw_rng.h>
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define RT_DEVICE_CTRL_RTC_GET_TIME     (RT_DEVICE_CTRL_BASE(RTC) + 0x01)
#define RT_DEVICE_CTRL_RTC_SET_TIME     (RT_DEVICE_CTRL_BASE(RTC) + 0x02)

/* The clock of the device, in UTC. -RT_ERROR when there is none. */
rt_err_t set_date(rt_uint32_t year, rt_uint32_t month, rt_uint32_t day);
rt_err_t set_time(rt_uint32_t hour, rt_uint32_t minute, rt_uint32_t second);
rt_err_t set_timestamp(time_t timestamp);
rt_err_t get_timestamp(time_t *timestamp);

/* A pipe that open() finds under /dev/, where the target has files. */
struct rt_pipe_device
{
    struct rt_device       parent;
    int                    ends[2];     /* belong to the target */
    struct rt_pipe_device *next;
};
typedef struct rt_pipe_device *rt_pipe_t;

rt_pipe_t rt_pipe_create(const char *name, int bufsz);
int rt_pipe_delete(const char *name);

#ifdef __cplusplus
}
#endif

#endif /* __RT_DEVICE_H__ */
