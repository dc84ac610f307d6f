/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * rt_malloc and its kin: accounts, a limit, and faults on demand.
 *
 * Each block is one of the C library's, and what is known about it is kept
 * apart from it, so that a memory checker sees every block's true bounds. The
 * table stores addresses inverted: a leak detector that scans memory must not
 * take the table for somebody who still uses the block.
 */
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

/* What the kernel's allocator puts before a block on a 32-bit device. */
#define BLOCK_HEADER    RT_ALIGN(12, RT_ALIGN_SIZE)

/* Fresh memory holds no zeros by luck. */
#define FRESH_BYTE      0xa5

#define FIRST_CAPACITY  1024

#ifndef RT_HEAP_SIZE
#define RT_HEAP_SIZE    33554408
#endif

struct block
{
    uintptr_t   hidden;         /* inverted address; 0 marks a free entry */
    rt_size_t   size;
    rt_uint64_t number;
    const void *site;
};

static struct block *table;
static rt_size_t table_capacity;

static struct standin_heap_stats heap = {.total = RT_HEAP_SIZE};
static rt_uint32_t fail_after;
static rt_bool_t fail_for_good;

static rt_size_t cost_of(rt_size_t size)
{
    return RT_ALIGN(size, RT_ALIGN_SIZE) + BLOCK_HEADER;
}

static rt_size_t slot_of(uintptr_t hidden)
{
    return (rt_size_t)((hidden >> 4) * 2654435761u) & (table_capacity - 1);
}

static struct block *table_find(const void *ptr)
{
    uintptr_t hidden = ~(uintptr_t)ptr;
    rt_size_t slot;

    if (table == RT_NULL)
    {
        return RT_NULL;
    }
    for (slot = slot_of(hidden); table[slot].hidden != 0;
         slot = (slot + 1) & (table_capacity - 1))
    {
        if (table[slot].hidden == hidden)
        {
            return &table[slot];
        }
    }
    return RT_NULL;
}

static void table_put(const struct block *block)
{
    rt_size_t slot = slot_of(block->hidden);

    while (table[slot].hidden != 0)
    {
        slot = (slot + 1) & (table_capacity - 1);
    }
    table[slot] = *block;
}

static void table_grow(void)
{
    struct block *old = table;
    rt_size_t old_capacity = table_capacity;
    rt_size_t i;

    table_capacity = old_capacity ? old_capacity * 2 : FIRST_CAPACITY;
    table = calloc(table_capacity, sizeof(*table));
    if (table == RT_NULL)
    {
        standin_target_abort();
    }
    for (i = 0; i < old_capacity; i++)
    {
        if (old[i].hidden != 0)
        {
            table_put(&old[i]);
        }
    }
    free(old);
}

/* Takes an entry out and closes the gap, so that no search ends too early. */
static void table_remove(struct block *block)
{
    rt_size_t gap = (rt_size_t)(block - table);
    rt_size_t slot = gap;

    for (;;)
    {
        rt_size_t home;

        slot = (slot + 1) & (table_capacity - 1);
        if (table[slot].hidden == 0)
        {
            break;
        }
        home = slot_of(table[slot].hidden);
        if (((slot - home) & (table_capacity - 1)) >=
            ((slot - gap) & (table_capacity - 1)))
        {
            table[gap] = table[slot];
            gap = slot;
        }
    }
    table[gap].hidden = 0;
}

static rt_bool_t fault_is_due(void)
{
    if (fail_after == 0)
    {
        return RT_FALSE;
    }
    if (fail_after > 1)
    {
        fail_after--;
        return RT_FALSE;
    }
    if (!fail_for_good)
    {
        fail_after = 0;
    }
    return RT_TRUE;
}

static void *take_locked(rt_size_t size, const void *site)
{
    struct block block = {.size = size, .site = site};
    void *ptr;

    if (fault_is_due() || size > heap.total || heap.used > heap.total ||
        cost_of(size) > heap.total - heap.used)
    {
        return RT_NULL;
    }
    ptr = malloc(size);
    if (ptr == RT_NULL)
    {
        return RT_NULL;
    }
    if (heap.blocks * 2 >= table_capacity)
    {
        table_grow();
    }
    block.hidden = ~(uintptr_t)ptr;
    block.number = ++heap.allocations;
    table_put(&block);
    heap.blocks++;
    heap.used += cost_of(size);
    if (heap.used > heap.max_used)
    {
        heap.max_used = heap.used;
    }
    return ptr;
}

