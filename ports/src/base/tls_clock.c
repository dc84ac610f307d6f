/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Wall time from the RTC, milliseconds from the tick, and the engine's functions
 * for both.
 */
#include <string.h>

#include <rthw.h>

#include "tls_clock.h"

#include "mbedtls/platform.h"
#include "mbedtls/platform_util.h"
#include "mbedtls/timing.h"

#define SECONDS_PER_DAY         86400

/* 9999-12-31 23:59:59, the last time that a certificate can contain. */
#define LAST_SECOND             253402300799LL

/* Half a wrap of the tick: beyond it, the future looks like the past. */
#define TICKS_MAX               0x7FFFFFFFU

void tls_deadline_start(struct tls_deadline *deadline, uint32_t milliseconds)
{
    uint64_t ticks = ((uint64_t)milliseconds * RT_TICK_PER_SECOND + 999) / 1000;

    deadline->start = rt_tick_get();
    deadline->ticks = ticks < TICKS_MAX ? (rt_tick_t)ticks : TICKS_MAX;
}

uint32_t tls_deadline_left(const struct tls_deadline *deadline)
{
    uint32_t elapsed = (uint32_t)rt_tick_get() - (uint32_t)deadline->start;
    uint64_t left;

    if (elapsed >= deadline->ticks)
    {
        return 0;
    }
    left = ((uint64_t)(deadline->ticks - elapsed) * 1000 + RT_TICK_PER_SECOND - 1) / RT_TICK_PER_SECOND;

    return left < UINT32_MAX ? (uint32_t)left : UINT32_MAX;
}

uint64_t tls_clock_milliseconds(void)
{
    static uint64_t ticks;
    uint64_t now;
    rt_base_t level = rt_hw_interrupt_disable();

    ticks += (uint32_t)((uint32_t)rt_tick_get() - (uint32_t)ticks);
    now = ticks;
    rt_hw_interrupt_enable(level);

    return now / RT_TICK_PER_SECOND * 1000 + now % RT_TICK_PER_SECOND * 1000 / RT_TICK_PER_SECOND;
}

time_t tls_clock_now(void)
{
    time_t now = time(RT_NULL);

    return now > 0 ? now : 0;
}

