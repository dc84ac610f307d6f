/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A limit on how long the program may run.
 */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "posix.h"

static int limit;

static void *watch(void *unused)
{
    struct timespec rest = {.tv_sec = limit};

    RT_UNUSED(unused);
    while (nanosleep(&rest, &rest) != 0)
    {
    }
    rt_kprintf("rtthread: still running after %d seconds, stopped\n", limit);
    _exit(EXIT_TIMEOUT);
}

void posix_watchdog_start(int seconds)
{
    pthread_attr_t attributes;
    pthread_t handle;

    limit = seconds;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    RT_ASSERT(pthread_create(&handle, &attributes, watch, RT_NULL) == 0);
    pthread_attr_destroy(&attributes);
}
