/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_clock: deadlines and milliseconds on a tick that wraps, wall time as text
 * and as a date.
 *
 * wrap: rt_tick_get
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

#include "tls_clock.h"
#include "tls_config.h"

#include "mbedtls/platform_util.h"
#include "mbedtls/timing.h"

#define DAY             86400
#define TICKS_MAX       0x7FFFFFFFu
#define LAST_SECOND     253402300799    /* 9999-12-31 23:59:59 */

static rt_tick_t tick;                  /* only the tests advance it */

rt_tick_t __wrap_rt_tick_get(void);

rt_tick_t __wrap_rt_tick_get(void)
{
    return __atomic_load_n(&tick, __ATOMIC_RELAXED);
}

/* Conversions between milliseconds and ticks, rounded up. */
static uint64_t ticks_of(uint64_t milliseconds)
{
    return (milliseconds * RT_TICK_PER_SECOND + 999) / 1000;
}

static uint64_t milliseconds_of(uint64_t ticks)
{
    return (ticks * 1000 + RT_TICK_PER_SECOND - 1) / RT_TICK_PER_SECOND;
}

static void check_deadline(rt_tick_t start, uint32_t milliseconds, rt_tick_t elapsed)
{
    struct tls_deadline deadline;
    uint64_t length = ticks_of(milliseconds);
    uint64_t left;

    length = length < TICKS_MAX ? length : TICKS_MAX;
    left = elapsed < length ? milliseconds_of(length - elapsed) : 0;
    left = left < UINT32_MAX ? left : UINT32_MAX;

    tick = start;
    tls_deadline_start(&deadline, milliseconds);
    tick = start + elapsed;
    assert_int_equal(tls_deadline_left(&deadline), left);
}

static void deadlines_hold_across_the_wrap_of_the_tick(void **state)
{
    static const rt_tick_t starts[] = { 0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFF00, 0xFFFFFFFE, 0xFFFFFFFF };
    static const uint32_t lengths[] = { 0, 1, 2, 9, 10, 11, 999, 1000, 15000, 60001 };
    size_t i, j;
    uint32_t elapsed;

    (void)state;
    for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
    {
        for (j = 0; j < sizeof(lengths) / sizeof(lengths[0]); j++)
        {
            uint32_t end = (uint32_t)ticks_of(lengths[j]);

            for (elapsed = 0; elapsed < 300; elapsed++)
            {
                check_deadline(starts[i], lengths[j], elapsed);
            }
            check_deadline(starts[i], lengths[j], end > 0 ? end - 1 : 0);
            check_deadline(starts[i], lengths[j], end);
            check_deadline(starts[i], lengths[j], end + 1);
            check_deadline(starts[i], lengths[j], TICKS_MAX);
        }
    }
}

static void deadlines_of_any_length_are_right_to_the_tick(void **state)
{
    uint64_t numbers = 3;
    int i;

    (void)state;
    for (i = 0; i < 200000; i++)
    {
        uint32_t milliseconds = (uint32_t)unit_number(&numbers) >> (unit_number(&numbers) % 32);
        rt_tick_t elapsed = (rt_tick_t)unit_number(&numbers) >> (1 + unit_number(&numbers) % 31);

        check_deadline((rt_tick_t)unit_number(&numbers), milliseconds, elapsed);
    }
}

static void a_deadline_of_0_ms_has_passed_at_once(void **state)
{
    struct tls_deadline deadline;

    (void)state;
    tick = 0xFFFFFFFF;
    tls_deadline_start(&deadline, 0);
    assert_int_equal(tls_deadline_left(&deadline), 0);
}

static void the_longest_deadline_has_not_passed(void **state)
{
    struct tls_deadline deadline;

    (void)state;
    tick = 0xFFFFFFFF;
    tls_deadline_start(&deadline, UINT32_MAX);
    assert_true(tls_deadline_left(&deadline) >= TICKS_MAX);
    tick += 1000000;
    assert_true(tls_deadline_left(&deadline) > 1000000000);
}

static void time_left_is_0_only_after_the_last_tick(void **state)
{
    struct tls_deadline deadline;
    uint32_t milliseconds;

    (void)state;
    for (milliseconds = 1; milliseconds < 3000; milliseconds++)
    {
        tick = 0xFFFFFF80;
        tls_deadline_start(&deadline, milliseconds);
        assert_true(tls_deadline_left(&deadline) >= milliseconds);
        tick += (rt_tick_t)ticks_of(milliseconds) - 1;
        assert_true(tls_deadline_left(&deadline) > 0);
        tick++;
        assert_int_equal(tls_deadline_left(&deadline), 0);
    }
}