int tls_clock_is_set(time_t now)
{
    return now >= tls_clock_build_date();
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int32_t days_of(int32_t year, int32_t month, int32_t day)
{
    /* Count years from March, so that the leap day is the last of its year. */
    int32_t y = month > 2 ? year : year - 1;
    int32_t m = month > 2 ? month - 3 : month + 9;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 719469;
}

static void date_of(int32_t days, int32_t *year, int32_t *month, int32_t *day)
{
    int32_t y = 1970 + days / 366;
    int32_t m = 12;

    while (days_of(y + 1, 1, 1) <= days)
    {
        y++;
    }
    while (days_of(y, m, 1) > days)
    {
        m--;
    }

    *year = y;
    *month = m;
    *day = days - days_of(y, m, 1) + 1;
}

/* __DATE__ is "Sep 28 2018"; a day below 10 begins with a blank. The compiler folds all of this. */
#define DATE(i)         (__DATE__[i])
#define DATE_DIGIT(i)   (DATE(i) == ' ' ? 0 : DATE(i) - '0')
#define DATE_YEAR       (DATE_DIGIT(7) * 1000 + DATE_DIGIT(8) * 100 + DATE_DIGIT(9) * 10 + DATE_DIGIT(10))
#define DATE_DAY        (DATE_DIGIT(4) * 10 + DATE_DIGIT(5))
#define DATE_MONTH \
    (DATE(2) == 'n' ? (DATE(1) == 'a' ? 1 : 6) : DATE(2) == 'b' ? 2 : DATE(2) == 'r' ? (DATE(0) == 'M' ? 3 : 4) : \
     DATE(2) == 'y' ? 5 : DATE(2) == 'l' ? 7 : DATE(2) == 'g' ? 8 : DATE(2) == 'p' ? 9 : DATE(2) == 't' ? 10 : \
     DATE(2) == 'v' ? 11 : 12)

time_t tls_clock_build_date(void)
{
    return (time_t)(days_of(DATE_YEAR, DATE_MONTH, DATE_DAY) - 1) * SECONDS_PER_DAY;
}

static void split(int32_t days, int32_t seconds, struct tm *date)
{
    int32_t year, month, day;

    date_of(days, &year, &month, &day);

    memset(date, 0, sizeof(*date));
    date->tm_year = year - 1900;
    date->tm_mon = month - 1;
    date->tm_mday = day;
    date->tm_hour = seconds / 3600;
    date->tm_min = seconds / 60 % 60;
    date->tm_sec = seconds % 60;
    date->tm_wday = (days + 4) % 7;     /* 1970-01-01 was a Thursday */
    date->tm_yday = days - days_of(year, 1, 1);
}

void tls_clock_date(uint32_t seconds, struct tm *date)
{
    split((int32_t)(seconds / SECONDS_PER_DAY), (int32_t)(seconds % SECONDS_PER_DAY), date);
}

/* Without an RTC, time() is -1; the engine needs a valid date then, too. */
static int split_time(time_t when, struct tm *date)
{
    int64_t second = when;              /* time_t may have 32 bits */

    if (second > LAST_SECOND)
    {
        return -1;
    }
    split(when > 0 ? (int32_t)(when / SECONDS_PER_DAY) : 0, when > 0 ? (int32_t)(when % SECONDS_PER_DAY) : 0, date);

    return 0;
}

static void put_decimal(char *text, int32_t value, int digits)
{
    while (digits-- > 0)
    {
        text[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

char *tls_clock_text(time_t when, char *text)
{
    struct tm date;

    memcpy(text, "0000-00-00 00:00:00 UTC", TLS_CLOCK_TEXT_SIZE);
    if (split_time(when, &date) == 0)
    {
        put_decimal(text, date.tm_year + 1900, 4);
        put_decimal(text + 5, date.tm_mon + 1, 2);
        put_decimal(text + 8, date.tm_mday, 2);
        put_decimal(text + 11, date.tm_hour, 2);
        put_decimal(text + 14, date.tm_min, 2);
        put_decimal(text + 17, date.tm_sec, 2);
    }

    return text;
}

/*
 * The engine's functions. The C library's gmtime() either shares one buffer between
 * threads or allocates it from a heap that RT-Thread does not count.
 */
#ifdef MBEDTLS_PLATFORM_GMTIME_R_ALT
struct tm *mbedtls_platform_gmtime_r(const mbedtls_time_t *when, struct tm *date)
{
    return split_time(*when, date) == 0 ? date : RT_NULL;
}
#endif

#ifdef MBEDTLS_PLATFORM_MS_TIME_ALT
mbedtls_ms_time_t mbedtls_ms_time(void)
{
    return (mbedtls_ms_time_t)tls_clock_milliseconds();
}
#endif

unsigned long mbedtls_timing_get_timer(struct mbedtls_timing_hr_time *timer, int reset)
{
    uint64_t now = tls_clock_milliseconds();

    if (reset)
    {
        timer->start = now;
    }

    return (unsigned long)(now - timer->start);
}

void mbedtls_timing_set_delay(void *context, uint32_t int_ms, uint32_t fin_ms)
{
    mbedtls_timing_delay_context *delay = context;

    delay->int_ms = int_ms;
    delay->fin_ms = fin_ms;
    if (fin_ms != 0)
    {
        (void)mbedtls_timing_get_timer(&delay->timer, 1);
    }
}

int mbedtls_timing_get_delay(void *context)
{
    mbedtls_timing_delay_context *delay = context;
    unsigned long elapsed;

    if (delay->fin_ms == 0)
    {
        return -1;
    }
    elapsed = mbedtls_timing_get_timer(&delay->timer, 0);

    return elapsed >= delay->fin_ms ? 2 : elapsed >= delay->int_ms;
}

uint32_t mbedtls_timing_get_final_delay(const mbedtls_timing_delay_context *delay)
{
    return delay->fin_ms;
}

uint32_t tls_clock_delay_left(const struct mbedtls_timing_delay_context *delay)
{
    uint64_t elapsed = tls_clock_milliseconds() - delay->timer.start;

    if (delay->fin_ms == 0)
    {
        return UINT32_MAX;
    }

    return elapsed >= delay->fin_ms ? 0 : delay->fin_ms - (uint32_t)elapsed;
}
