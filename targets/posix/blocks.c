/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of the heap: each is one of the C library's, and a table apart from it
 * keeps its facts, so that a memory checker sees every block's true bounds. The
 * table stores addresses inverted: a leak detector that scans memory must not
 * take the table for a reference to the block.
 */
#include <stdlib.h>
#include <string.h>

#include <standin_blocks.h>
#include <standin_target.h>

/* Fresh memory holds no zeros by luck. */
#define FRESH_BYTE      0xa5

#define FIRST_CAPACITY  1024

struct entry
{
    uintptr_t            hidden;        /* inverted address; 0 marks a free entry */
    struct standin_block block;
};

static struct entry *table;
static rt_size_t table_capacity;

static rt_size_t slot_of(uintptr_t hidden)
{
    return (rt_size_t)((hidden >> 4) * 2654435761u) & (table_capacity - 1);
}

static struct entry *table_find(const void *ptr)
{
    uintptr_t hidden = ~(uintptr_t)ptr;
    rt_size_t slot;

    if (table == RT_NULL)
    {
        return RT_NULL;
    }
    for (slot = slot_of(hidden); table[slot].hidden != 0; slot = (slot + 1) & (table_capacity - 1))
    {
        if (table[slot].hidden == hidden)
        {
            return &table[slot];
        }
    }
    return RT_NULL;
}

static void table_put(const struct entry *entry)
{
    rt_size_t slot = slot_of(entry->hidden);

    while (table[slot].hidden != 0)
    {
        slot = (slot + 1) & (table_capacity - 1);
    }
    table[slot] = *entry;
}

static void table_grow(void)
{
    struct entry *old = table;
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
static void table_remove(struct entry *entry)
{
    rt_size_t gap = (rt_size_t)(entry - table);
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
        if (((slot - home) & (table_capacity - 1)) >= ((slot - gap) & (table_capacity - 1)))
        {
            table[gap] = table[slot];
            gap = slot;
        }
    }
    table[gap].hidden = 0;
}

static void *take_locked(rt_size_t size, const void *site)
{
    void *ptr = standin_heap_refuses(size) ? RT_NULL : malloc(size);
    struct entry entry = {~(uintptr_t)ptr, {size, standin_heap.stats.allocations + 1, site}};

    if (ptr == RT_NULL)
    {
        standin_heap.stats.failures++;
        return RT_NULL;
    }
    if (standin_heap.stats.blocks * 2 >= table_capacity)
    {
        table_grow();
    }
    table_put(&entry);
    standin_heap.stats.allocations++;
    standin_heap_add(size);
    return ptr;
}

void *standin_blocks_take(rt_size_t size, const void *site)
{
    void *ptr;

    standin_target_lock();
    ptr = take_locked(size, site);
    standin_target_unlock();
    return ptr != RT_NULL ? memset(ptr, FRESH_BYTE, size) : RT_NULL;
}

/* Forgets a block; RT_FALSE if it is not live. */
static rt_bool_t forget(const void *ptr)
{
    struct entry *entry;

    standin_target_lock();
    entry = table_find(ptr);
    if (entry != RT_NULL)
    {
        standin_heap_subtract(entry->block.size);
        table_remove(entry);
    }
    standin_target_unlock();
    return entry != RT_NULL;
}

void standin_blocks_free(void *ptr, const void *site)
{
    if (!forget(ptr))
    {
        standin_heap_report(ptr, site);
        free(ptr);                      /* lets a memory checker report more */
        standin_target_abort();
    }
    free(ptr);
}

rt_size_t standin_blocks_size(const void *ptr)
{
    const struct entry *entry;
    rt_size_t size;

    standin_target_lock();
    entry = table_find(ptr);
    size = entry != RT_NULL ? entry->block.size : 0;
    standin_target_unlock();
    return size;
}

rt_size_t standin_blocks_count(rt_uint64_t mark)
{
    rt_size_t count = 0;

    for (rt_size_t i = 0; i < table_capacity; i++)
    {
        count += table[i].hidden != 0 && table[i].block.number > mark;
    }
    return count;
}

rt_bool_t standin_blocks_oldest(rt_uint64_t mark, struct standin_block *block)
{
    const struct entry *oldest = RT_NULL;

    for (rt_size_t i = 0; i < table_capacity; i++)
    {
        if (table[i].hidden != 0 && table[i].block.number > mark &&
            (oldest == RT_NULL || table[i].block.number < oldest->block.number))
        {
            oldest = &table[i];
        }
    }
    if (oldest == RT_NULL)
    {
        return RT_FALSE;
    }
    *block = oldest->block;
    return RT_TRUE;
}
