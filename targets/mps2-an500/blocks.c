/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of the heap: first fit among blocks that lie in a row, each behind a
 * header. The header is larger than the kernel's, which the accounts ignore.
 */
#include <string.h>

#include <standin_blocks.h>
#include <standin_target.h>

#include "meter.h"

struct header
{
    struct header *next;                /* behind this one; RT_NULL: the last */
    struct header *previous;
    rt_size_t      size;                /* asked for; 0: free */
    rt_uint32_t    number;
    const void    *site;
    rt_uint32_t    check;
};

#define CHECK           0x68656170u     /* the header of a block is whole */
#define ALIGNMENT       8

extern char __heap_start[], __heap_end[];

static struct header *first;
static struct header *lowest_free;

static rt_size_t room_of(const struct header *block)
{
    const char *end = block->next != RT_NULL ? (const char *)block->next : __heap_end;

    return (rt_size_t)(end - (const char *)(block + 1));
}

static void heap_start(void)
{
    first = (struct header *)__heap_start;
    memset(first, 0, sizeof(*first));
    first->check = CHECK;
    lowest_free = first;
}

/* Cuts what the block does not need off as a free one. */
static void split(struct header *block, rt_size_t size)
{
    struct header *rest = (struct header *)((char *)(block + 1) + size);

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

static struct header *next_free(struct header *block)
{
    while (block != RT_NULL && block->size != 0)
    {
        block = block->next;
    }
    return block;
}

void *standin_blocks_take(rt_size_t size, const void *site)
{
    rt_size_t aligned = RT_ALIGN(size, ALIGNMENT);
    struct header *block;

    if (first == RT_NULL)
    {
        heap_start();
    }
    block = standin_heap_refuses(size) ? RT_NULL : lowest_free;
    while (block != RT_NULL && room_of(block) < aligned)
    {
        block = next_free(block->next);
    }
    if (block == RT_NULL)
    {
        standin_heap.stats.failures++;
        meter_record(METER_ALLOC_FAILED, RT_NULL, size);
        return RT_NULL;
    }
    split(block, aligned);
    block->size = size;
    block->number = (rt_uint32_t)++standin_heap.stats.allocations;
    block->site = site;
    if (block == lowest_free)
    {
        lowest_free = next_free(block);
    }
    standin_heap_add(size);
    meter_record(METER_ALLOC, block + 1, size);
    return block + 1;
}

/* Makes one block of two free neighbours. */
static void merge(struct header *block)
{
    struct header *next = block->next;

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

void standin_blocks_free(void *ptr, const void *site)
{
    struct header *block = (struct header *)ptr - 1;

    if ((char *)ptr <= __heap_start || (char *)ptr >= __heap_end || block->check != CHECK || block->size == 0)
    {
        standin_heap_report(ptr, site);
        standin_target_abort();
    }
    meter_record(METER_FREE, ptr, block->size);
    standin_heap_subtract(block->size);
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

rt_size_t standin_blocks_size(const void *ptr)
{
    return ((const struct header *)ptr - 1)->size;
}

rt_size_t standin_blocks_count(rt_uint64_t mark)
{
    rt_size_t count = 0;

    for (const struct header *block = first; block != RT_NULL; block = block->next)
    {
        count += block->size != 0 && block->number > mark;
    }
    return count;
}

rt_bool_t standin_blocks_oldest(rt_uint64_t mark, struct standin_block *block)
{
    const struct header *oldest = RT_NULL;

    for (const struct header *one = first; one != RT_NULL; one = one->next)
    {
        if (one->size != 0 && one->number > mark && (oldest == RT_NULL || one->number < oldest->number))
        {
            oldest = one;
        }
    }
    if (oldest == RT_NULL)
    {
        return RT_FALSE;
    }
    *block = (struct standin_block){oldest->size, oldest->number, oldest->site};
    return RT_TRUE;
}
