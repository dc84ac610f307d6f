/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory of the package and of the engine, from RT-Thread's heap.
 */
#include <rthw.h>
#include <rtthread.h>

#include "tls_config.h"
#include "tls_has.h"
#include "tls_memory.h"

/* No watch has a limit below this, so most allocations need no look at the watches. */
#define SMALL                   4096

/* The watches of all threads. Read and changed with interrupts disabled. */
static struct tls_memory_watch *watches;

static int is_refused(size_t size)
{
    const struct tls_memory_watch *watch;
    void *self;
    int refused = 0;
    rt_base_t level;

    if (size <= SMALL)
    {
        return 0;
    }
    self = rt_thread_self();
    level = rt_hw_interrupt_disable();
    for (watch = watches; watch != RT_NULL; watch = watch->next)
    {
        refused |= watch->thread == self && size > watch->largest;
    }
    rt_hw_interrupt_enable(level);

    return refused;
}

/* Count a failed allocation in the watches of this thread. */
static void *account(void *memory, size_t size)
{
    struct tls_memory_watch *watch;
    void *self;
    rt_base_t level;

    if (memory != RT_NULL)
    {
        return memory;
    }

    self = rt_thread_self();
    level = rt_hw_interrupt_disable();
    for (watch = watches; watch != RT_NULL; watch = watch->next)
    {
        if (watch->thread == self && watch->failures++ == 0)
        {
            watch->size = size;
        }
    }
    rt_hw_interrupt_enable(level);

    return memory;
}

void *tls_malloc(size_t size)
{
    return size == 0 ? RT_NULL : account(rt_malloc(size), size);
}

void *tls_calloc(size_t count, size_t size)
{
    if (count == 0 || size == 0 || count > (size_t)-1 / size)
    {
        return RT_NULL;
    }

    if (TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) && is_refused(count * size))
    {
        return RT_NULL;
    }

    return account(rt_calloc(count, size), count * size);
}

void tls_free(void *memory)
{
    if (memory != RT_NULL)
    {
        rt_free(memory);
    }
}

char *tls_strdup(const char *string)
{
    size_t size = rt_strlen(string) + 1;
    char *copy = tls_malloc(size);

    if (copy != RT_NULL)
    {
        rt_memcpy(copy, string, size);
    }

    return copy;
}

void tls_zeroize(void *memory, size_t size)
{
    volatile unsigned char *byte = memory;

    while (size-- > 0)
    {
        *byte++ = 0;
    }
}

void tls_memory_watch_begin(struct tls_memory_watch *watch)
{
    rt_base_t level;

    watch->thread = rt_thread_self();
    watch->failures = 0;
    watch->size = 0;
    watch->largest = (size_t)-1;

    level = rt_hw_interrupt_disable();
    watch->next = watches;
    watches = watch;
    rt_hw_interrupt_enable(level);
}

void tls_memory_watch_end(struct tls_memory_watch *watch)
{
    struct tls_memory_watch **link;
    rt_base_t level = rt_hw_interrupt_disable();

    for (link = &watches; *link != RT_NULL; link = &(*link)->next)
    {
        if (*link == watch)
        {
            *link = watch->next;
            break;
        }
    }
    rt_hw_interrupt_enable(level);
}
