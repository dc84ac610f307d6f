/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The console is UART0. Writing a text does not count as instructions of the
 * caller.
 */
#include <standin_target.h>

#include "board.h"

void standin_target_write(const char *text, rt_size_t length)
{
    board_clock_pause();
    while (length-- > 0)
    {
        board_uart_put(UART_CONSOLE, (rt_uint8_t)*text++);
    }
    board_clock_resume();
}
