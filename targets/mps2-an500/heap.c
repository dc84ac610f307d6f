/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * rt_malloc and its kin: first fit among blocks that lie in a row, each with a
 * header that also keeps accounts. Takes the place of the portable one, which
 * stands on a C library's heap.
 *
 * A block counts with its size rounded up to RT_ALIGN_SIZE and the header that
 * the kernel's allocator keeps; the header here is larger, which nobody sees.
 */
#include <string.h>

#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "meter.h"

#define COUNTED_HEADER  RT_ALIGN(12, RT_ALIGN_SIZE)

struct block
{
    struct block *next;                 /* behind this one; RT_NULL: the last */
    struct block *previous;
    rt_size_t     size;                 /* asked for; 0: free */
    rt_uint32_t   number;
    const void   *site;
    rt_uint32_t   check;
};

#define CHECK           0x68656170u     /* the header of a block is whole */
#define ALIGNMENT       8

extern char __heap_start[], __heap_end[];

static struct block *first;
static struct block *lowest_free;
static struct standin_heap_stats heap = {.total = RT_HEAP_SIZE};
static rt_uint32_t fail_after;
static rt_bool_t fail_for_good;

static rt_size_t cost_of(rt_size_t size)
{
    return RT_ALIGN(size, RT_ALIGN_SIZE) + COUNTED_HEADER;
}

static rt_size_t room_of(const struct block *block)
{
    const char *end = block->next != RT_NULL ? (const char *)block->next : __heap_end;

    return (rt_size_t)(end - (const char *)(block + 1));
}

static void heap_start(void)
{
    first = (struct block *)__heap_start;
    memset(first, 0, sizeof(*first));
    first->check = CHECK;
    lowest_free = first;
}

static rt_bool_t fault_is_due(void)
{
    if (fail_after == 0 || --fail_after > 0)
    {
        return RT_FALSE;
    }
    fail_after = fail_for_good ? 1 : 0;
    return RT_TRUE;
}

/* Cuts what the block does not need off as a free one. */
static void split(struct block *block, rt_size_t size)
{
    struct block *rest = (struct block *)((char *)(block + 1) + size);

    if (room_of(block) < size + sizeof(*rest) + ALIGNMENT)
    {
        return;
    }
    rest->next = block->next;
    rest->previous = block;
    rest->size = 0;
    rest->check = CHECK;
    if (rest->next != RT_NULL)
    {
        rest->next->previous = rest;
    }
    block->next = rest;
}

static struct block *next_free(struct block *block)
{
    while (block != RT_NULL && block->size != 0)
    {
        block = block->next;
    }
    return block;
}

static void *take(rt_size_t size, const void *site)
{
    rt_size_t aligned = RT_ALIGN(size, ALIGNMENT);
    struct block *block;

    if (first == RT_NULL)
    {
        heap_start();
    }
    block = fault_is_due() || size > heap.total || heap.used > heap.total ||
            cost_of(size) > heap.total - heap.used ? RT_NULL : lowest_free;
    while (block != RT_NULL && room_of(block) < aligned)
    {
        block = next_free(block->next);
    }
    if (block == RT_NULL)
    {
        heap.failures++;
        meter_record(METER_ALLOC_FAILED, RT_NULL, size);
        return RT_NULL;
    }
    split(block, aligned);
    block->size = size;
    block->number = (rt_uint32_t)++heap.allocations;
    block->site = site;
    if (block == lowest_free)
    {
        lowest_free = next_free(block);
    }
    heap.blocks++;
    heap.used += cost_of(size);
    heap.max_used = heap.used > heap.max_used ? heap.used : heap.max_used;
    meter_record(METER_ALLOC, block + 1, size);
    return block + 1;
}

/* Makes one block of two free neighbours. */
static void merge(struct block *block)
{
    struct block *next = block->next;

    if (block->size != 0 || next == RT_NULL || next->size != 0)
    {
        return;
    }
    next->check = 0;
    block->next = next->next;
    if (block->next != RT_NULL)
    {
        block->next->previous = block;
    }
}

