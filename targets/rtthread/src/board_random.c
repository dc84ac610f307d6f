/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The hook through which a board gives the package its randomness.
 */
#include <string.h>

#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#define STUCK_BYTE      0x5a

int tls_random_board(unsigned char *buffer, size_t length);

static enum standin_random behaviour = STANDIN_RANDOM_GOOD;

void standin_board_random_set(enum standin_random new_behaviour)
{
    __atomic_store_n(&behaviour, new_behaviour, __ATOMIC_RELAXED);
}

int tls_random_board(unsigned char *buffer, size_t length)
{
    switch (__atomic_load_n(&behaviour, __ATOMIC_RELAXED))
    {
    case STANDIN_RANDOM_GOOD:
        return standin_target_random(buffer, length);
    case STANDIN_RANDOM_STUCK:
        memset(buffer, STUCK_BYTE, length);
        return 0;
    case STANDIN_RANDOM_ABSENT:
    case STANDIN_RANDOM_ERROR:
    default:
        return -RT_ERROR;
    }
}
