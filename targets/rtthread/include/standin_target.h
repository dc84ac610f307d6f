/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Functions that the portable part of the stand-in needs from a target.
 *
 * targets/posix implements them with threads and system calls of Linux. A target also
 * provides rt_thread_self, _startup, _find, _yield and _delay of rtthread.h, and
 * the standin_thread_* of standin.h.
 */
#ifndef STANDIN_TARGET_H
#define STANDIN_TARGET_H

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes text to the console in one piece. */
void standin_target_write(const char *text, rt_size_t length);

/* Milliseconds since the start; never steps back, never wraps. */
rt_uint64_t standin_target_milliseconds(void);

/* Seconds since 1970 by the host's clock, or 0 if it has none. */
rt_int64_t standin_target_wall_seconds(void);

/* Fills a buffer from the host's random source; 0, or below 0 on failure. */
int standin_target_random(void *buffer, rt_size_t length);

/*
 * One lock over the kernel's objects, held for a few instructions at a time
 * and not recursive. standin_target_wait() releases it until
 * standin_target_wake() is called or the time on standin_target_milliseconds() is
 * reached, then takes it again; it returns RT_FALSE when the time is up.
 */
#define STANDIN_NEVER   UINT64_MAX

void standin_target_lock(void);
void standin_target_unlock(void);
rt_bool_t standin_target_wait(rt_uint64_t until);
void standin_target_wake(void);

/*
 * Threads. thread.c of the portable part makes them and frees them; a target
 * runs and stops them.
 */
#define STANDIN_STACK_FILL  '#'

/* Stops a thread, which may be the caller's, and releases it. */
void standin_target_thread_stop(rt_thread_t thread);

/* Of a thread that has ended: calls its clean-up, frees what rt_thread_create() took. */
void standin_thread_release(rt_thread_t thread);

/* A variable of each thread; on a board, where threads take turns, one for all. */
#ifdef __linux__
#define STANDIN_THREAD_LOCAL    __thread
#else
#define STANDIN_THREAD_LOCAL
#endif

/* Keep out other threads that disable interrupts; may be nested. */
void standin_target_disable_interrupts(void);
void standin_target_enable_interrupts(void);

/* Prints where in the program an address lies. */
void standin_target_print_site(const void *address);

/* Ends the program after a broken rule. */
void standin_target_abort(void) rt_noreturn;

/* Ends the program as asked by the shell. */
void standin_target_exit(int code) rt_noreturn;

#ifdef __cplusplus
}
#endif

#endif /* STANDIN_TARGET_H */
