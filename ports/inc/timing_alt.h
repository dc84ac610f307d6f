/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Types of the engine's timing functions (MBEDTLS_TIMING_ALT), which run on
 * RT-Thread's tick. The engine's mbedtls/timing.h includes this file.
 */
#ifndef TIMING_ALT_H
#define TIMING_ALT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A running timer; see mbedtls_timing_get_timer(). */
struct mbedtls_timing_hr_time
{
    uint64_t start;                     /* tls_clock_milliseconds() at the start */
};

/** Two delays; see mbedtls_timing_set_delay(). All zeros: cancelled. */
typedef struct mbedtls_timing_delay_context
{
    struct mbedtls_timing_hr_time timer;
    uint32_t int_ms;                    /* intermediate delay in milliseconds */
    uint32_t fin_ms;                    /* final delay in milliseconds, 0: cancelled */
} mbedtls_timing_delay_context;

/**
 * @param reset  non-zero restarts the timer and returns 0
 * @return milliseconds since the timer was started
 */
unsigned long mbedtls_timing_get_timer(struct mbedtls_timing_hr_time *timer, int reset);

/**
 * Start both delays.
 *
 * @param context  a mbedtls_timing_delay_context
 * @param int_ms   intermediate delay in milliseconds
 * @param fin_ms   final delay in milliseconds; 0 cancels both
 */
void mbedtls_timing_set_delay(void *context, uint32_t int_ms, uint32_t fin_ms);

/**
 * @return -1 cancelled, 0 no delay has passed, 1 the intermediate one has, 2 both have
 */
int mbedtls_timing_get_delay(void *context);

#ifdef __cplusplus
}
#endif

#endif /* TIMING_ALT_H */
