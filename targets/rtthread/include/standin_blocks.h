/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The interface between heap.c of the portable part and the blocks of a target:
 * functions that a target provides, and functions that it calls to count blocks.
 */
#ifndef STANDIN_BLOCKS_H
#define STANDIN_BLOCKS_H

#include <rtthread.h>
#include <standin.h>

struct standin_block
{
    rt_size_t   size;           /* asked for, not 0 */
    rt_uint64_t number;         /* 1 for the first since the start */
    const void *site;           /* the caller's address */
};

/* Takes and frees a block and accounts for it. Size is not 0, ptr not RT_NULL. */
void *standin_blocks_take(rt_size_t size, const void *site);
void standin_blocks_free(void *ptr, const void *site);

/* The size that a live block was taken with. */
rt_size_t standin_blocks_size(const void *ptr);

/* Live blocks with a higher number than mark: how many, and the one with the lowest number. */
rt_size_t standin_blocks_count(rt_uint64_t mark);
rt_bool_t standin_blocks_oldest(rt_uint64_t mark, struct standin_block *block);

/* The accounts, under standin_target_lock(). */
struct standin_heap
{
    struct standin_heap_stats stats;
    rt_uint32_t               fail_after;       /* allocations until one fails; 0: none does */
    rt_bool_t                 fail_for_good;
};

extern struct standin_heap standin_heap;

/* What a block counts: the header is that of the kernel's allocator on a 32-bit device. */
static inline rt_size_t standin_heap_cost(rt_size_t size)
{
    return RT_ALIGN(size, RT_ALIGN_SIZE) + RT_ALIGN(12, RT_ALIGN_SIZE);
}

static inline rt_bool_t standin_heap_fault_is_due(void)
{
    if (standin_heap.fail_after == 0 || --standin_heap.fail_after > 0)
    {
        return RT_FALSE;
    }
    standin_heap.fail_after = standin_heap.fail_for_good ? 1 : 0;
    return RT_TRUE;
}

/* Whether an allocation fails by order, or exceeds the size of the heap. */
static inline rt_bool_t standin_heap_refuses(rt_size_t size)
{
    const struct standin_heap_stats *stats = &standin_heap.stats;

    return standin_heap_fault_is_due() || size > stats->total || stats->used > stats->total ||
           standin_heap_cost(size) > stats->total - stats->used;
}

static inline void standin_heap_add(rt_size_t size)
{
    struct standin_heap_stats *stats = &standin_heap.stats;

    stats->blocks++;
    stats->used += standin_heap_cost(size);
    stats->max_used = stats->used > stats->max_used ? stats->used : stats->max_used;
}

static inline void standin_heap_subtract(rt_size_t size)
{
    standin_heap.stats.used -= standin_heap_cost(size);
    standin_heap.stats.blocks--;
}

/* Prints that ptr was freed at site and is no live block; the target then aborts. */
void standin_heap_report(const void *ptr, const void *site);

#endif /* STANDIN_BLOCKS_H */
