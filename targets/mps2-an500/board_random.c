/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * NOT RANDOM, see board_random.h: an xorshift generator with a fixed seed. Its
 * bytes look even enough for the health tests.
 */
#include <rtthread.h>

#include "board_random.h"

#define FIXED_SEED      0x9E3779B97F4A7C15u

static rt_uint64_t state = FIXED_SEED;

void board_random_fixed(void *buffer, size_t length)
{
    unsigned char *bytes = buffer;

    while (length-- > 0)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *bytes++ = (unsigned char)(state >> 32);
    }
}
