/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * NOT RANDOM, see board_random.h: an xorshift generator with a fixed seed. Its
 * bytes look even enough for the health tests.
 */
#include <string.h>

#include <rtthread.h>
#include <standin.h>

#include "board_random.h"

#define FIXED_SEED      0x9E3779B97F4A7C15u
#define STUCK_BYTE      0x5a

int tls_random_board(unsigned char *buffer, size_t length);

static rt_uint64_t state = FIXED_SEED;
static enum standin_random behaviour = STANDIN_RANDOM_GOOD;

void standin_board_random_set(enum standin_random new_behaviour)
{
    behaviour = new_behaviour;
}

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

int tls_random_board(unsigned char *buffer, size_t length)
{
    switch (behaviour)
    {
    case STANDIN_RANDOM_GOOD:
        board_random_fixed(buffer, length);
        return 0;
    case STANDIN_RANDOM_STUCK:
        memset(buffer, STUCK_BYTE, length);
        return 0;
    case STANDIN_RANDOM_ABSENT:
    case STANDIN_RANDOM_ERROR:
    default:
        return -RT_ERROR;
    }
}