static void *take(rt_size_t size, const void *site)
{
    void *ptr;

    if (size == 0)
    {
        return RT_NULL;
    }
    standin_target_lock();
    ptr = take_locked(size, site);
    if (ptr == RT_NULL)
    {
        heap.failures++;
    }
    standin_target_unlock();
    if (ptr != RT_NULL)
    {
        memset(ptr, FRESH_BYTE, size);
    }
    return ptr;
}

/* Forgets a block and tells its size, 0 for an address that is none. */
static rt_size_t forget(const void *ptr)
{
    struct block *block;
    rt_size_t size = 0;

    standin_target_lock();
    block = table_find(ptr);
    if (block != RT_NULL)
    {
        size = block->size;
        heap.used -= cost_of(size);
        heap.blocks--;
        table_remove(block);
    }
    standin_target_unlock();
    return size;
}

static void give_back(void *ptr, const void *site)
{
    if (forget(ptr) == 0)
    {
        rt_kprintf("rt_free: %p is no live block, ", ptr);
        standin_target_print_site(site);
        rt_kprintf("\n");
        free(ptr);              /* lets a memory checker tell more */
        standin_target_abort();
    }
    free(ptr);
}

static rt_size_t size_of(const void *ptr)
{
    struct block *block;
    rt_size_t size;

    standin_target_lock();
    block = table_find(ptr);
    size = block != RT_NULL ? block->size : 0;
    standin_target_unlock();
    return size;
}

void *rt_malloc(rt_size_t nbytes)
{
    return take(nbytes, __builtin_return_address(0));
}

void *rt_calloc(rt_size_t count, rt_size_t size)
{
    rt_size_t bytes;
    void *ptr;

    if (__builtin_mul_overflow(count, size, &bytes))
    {
        return RT_NULL;
    }
    ptr = take(bytes, __builtin_return_address(0));
    if (ptr != RT_NULL)
    {
        memset(ptr, 0, bytes);
    }
    return ptr;
}

/* Always moves the block, so that nobody can count on its staying. */
void *rt_realloc(void *ptr, rt_size_t nbytes)
{
    const void *site = __builtin_return_address(0);
    rt_size_t old_size;
    void *moved;

    if (ptr == RT_NULL)
    {
        return take(nbytes, site);
    }
    if (nbytes == 0)
    {
        give_back(ptr, site);
        return RT_NULL;
    }
    moved = take(nbytes, site);
    if (moved != RT_NULL)
    {
        old_size = size_of(ptr);
        memcpy(moved, ptr, old_size < nbytes ? old_size : nbytes);
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

    if (copy != RT_NULL)
    {
        memcpy(copy, s, size);
    }
    return copy;
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
    *stats = heap;
    standin_target_unlock();
}

void standin_heap_set_total(rt_size_t total)
{
    standin_target_lock();
    heap.total = total;
    standin_target_unlock();
}

void standin_heap_reset_max(void)
{
    standin_target_lock();
    heap.max_used = heap.used;
    standin_target_unlock();
}

void standin_heap_fail(rt_uint32_t nth, rt_bool_t permanent)
{
    standin_target_lock();
    fail_after = nth;
    fail_for_good = permanent;
    standin_target_unlock();
}

rt_uint64_t standin_heap_mark(void)
{
    rt_uint64_t mark;

    standin_target_lock();
    mark = heap.allocations;
    standin_target_unlock();
    return mark;
}

static int older_first(const void *a, const void *b)
{
    const struct block *x = a;
    const struct block *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* Copies the blocks younger than mark; the caller frees the copy. */
static struct block *copy_younger(rt_uint64_t mark, rt_size_t *count)
{
    struct block *copy;
    rt_size_t i;

    *count = 0;
    standin_target_lock();
    copy = malloc((heap.blocks + 1) * sizeof(*copy));
    for (i = 0; copy != RT_NULL && i < table_capacity; i++)
    {
        if (table[i].hidden != 0 && table[i].number > mark)
        {
            copy[(*count)++] = table[i];
        }
    }
    standin_target_unlock();
    return copy;
}

rt_size_t standin_heap_count(rt_uint64_t mark)
{
    rt_size_t count;

    free(copy_younger(mark, &count));
    return count;
}

void standin_heap_dump(rt_uint64_t mark)
{
    rt_size_t count;
    rt_size_t i;
    struct block *blocks = copy_younger(mark, &count);

    if (blocks != RT_NULL)
    {
        qsort(blocks, count, sizeof(*blocks), older_first);
    }
    for (i = 0; i < count; i++)
    {
        rt_kprintf("block %lu, %lu bytes, ", (unsigned long)blocks[i].number,
                   blocks[i].size);
        standin_target_print_site(blocks[i].site);
        rt_kprintf("\n");
    }
    free(blocks);
}
