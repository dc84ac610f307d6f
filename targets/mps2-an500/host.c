/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The other functions that the portable part of the stand-in needs from a target.
 */
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "board.h"
#include "board_random.h"

/* The board's clock is unset after a reset; `date` sets it. */
rt_int64_t standin_target_wall_seconds(void)
{
    return 0;
}

int standin_target_random(void *buffer, rt_size_t length)
{
    board_random_fixed(buffer, length);
    return 0;
}

/* addr2line turns it into a name. */
void standin_target_print_site(const void *address)
{
    rt_kprintf("at %p", address);
}

void standin_target_abort(void)
{
    board_exit(EXIT_ABORT);
}