static void give_back(void *ptr, const void *site)
{
    struct block *block = (struct block *)ptr - 1;

    if ((char *)ptr <= __heap_start || (char *)ptr >= __heap_end || block->check != CHECK || block->size == 0)
    {
        rt_kprintf("rt_free: %p is no live block, ", ptr);
        standin_target_print_site(site);
        rt_kprintf("\n");
        standin_target_abort();
    }
    meter_record(METER_FREE, ptr, block->size);
    heap.used -= cost_of(block->size);
    heap.blocks--;
    block->size = 0;
    merge(block);
    if (block->previous != RT_NULL && block->previous->size == 0)
    {
        block = block->previous;
        merge(block);
    }
    if (lowest_free == RT_NULL || block < lowest_free)
    {
        lowest_free = block;
    }
}

void *rt_malloc(rt_size_t nbytes)
{
    return nbytes == 0 ? RT_NULL : take(nbytes, __builtin_return_address(0));
}

void *rt_calloc(rt_size_t count, rt_size_t size)
{
    rt_size_t bytes;
    void *ptr;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes == 0)
    {
        return RT_NULL;
    }
    ptr = take(bytes, __builtin_return_address(0));
    return ptr != RT_NULL ? memset(ptr, 0, bytes) : RT_NULL;
}

/* Always moves the block, so that nobody can count on its staying. */
void *rt_realloc(void *ptr, rt_size_t nbytes)
{
    const void *site = __builtin_return_address(0);
    void *moved;

    if (ptr == RT_NULL)
    {
        return nbytes == 0 ? RT_NULL : take(nbytes, site);
    }
    if (nbytes == 0)
    {
        give_back(ptr, site);
        return RT_NULL;
    }
    moved = take(nbytes, site);
    if (moved != RT_NULL)
    {
        rt_size_t old = ((struct block *)ptr - 1)->size;

        memcpy(moved, ptr, old < nbytes ? old : nbytes);
        give_back(ptr, site);
    }
    return moved;
}

void rt_free(void *ptr)
{
    if (ptr != RT_NULL)
    {
        give_back(ptr, __builtin_return_address(0));
    }
}

char *rt_strdup(const char *s)
{
    rt_size_t size = strlen(s) + 1;
    char *copy = take(size, __builtin_return_address(0));

    return copy != RT_NULL ? memcpy(copy, s, size) : RT_NULL;
}

void rt_memory_info(rt_size_t *total, rt_size_t *used, rt_size_t *max_used)
{
    if (total != RT_NULL)
    {
        *total = heap.total;
    }
    if (used != RT_NULL)
    {
        *used = heap.used;
    }
    if (max_used != RT_NULL)
    {
        *max_used = heap.max_used;
    }
}

void standin_heap_stats(struct standin_heap_stats *stats)
{
    *stats = heap;
}

void standin_heap_set_total(rt_size_t total)
{
    heap.total = total;
}

void standin_heap_reset_max(void)
{
    heap.max_used = heap.used;
}

void standin_heap_fail(rt_uint32_t nth, rt_bool_t permanent)
{
    fail_after = nth;
    fail_for_good = permanent;
}

rt_uint64_t standin_heap_mark(void)
{
    return heap.allocations;
}

/* The oldest live block that is younger than mark. */
static const struct block *oldest_after(rt_uint64_t mark)
{
    const struct block *oldest = RT_NULL;

    for (const struct block *block = first; block != RT_NULL; block = block->next)
    {
        if (block->size != 0 && block->number > mark && (oldest == RT_NULL || block->number < oldest->number))
        {
            oldest = block;
        }
    }
    return oldest;
}

rt_size_t standin_heap_count(rt_uint64_t mark)
{
    rt_size_t count = 0;

    for (const struct block *block = first; block != RT_NULL; block = block->next)
    {
        count += block->size != 0 && block->number > mark;
    }
    return count;
}

void standin_heap_dump(rt_uint64_t mark)
{
    const struct block *block;

    while ((block = oldest_after(mark)) != RT_NULL)
    {
        rt_kprintf("block %lu, %lu bytes, ", (unsigned long)block->number, (unsigned long)block->size);
        standin_target_print_site(block->site);
        rt_kprintf("\n");
        mark = block->number;
    }
}
