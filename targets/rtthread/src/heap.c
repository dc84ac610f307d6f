/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * rt_malloc and related functions, with statistics, a limit and injected faults.
 * The target provides the blocks (standin_blocks.h).
 */
#include <string.h>

#include <rtthread.h>
#include <standin.h>
#include <standin_blocks.h>
#include <standin_target.h>

#ifndef RT_HEAP_SIZE
#define RT_HEAP_SIZE    33554408
#endif

struct standin_heap standin_heap = {.stats = {.total = RT_HEAP_SIZE}};

void standin_heap_report(const void *ptr, const void *site)
{
    rt_kprintf("rt_free: %p is no live block, ", ptr);
    standin_target_print_site(site);
    rt_kprintf("\n");
}

void *rt_malloc(rt_size_t nbytes)
{
    return nbytes == 0 ? RT_NULL : standin_blocks_take(nbytes, __builtin_return_address(0));
}

void *rt_calloc(rt_size_t count, rt_size_t size)
{
    rt_size_t bytes;
    void *ptr;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes == 0)
    {
        return RT_NULL;
    }
    ptr = standin_blocks_take(bytes, __builtin_return_address(0));
    return ptr != RT_NULL ? memset(ptr, 0, bytes) : RT_NULL;
}

/* Always moves the block, so that no caller can rely on its staying. */
void *rt_realloc(void *ptr, rt_size_t nbytes)
{
    const void *site = __builtin_return_address(0);
    rt_size_t old_size;
    void *moved;

    if (ptr == RT_NULL)
    {
        return nbytes == 0 ? RT_NULL : standin_blocks_take(nbytes, site);
    }
    if (nbytes == 0)
    {
        standin_blocks_free(ptr, site);
        return RT_NULL;
    }
    moved = standin_blocks_take(nbytes, site);
    if (moved != RT_NULL)
    {
        old_size = standin_blocks_size(ptr);
        memcpy(moved, ptr, old_size < nbytes ? old_size : nbytes);
        standin_blocks_free(ptr, site);
    }
    return moved;
}

void rt_free(void *ptr)
{
    if (ptr != RT_NULL)
    {
        standin_blocks_free(ptr, __builtin_return_address(0));
    }
}

char *rt_strdup(const char *s)
{
    rt_size_t size = strlen(s) + 1;
    char *copy = standin_blocks_take(size, __builtin_return_address(0));

    return copy != RT_NULL ? memcpy(copy, s, size) : RT_NULL;
}

void rt_memory_info(rt_size_t *total, rt_size_t *used, rt_size_t *max_used)
{
    struct standin_heap_stats now;

    standin_heap_stats(&now);
    if (total != RT_NULL)
    {
        *total = now.total;
    }
    if (used != RT_NULL)
    {
        *used = now.used;
    }
    if (max_used != RT_NULL)
    {
        *max_used = now.max_used;
    }
}

void standin_heap_stats(struct standin_heap_stats *stats)
{
    standin_target_lock();
    *stats = standin_heap.stats;
    standin_target_unlock();
}

void standin_heap_set_total(rt_size_t total)
{
    standin_target_lock();
    standin_heap.stats.total = total;
    standin_target_unlock();
}

void standin_heap_reset_max(void)
{
    standin_target_lock();
    standin_heap.stats.max_used = standin_heap.stats.used;
    standin_target_unlock();
}

void standin_heap_fail(rt_uint32_t nth, rt_bool_t permanent)
{
    standin_target_lock();
    standin_heap.fail_after = nth;
    standin_heap.fail_for_good = permanent;
    standin_target_unlock();
}

rt_uint64_t standin_heap_mark(void)
{
    rt_uint64_t mark;

    standin_target_lock();
    mark = standin_heap.stats.allocations;
    standin_target_unlock();
    return mark;
}

rt_size_t standin_heap_count(rt_uint64_t mark)
{
    rt_size_t count;

    standin_target_lock();
    count = standin_blocks_count(mark);
    standin_target_unlock();
    return count;
}

void standin_heap_dump(rt_uint64_t mark)
{
    struct standin_block block = {.number = mark};
    rt_bool_t is_found;

    for (;;)
    {
        standin_target_lock();
        is_found = standin_blocks_oldest(block.number, &block);
        standin_target_unlock();
        if (!is_found)
        {
            return;
        }
        rt_kprintf("block %lu, %lu bytes, ", (unsigned long)block.number, (unsigned long)block.size);
        standin_target_print_site(block.site);
        rt_kprintf("\n");
    }
}
