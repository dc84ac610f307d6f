/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Linux clocks, randomness and process end for the portable part.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include <standin_target.h>

static rt_uint64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (rt_uint64_t)now.tv_sec * 1000 + (rt_uint64_t)now.tv_nsec / 1000000;
}

static rt_uint64_t start_ms;

__attribute__((constructor)) static void remember_start(void)
{
    start_ms = monotonic_ms();
}

rt_uint64_t standin_target_milliseconds(void)
{
    return monotonic_ms() - start_ms;
}

rt_int64_t standin_target_wall_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

int standin_target_random(void *buffer, rt_size_t length)
{
    unsigned char *bytes = buffer;

    while (length > 0)
    {
        ssize_t got = getrandom(bytes, length, 0);

        if (got < 0 && errno == EINTR)
        {
            continue;
        }
        if (got <= 0)
        {
            return -1;
        }
        bytes += got;
        length -= (rt_size_t)got;
    }
    return 0;
}

void standin_target_print_site(const void *address)
{
    Dl_info info;

    if (dladdr(address, &info) == 0)
    {
        rt_kprintf("at %p", address);
        return;
    }
    rt_kprintf("at 0x%lx of %s",
               (unsigned long)((const char *)address -
                               (const char *)info.dli_fbase),
               info.dli_fname);
    if (info.dli_sname != RT_NULL)
    {
        rt_kprintf(" (%s)", info.dli_sname);
    }
}

void standin_target_abort(void)
{
    abort();
}
