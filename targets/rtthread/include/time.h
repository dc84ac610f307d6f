/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The C library's time.h, with time() bound to the clock of the device.
 *
 * The binding is by symbol name, so that it holds for calls and for pointers
 * to the function, in every file compiled with this folder in its include
 * path. The C library and the sanitizers keep the time() they have.
 */
#ifndef STANDIN_TIME_H
#define STANDIN_TIME_H

#include_next <time.h>

#ifdef __cplusplus
extern "C"
#endif
time_t time(time_t *seconds) __asm__("standin_time");

#endif /* STANDIN_TIME_H */