static void milliseconds_continue_across_every_wrap(void **state)
{
    uint64_t numbers = 5;
    uint64_t total, start = tls_clock_milliseconds();
    uint64_t before = start;
    int i;

    (void)state;
    /* Start at a whole second, so that sums need no rounding. */
    tick += RT_TICK_PER_SECOND - tick % RT_TICK_PER_SECOND;
    start = tls_clock_milliseconds();
    for (total = 0, i = 0; i < 100000; i++)
    {
        uint32_t step = (uint32_t)unit_number(&numbers) >> (unit_number(&numbers) % 32);
        uint64_t now;

        tick += step;
        total += step;
        now = tls_clock_milliseconds();
        assert_true(now >= before);
        assert_true(now - start <= total * 1000 / RT_TICK_PER_SECOND + 1);
        assert_true(now - start + 1000 / RT_TICK_PER_SECOND + 1 >= total * 1000 / RT_TICK_PER_SECOND);
        before = now;
    }
    /* The tick has wrapped many times. */
    assert_true(total > 1000 * ((uint64_t)1 << 32));
}

static void read_milliseconds(int number)
{
    uint64_t before = 0;
    int i;

    for (i = 0; i < 50000; i++)
    {
        uint64_t now = tls_clock_milliseconds();

        if (now < before)
        {
            abort();
        }
        before = now;
        if (number == 0)
        {
            __atomic_add_fetch(&tick, 100000, __ATOMIC_RELAXED);
        }
    }
}

static void milliseconds_never_step_back_with_many_threads(void **state)
{
    (void)state;
    unit_in_threads(4, read_milliseconds);
}

static void wall_time_comes_from_the_rtc(void **state)
{
    (void)state;
    standin_rtc_set(1533212581);
    assert_in_range(tls_clock_now(), 1533212581, 1533212583);
    standin_rtc_set_absent(RT_TRUE);
    assert_int_equal(tls_clock_now(), 0);
    standin_rtc_set_absent(RT_FALSE);
    standin_rtc_set(-10);
    assert_int_equal(tls_clock_now(), 0);
    standin_rtc_set(0);
    assert_in_range(tls_clock_now(), 0, 2);
}

static void a_clock_is_set_from_the_build_date_on(void **state)
{
    time_t date = tls_clock_build_date();

    (void)state;
    assert_true(date > 1500000000);
    assert_int_equal(date % DAY, 0);
    assert_false(tls_clock_is_set(0));
    assert_false(tls_clock_is_set(-1));
    assert_false(tls_clock_is_set(1514764800));         /* 2018-01-01: a soft RTC's start */
    assert_false(tls_clock_is_set(date - 1));
    assert_true(tls_clock_is_set(date));
    assert_true(tls_clock_is_set(date + 1));
    assert_true(tls_clock_is_set(LAST_SECOND));
}

static void times_are_written_as_dates(void **state)
{
    static const struct
    {
        int64_t when;
        const char *text;
    }
    dates[] =
    {
        { 0, "1970-01-01 00:00:00 UTC" },
        { 59, "1970-01-01 00:00:59 UTC" },
        { 951782400, "2000-02-29 00:00:00 UTC" },
        { 951868800, "2000-03-01 00:00:00 UTC" },
        { 1533212581, "2018-08-02 12:23:01 UTC" },
        { 1704067199, "2023-12-31 23:59:59 UTC" },
        { 1704067200, "2024-01-01 00:00:00 UTC" },
        { 2147483647, "2038-01-19 03:14:07 UTC" },
        { 2147483648, "2038-01-19 03:14:08 UTC" },
        { 4107542400, "2100-03-01 00:00:00 UTC" },
        { LAST_SECOND, "9999-12-31 23:59:59 UTC" },
        { LAST_SECOND + 1, "0000-00-00 00:00:00 UTC" },
        { INT64_MAX, "0000-00-00 00:00:00 UTC" },
        /* time() of a board without an RTC */
        { -1, "1970-01-01 00:00:00 UTC" },
        { INT64_MIN, "1970-01-01 00:00:00 UTC" },
    };
    char text[TLS_CLOCK_TEXT_SIZE + 1];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
    {
        memset(text, 'x', sizeof(text));
        assert_ptr_equal(tls_clock_text((time_t)dates[i].when, text), text);
        assert_string_equal(text, dates[i].text);
        assert_int_equal(text[TLS_CLOCK_TEXT_SIZE], 'x');
    }
}

static void check_calendar(time_t when)
{
    struct tm expected, date;

    assert_non_null(gmtime_r(&when, &expected));
    memset(&date, 0xEE, sizeof(date));
    assert_ptr_equal(mbedtls_platform_gmtime_r(&when, &date), &date);
    assert_int_equal(date.tm_year, expected.tm_year);
    assert_int_equal(date.tm_mon, expected.tm_mon);
    assert_int_equal(date.tm_mday, expected.tm_mday);
    assert_int_equal(date.tm_hour, expected.tm_hour);
    assert_int_equal(date.tm_min, expected.tm_min);
    assert_int_equal(date.tm_sec, expected.tm_sec);
    assert_int_equal(date.tm_wday, expected.tm_wday);
    assert_int_equal(date.tm_yday, expected.tm_yday);
    assert_int_equal(date.tm_isdst, 0);
}

