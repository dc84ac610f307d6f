/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The clock of the device: time(), set_date(), set_time(), the device "rtc".
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <rtdevice.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#define SECONDS_A_DAY   86400

/* Clock minus milliseconds since the start; follows the host until it is set. */
static rt_int64_t base_ms;
static rt_bool_t base_is_set;
static rt_bool_t is_absent;

static struct rt_device rtc_device =
{
    .parent = {.name = "rtc", .type = RT_Object_Class_Device},
    .type = RT_Device_Class_RTC
};

static rt_int64_t clock_now_locked(void)
{
    rt_int64_t uptime_ms = (rt_int64_t)standin_target_milliseconds();

    if (!base_is_set)
    {
        base_ms = standin_target_wall_seconds() * 1000 - uptime_ms;
        base_is_set = RT_TRUE;
    }
    return (base_ms + uptime_ms) / 1000;
}

void standin_rtc_set(rt_int64_t seconds)
{
    standin_target_lock();
    base_ms = seconds * 1000 - (rt_int64_t)standin_target_milliseconds();
    base_is_set = RT_TRUE;
    standin_target_unlock();
}

void standin_rtc_set_absent(rt_bool_t absent)
{
    standin_target_lock();
    is_absent = absent;
    standin_target_unlock();
}

rt_err_t get_timestamp(time_t *timestamp)
{
    rt_err_t result = -RT_ERROR;

    standin_target_lock();
    if (!is_absent)
    {
        *timestamp = (time_t)clock_now_locked();
        result = RT_EOK;
    }
    standin_target_unlock();
    return result;
}

rt_err_t set_timestamp(time_t timestamp)
{
    rt_bool_t absent;

    standin_target_lock();
    absent = is_absent;
    standin_target_unlock();
    if (absent)
    {
        return -RT_ERROR;
    }
    standin_rtc_set((rt_int64_t)timestamp);
    return RT_EOK;
}

/* Bound to the name standin_time by the time.h of the stand-in. */
time_t time(time_t *seconds)
{
    time_t now;

    if (get_timestamp(&now) != RT_EOK)
    {
        errno = EFAULT;
        return (time_t)-1;
    }
    if (seconds != RT_NULL)
    {
        *seconds = now;
    }
    return now;
}

/* Days from 1970-01-01 to a date, by counting in years that begin in March. */
static rt_int64_t days_to(rt_int64_t year, rt_int64_t month, rt_int64_t day)
{
    rt_int64_t shifted_year = month > 2 ? year : year - 1;
    rt_int64_t shifted_month = month > 2 ? month - 3 : month + 9;
    rt_int64_t leap_days = shifted_year / 4 - shifted_year / 100 +
                           shifted_year / 400;

    return shifted_year * 365 + leap_days + (153 * shifted_month + 2) / 5 +
           day - 1 - 719468;
}

rt_err_t set_date(rt_uint32_t year, rt_uint32_t month, rt_uint32_t day)
{
    time_t now;

    if (get_timestamp(&now) != RT_EOK)
    {
        return -RT_ERROR;
    }
    return set_timestamp((time_t)(days_to(year, month, day) * SECONDS_A_DAY) +
                         now % SECONDS_A_DAY);
}

rt_err_t set_time(rt_uint32_t hour, rt_uint32_t minute, rt_uint32_t second)
{
    time_t now;

    if (get_timestamp(&now) != RT_EOK)
    {
        return -RT_ERROR;
    }
    return set_timestamp(now - now % SECONDS_A_DAY +
                         (time_t)(hour * 3600 + minute * 60 + second));
}

rt_device_t rt_device_find(const char *name)
{
    rt_bool_t found;

    standin_target_lock();
    found = !is_absent && strcmp(name, rtc_device.parent.name) == 0;
    standin_target_unlock();
    return found ? &rtc_device : RT_NULL;
}

rt_err_t rt_device_open(rt_device_t dev, rt_uint16_t oflag)
{
    dev->open_flag = oflag;
    return RT_EOK;
}

rt_err_t rt_device_close(rt_device_t dev)
{
    dev->open_flag = 0;
    return RT_EOK;
}

rt_err_t rt_device_control(rt_device_t dev, int cmd, void *arg)
{
    if (dev != &rtc_device)
    {
        return -RT_EINVAL;
    }
    switch (cmd)
    {
    case RT_DEVICE_CTRL_RTC_GET_TIME:
        return get_timestamp(arg);
    case RT_DEVICE_CTRL_RTC_SET_TIME:
        return set_timestamp(*(const time_t *)arg);
    default:
        return -RT_EINVAL;
    }
}
