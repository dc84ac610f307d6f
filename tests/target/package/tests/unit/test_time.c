/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Ticks and the clock. The first lines say which calls this file stands in for.
 *
 * wrap: standin_target_wall_seconds small_local_value
 */
#include "kernel_test.h"

#include <rtdevice.h>
#include <time.h>

rt_int64_t __wrap_standin_target_wall_seconds(void);
int __wrap_small_local_value(void);
int small_local_value(void);

#define HOST_CLOCK      1600000000

rt_int64_t __wrap_standin_target_wall_seconds(void)
{
    return HOST_CLOCK;
}

int __wrap_small_local_value(void)
{
    return 77;
}

static void calls_are_wrapped(void **state)
{
    RT_UNUSED(state);
    assert_int_equal(small_local_value(), 77);
}

static void clock_follows_the_host_until_it_is_set(void **state)
{
    RT_UNUSED(state);
    assert_in_range(time(RT_NULL), HOST_CLOCK, HOST_CLOCK + 5);
    standin_rtc_set(0);
    assert_in_range(time(RT_NULL), 0, 5);
}

static void date_and_time_are_set_apart(void **state)
{
    time_t now;

    RT_UNUSED(state);
    standin_rtc_set(0);
    assert_int_equal(set_date(2000, 2, 29), RT_EOK);
    assert_int_equal(set_time(12, 30, 15), RT_EOK);
    now = time(RT_NULL);
    assert_in_range(now, 951827415, 951827418);
    assert_int_equal(set_date(1970, 1, 1), RT_EOK);
    assert_in_range(time(RT_NULL), 45015, 45018);
    assert_int_equal(set_date(2100, 3, 1), RT_EOK);
    assert_int_equal(set_time(0, 0, 0), RT_EOK);
    assert_in_range(time(RT_NULL), 4107542400, 4107542403);
}

static void date_agrees_with_the_c_library(void **state)
{
    RT_UNUSED(state);
    for (time_t day = 0; day < 366 * 300; day += 13)
    {
        time_t noon = day * 86400 + 43200;
        struct tm fields;

        gmtime_r(&noon, &fields);
        standin_rtc_set(43200);
        set_date((rt_uint32_t)fields.tm_year + 1900, (rt_uint32_t)fields.tm_mon + 1,
                 (rt_uint32_t)fields.tm_mday);
        assert_in_range(time(RT_NULL), noon, noon + 3);
    }
}

static void rtc_device_reads_and_sets(void **state)
{
    rt_device_t device = rt_device_find("rtc");
    time_t value = 1234567890;

    RT_UNUSED(state);
    assert_non_null(device);
    assert_null(rt_device_find("uart1"));
    assert_int_equal(rt_device_control(device, RT_DEVICE_CTRL_RTC_SET_TIME, &value), RT_EOK);
    value = 0;
    assert_int_equal(rt_device_control(device, RT_DEVICE_CTRL_RTC_GET_TIME, &value), RT_EOK);
    assert_in_range(value, 1234567890, 1234567893);
}

static void without_a_clock_time_is_minus_one(void **state)
{
    time_t now = 5;

    RT_UNUSED(state);
    standin_rtc_set_absent(RT_TRUE);
    assert_int_equal(time(&now), (time_t)-1);
    assert_int_equal(set_date(2020, 1, 1), -RT_ERROR);
    assert_int_equal(get_timestamp(&now), -RT_ERROR);
    assert_null(rt_device_find("rtc"));
    standin_rtc_set_absent(RT_FALSE);
}

static void tick_wraps_at_32_bits(void **state)
{
    rt_tick_t start;

    RT_UNUSED(state);
    standin_tick_set(RT_TICK_MAX - 200);
    start = rt_tick_get();
    assert_in_range(start, RT_TICK_MAX - 200, RT_TICK_MAX);
    rt_thread_mdelay(300);
    assert_in_range(rt_tick_get(), 0, 10000);
    assert_in_range(rt_tick_get() - start, 299, 10000);
    standin_tick_advance(1000000);
    assert_in_range(rt_tick_get() - start, 1000299, 1010000);
}

static void ticks_and_milliseconds_convert(void **state)
{
    RT_UNUSED(state);
    assert_int_equal(rt_tick_from_millisecond(0), 0);
    assert_int_equal(rt_tick_from_millisecond(1), 1);
    assert_int_equal(rt_tick_from_millisecond(15000), 15000);
    assert_int_equal(rt_tick_from_millisecond(-7), (rt_tick_t)RT_WAITING_FOREVER);
    standin_tick_set(500);
    assert_in_range(rt_tick_get_millisecond(), 500, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(calls_are_wrapped),
        cmocka_unit_test(clock_follows_the_host_until_it_is_set),
        cmocka_unit_test(date_and_time_are_set_apart),
        cmocka_unit_test(date_agrees_with_the_c_library),
        cmocka_unit_test(rtc_device_reads_and_sets),
        cmocka_unit_test(without_a_clock_time_is_minus_one),
        cmocka_unit_test(tick_wraps_at_32_bits),
        cmocka_unit_test(ticks_and_milliseconds_convert),
    };

    return cmocka_run_group_tests(tests, RT_NULL, RT_NULL);
}
