/*
 * SPDX-License-Identifier: Apache-2.0
 */
#include "call_sites.h"

#define WORDS_SEARCHED      160

extern const char __text_start[], __text_end[];

/* Whether a word is the address behind a BL or BLX in Thumb code. */
static rt_bool_t follows_call(rt_uint32_t word)
{
    const rt_uint16_t *code = (const rt_uint16_t *)(word & ~1u);

    if ((word & 1) == 0 || word < (rt_uint32_t)__text_start + 4 || word >= (rt_uint32_t)__text_end)
    {
        return RT_FALSE;
    }
    return ((code[-2] & 0xF800) == 0xF000 && (code[-1] & 0xD000) == 0xD000) || (code[-1] & 0xFF87) == 0x4780;
}

void call_sites_find(const rt_uint32_t *from, rt_uint32_t *sites, int count)
{
    const struct rt_thread *thread = rt_thread_self();
    const rt_uint32_t *end = from + WORDS_SEARCHED;
    int found = 0;

    if (thread->stack_addr != RT_NULL)
    {
        const rt_uint32_t *top = (const rt_uint32_t *)((const char *)thread->stack_addr + thread->stack_size);

        end = end < top ? end : top;
    }
    for (; from < end && found < count; from++)
    {
        if (follows_call(*from))
        {
            sites[found++] = *from;
        }
    }
    while (found < count)
    {
        sites[found++] = 0;
    }
}
