/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A mutex that is initialised by its first use, by whichever thread comes first.
 *
 * What takes a few instructions only is done with interrupts disabled instead,
 * rt_hw_interrupt_disable(): that keeps out every other core, too, while
 * rt_enter_critical() keeps out only the threads of its own core on kernels for
 * several cores from 5.1 on.
 */
#ifndef TLS_LOCK_H
#define TLS_LOCK_H

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A static one of zeros is ready to be taken. It is never detached. */
struct tls_lock
{
    struct rt_mutex mutex;
    int is_ready;
};

/**
 * Wait until no other thread has the lock. A thread that has it may take it once
 * more. Not for interrupts.
 *
 * @param name  what `list_mutex` shows, RT_NAME_MAX characters at most
 */
void tls_lock_take(struct tls_lock *lock, const char *name);

/** Give it back, as often as it was taken. */
void tls_lock_release(struct tls_lock *lock);

#ifdef __cplusplus
}
#endif

#endif /* TLS_LOCK_H */
