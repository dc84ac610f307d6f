/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The board starts the kernel and its shell on UART0.
 */
#include <string.h>

#include <msh.h>
#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "board.h"

#define PROMPT      "msh />"
#define LINE_SIZE   256

static rt_bool_t command_failed;

int main(void);

void standin_target_exit(int code)
{
    board_exit(code == 0 && command_failed ? EXIT_COMMAND_FAILED : code);
}

/* Reads a line and echoes it, like a terminal; the part that exceeds the buffer is lost. */
static rt_size_t read_line(char *line)
{
    rt_size_t length = 0;

    for (;;)
    {
        int byte = board_uart_wait(UART_CONSOLE, STANDIN_NEVER);

        if (byte == '\n' || byte == '\r')
        {
            line[length] = '\0';
            rt_kprintf("%s\n", line);
            return length;
        }
        if (byte >= 0 && length < LINE_SIZE - 1)
        {
            line[length++] = (char)byte;
        }
    }
}

int main(void)
{
    static char line[LINE_SIZE];

    board_clock_start();
    board_uart_start();
    rt_components_init();
    for (;;)
    {
        rt_kprintf(PROMPT);
        if (msh_exec(line, read_line(line)) != 0)
        {
            command_failed = RT_TRUE;
        }
    }
}
