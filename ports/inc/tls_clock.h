/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two clocks of a device.
 *
 * Wall time decides whether a certificate is valid. It comes from time(), which
 * RT-Thread takes from the RTC. A device without a set clock starts at 1970 or
 * 2018; a time before the day on which this file was compiled cannot be right,
 * so it counts as "not set", and by default no peer can be verified then
 * (manual 3.2.2, 5.12.2).
 *
 * Milliseconds for deadlines and timers come from RT-Thread's tick. The tick is
 * a 32-bit number that wraps (after 49.7 days at 1,000 Hz): deadlines are kept
 * as start and length, which is right across the wrap for lengths below half of
 * it.
 *
 * The engine's own time hooks (mbedtls_ms_time, mbedtls_platform_gmtime_r,
 * mbedtls_timing_*) are implemented here too; see timing_alt.h.
 *
 * Nothing here waits. All functions may be called from any thread.
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

/** A limit in time, started by tls_deadline_start(). */
struct tls_deadline
{
    rt_tick_t start;                    /* tick at the start */
    rt_tick_t ticks;                    /* ticks from there */
};

/**
 * Start a deadline.
 *
 * @param milliseconds  from now; more than half a wrap of the tick counts as that
 */
void tls_deadline_start(struct tls_deadline *deadline, uint32_t milliseconds);

/**
 * @return milliseconds left, rounded up; 0 when the deadline has passed
 */
uint32_t tls_deadline_left(const struct tls_deadline *deadline);

/**
 * Milliseconds since an arbitrary start: steady, 64 bits wide, never back, not
 * moved by setting the RTC. Right as long as it, or a timer of the engine, is
 * used at least once per wrap of the tick.
 */
uint64_t tls_clock_milliseconds(void);

struct mbedtls_timing_delay_context;

/**
 * @return milliseconds until the engine wants to be called again because of its
 *         DTLS timer (timing_alt.h); 0: now; UINT32_MAX: it does not run
 */
uint32_t tls_clock_delay_left(const struct mbedtls_timing_delay_context *delay);

/**
 * @return the wall time in seconds since 1970-01-01 UTC, or 0 if there is none
 */
time_t tls_clock_now(void);

/**
 * @return non-zero if the given wall time can be right, that is, not before
 *         tls_clock_build_date()
 */
int tls_clock_is_set(time_t now);

/**
 * @return the start of the day before the one on which this package was
 *         compiled (a day of grace for time zones), in seconds since 1970.
 *         GCC and clang take the date from SOURCE_DATE_EPOCH where it is set.
 */
time_t tls_clock_build_date(void);

/**
 * Date and time (UTC) of seconds since 1970, up to the year 2106 even where
 * time_t ends in 2038.
 */
void tls_clock_date(uint32_t seconds, struct tm *date);

/** Bytes that tls_clock_text() needs, terminating zero included. */
#define TLS_CLOCK_TEXT_SIZE     24

/**
 * Write a time as "2018-08-02 12:23:01 UTC".
 *
 * @param text  at least TLS_CLOCK_TEXT_SIZE bytes
 * @return text
 */
char *tls_clock_text(time_t when, char *text);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLOCK_H */
