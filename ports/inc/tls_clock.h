/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two clocks of a device.
 *
 * Wall time decides whether a certificate is valid. It comes from time(), which
 * reads RT-Thread's RTC. A device whose clock is not set starts at 1970 or 2018. A
 * time before the build date of the package cannot be right, so it counts as "not
 * set", and by default the package then verifies no peer (manual 3.2.2, 5.12.2).
 *
 * Milliseconds for deadlines and timers come from RT-Thread's tick, a 32-bit
 * number that wraps (after 49.7 days at 1,000 Hz). A deadline keeps start and
 * length, so it is right across the wrap if it is shorter than half of it.
 *
 * The engine's time functions (mbedtls_ms_time, mbedtls_platform_gmtime_r,
 * mbedtls_timing_*) are implemented here too; see timing_alt.h.
 *
 * Any thread may call these functions. They do not wait and take no memory.
 */
#ifndef TLS_CLOCK_H
#define TLS_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A time limit; see tls_deadline_start(). */
struct tls_deadline
{
    rt_tick_t start;                    /* tick at the start */
    rt_tick_t ticks;                    /* length in ticks */
};

/**
 * Start a deadline.
 *
 * @param milliseconds  from now, rounded up to a tick; half a wrap of the tick at most
 */
void tls_deadline_start(struct tls_deadline *deadline, uint32_t milliseconds);

/**
 * @return milliseconds left, rounded up; 0 when the deadline has passed
 */
uint32_t tls_deadline_left(const struct tls_deadline *deadline);

/**
 * Milliseconds since an arbitrary start. They never go back, and setting the RTC
 * does not change them. Right as long as this function, or a timer of the engine,
 * is used at least once per wrap of the tick.
 */
uint64_t tls_clock_milliseconds(void);

struct mbedtls_timing_delay_context;

/**
 * The engine's DTLS timer (timing_alt.h).
 *
 * @return milliseconds until the engine has to be called again; 0: now;
 *         UINT32_MAX: the timer is not running
 */
uint32_t tls_clock_delay_left(const struct mbedtls_timing_delay_context *delay);

/**
 * @return the wall time in seconds since 1970-01-01 UTC, or 0 without an RTC
 */
time_t tls_clock_now(void);

/**
 * @param now  a wall time, for example from tls_clock_now()
 * @return non-zero if it is not before tls_clock_build_date()
 */
int tls_clock_is_set(time_t now);

/**
 * @return the start of the day before this package was compiled (one day earlier
 *         because of time zones), in seconds since 1970-01-01 UTC. GCC and clang
 *         take the date from SOURCE_DATE_EPOCH if it is set.
 */
time_t tls_clock_build_date(void);

/**
 * Convert a time to a date in UTC, up to the year 2106 even if time_t ends in 2038.
 *
 * @param seconds  since 1970-01-01 UTC
 * @param date     receives the date
 */
void tls_clock_date(uint32_t seconds, struct tm *date);

/** Bytes that tls_clock_text() writes, with the terminating zero. */
#define TLS_CLOCK_TEXT_SIZE     24

/**
 * Write a time as "2018-08-02 12:23:01 UTC".
 *
 * @param when  seconds since 1970-01-01 UTC; beyond the year 9999 the text is all
 *              zeros, "0000-00-00 00:00:00 UTC"
 * @param text  receives TLS_CLOCK_TEXT_SIZE bytes
 * @return text
 */
char *tls_clock_text(time_t when, char *text);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLOCK_H */
