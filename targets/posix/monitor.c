/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lock over kernel objects, and waiting on it, with pthreads.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>

#include <standin_target.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;

__attribute__((constructor)) static void monitor_init(void)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

void standin_target_lock(void)
{
    pthread_mutex_lock(&lock);
}

void standin_target_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

rt_bool_t standin_target_wait(rt_uint64_t until)
{
    struct timespec at;
    rt_uint64_t now = standin_target_milliseconds();
    rt_uint64_t left;

    if (until == STANDIN_NEVER)
    {
        pthread_cond_wait(&changed, &lock);
        return RT_TRUE;
    }
    if (now >= until)
    {
        return RT_FALSE;
    }
    left = until - now;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(left / 1000);
    at.tv_nsec += (long)(left % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000)
    {
        at.tv_nsec -= 1000000000;
        at.tv_sec++;
    }
    pthread_cond_timedwait(&changed, &lock, &at);
    return RT_TRUE;
}

void standin_target_wake(void)
{
    pthread_cond_broadcast(&changed);
}
