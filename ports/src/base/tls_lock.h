/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A mutex that its first user initialises.
 *
 * Sections of a few instructions do without: they disable interrupts with
 * rt_hw_interrupt_disable(), which also keeps out the other cores. From 5.1 on,
 * rt_enter_critical() of multi-core kernels keeps out the threads of one core only.
 */
#ifndef TLS_LOCK_H
#define TLS_LOCK_H

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Static and zeroed, it is ready for use. It is never detached. */
struct tls_lock
{
    struct rt_mutex mutex;
    int is_ready;
};

/**
 * Wait until no other thread holds the lock, then take it. A thread that holds it
 * may take it again. Interrupts may not call this.
 *
 * @param name  the name in `list_mutex`, RT_NAME_MAX characters at most
 */
void tls_lock_take(struct tls_lock *lock, const char *name);

/** Release the lock, once for each tls_lock_take(). */
void tls_lock_release(struct tls_lock *lock);

#ifdef __cplusplus
}
#endif

#endif /* TLS_LOCK_H */
