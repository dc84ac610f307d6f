/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A mutex that its first user initialises.
 */
#include <rthw.h>

#include "tls_lock.h"

void tls_lock_take(struct tls_lock *lock, const char *name)
{
    rt_base_t level = rt_hw_interrupt_disable();

    if (!lock->is_ready)
    {
        rt_mutex_init(&lock->mutex, name, RT_IPC_FLAG_PRIO);
        lock->is_ready = 1;
    }
    rt_hw_interrupt_enable(level);

    rt_mutex_take(&lock->mutex, RT_WAITING_FOREVER);
}

void tls_lock_release(struct tls_lock *lock)
{
    rt_mutex_release(&lock->mutex);
}