static void dates_are_the_same_as_the_c_librarys(void **state)
{
    uint64_t numbers = 9;
    int64_t day;
    int i;

    (void)state;
    for (day = 0; day < 231 * 366; day++)               /* every day to the year 2200 */
    {
        check_calendar(day * DAY);
        check_calendar(day * DAY + (time_t)(unit_number(&numbers) % DAY));
        check_calendar(day * DAY + DAY - 1);
    }
    for (i = 0; i < 100000; i++)                        /* and some up to the year 9999 */
    {
        check_calendar((time_t)(unit_number(&numbers) % (LAST_SECOND + 1)));
    }
}

static void times_beyond_the_year_9999_are_refused(void **state)
{
    static const int64_t times[] = { LAST_SECOND + 1, INT64_MAX };
    struct tm date;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
    {
        mbedtls_time_t when = (mbedtls_time_t)times[i];

        assert_null(mbedtls_platform_gmtime_r(&when, &date));
    }
}

static void pass(uint32_t milliseconds)
{
    tick += (rt_tick_t)ticks_of(milliseconds);
}

static void delays_pass_one_after_the_other(void **state)
{
    mbedtls_timing_delay_context delay;
    rt_tick_t start = 0xFFFFFFFF - RT_TICK_PER_SECOND / 5;      /* wraps on the way */

    (void)state;
    memset(&delay, 0, sizeof(delay));
    assert_int_equal(mbedtls_timing_get_delay(&delay), -1);
    tick = start;
    mbedtls_timing_set_delay(&delay, 200, 1000);
#ifdef PKG_MBEDTLS_ENGINE_3_6           /* 2.28 does not declare the function */
    assert_int_equal(mbedtls_timing_get_final_delay(&delay), 1000);
#endif
    assert_int_equal(mbedtls_timing_get_delay(&delay), 0);
    tick = start + (rt_tick_t)ticks_of(180);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 0);
    tick = start + (rt_tick_t)ticks_of(202);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 1);
    tick = start + (rt_tick_t)ticks_of(980);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 1);
    tick = start + (rt_tick_t)ticks_of(1002);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 2);
    pass(1000000);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 2);
    mbedtls_timing_set_delay(&delay, 100, 0);
    assert_int_equal(mbedtls_timing_get_delay(&delay), -1);
}

static void a_delay_set_again_starts_again(void **state)
{
    mbedtls_timing_delay_context delay;

    (void)state;
    memset(&delay, 0xEE, sizeof(delay));
    mbedtls_timing_set_delay(&delay, 0, 500);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 1);
    pass(600);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 2);
    mbedtls_timing_set_delay(&delay, 100, 500);
    assert_int_equal(mbedtls_timing_get_delay(&delay), 0);
}

static void a_timer_counts_from_its_reset(void **state)
{
    struct mbedtls_timing_hr_time timer;

    (void)state;
    memset(&timer, 0xEE, sizeof(timer));
    assert_int_equal(mbedtls_timing_get_timer(&timer, 1), 0);
    pass(1500);
    assert_int_equal(mbedtls_timing_get_timer(&timer, 0), 1500);
    pass(500);
    assert_int_equal(mbedtls_timing_get_timer(&timer, 0), 2000);
    assert_int_equal(mbedtls_timing_get_timer(&timer, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(deadlines_hold_across_the_wrap_of_the_tick),
        UNIT_TEST(deadlines_of_any_length_are_right_to_the_tick),
        UNIT_TEST(a_deadline_of_0_ms_has_passed_at_once),
        UNIT_TEST(the_longest_deadline_has_not_passed),
        UNIT_TEST(time_left_is_0_only_after_the_last_tick),
        UNIT_TEST(milliseconds_continue_across_every_wrap),
        UNIT_TEST(milliseconds_never_step_back_with_many_threads),
        UNIT_TEST(wall_time_comes_from_the_rtc),
        UNIT_TEST(a_clock_is_set_from_the_build_date_on),
        UNIT_TEST(times_are_written_as_dates),
        UNIT_TEST(dates_are_the_same_as_the_c_librarys),
        UNIT_TEST(times_beyond_the_year_9999_are_refused),
        UNIT_TEST(delays_pass_one_after_the_other),
        UNIT_TEST(a_delay_set_again_starts_again),
        UNIT_TEST(a_timer_counts_from_its_reset),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
