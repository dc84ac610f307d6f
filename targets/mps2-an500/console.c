/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The console is UART0. What it takes to write a text does not count as
 * instructions of who writes.
 */
#include <standin_target.h>

#include "board.h"
#include "meter.h"

void standin_target_write(const char *text, rt_size_t length)
{
    meter_pause();
    while (length-- > 0)
    {
        board_uart_put(UART_CONSOLE, (rt_uint8_t)*text++);
    }
    meter_resume();
}
