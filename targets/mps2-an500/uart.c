/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The board's UARTs (CMSDK).
 */
#include <standin_target.h>

#include "board.h"

#define UART_DATA(base)         REGISTER((base) + 0x00)
#define UART_STATE(base)        REGISTER((base) + 0x04)
#define UART_CTRL(base)         REGISTER((base) + 0x08)
#define UART_INT(base)          REGISTER((base) + 0x0C)
#define UART_BAUDDIV(base)      REGISTER((base) + 0x10)

#define STATE_TX_FULL           0x01
#define STATE_RX_FULL           0x02
#define CTRL_TX                 0x01
#define CTRL_RX                 0x02
#define CTRL_RX_INTERRUPT       0x08
#define INT_RX                  0x02

#define NVIC_ENABLE             REGISTER(0xE000E100)
#define NVIC_DISABLE            REGISTER(0xE000E180)
#define NVIC_CLEAR_PENDING      REGISTER(0xE000E280)
#define FASTEST                 16

static const rt_uint32_t bases[UARTS] = {0x40004000, 0x40005000};
static const rt_uint8_t interrupts[UARTS] = {0, 2};

void board_uart_start(void)
{
    for (int i = 0; i < UARTS; i++)
    {
        UART_BAUDDIV(bases[i]) = FASTEST;
        UART_CTRL(bases[i]) = CTRL_TX | CTRL_RX | CTRL_RX_INTERRUPT;
    }
}

void board_uart_put(enum board_uart uart, rt_uint8_t byte)
{
    while (UART_STATE(bases[uart]) & STATE_TX_FULL)
    {
    }
    UART_DATA(bases[uart]) = byte;
}

int board_uart_get(enum board_uart uart)
{
    if ((UART_STATE(bases[uart]) & STATE_RX_FULL) == 0)
    {
        return -1;
    }
    /* No other byte comes in before this one is read: from then on the
     * interrupt is pending again only if there is one. */
    UART_INT(bases[uart]) = INT_RX;
    NVIC_CLEAR_PENDING = 1u << interrupts[uart];
    return (int)(UART_DATA(bases[uart]) & 0xFF);
}

int board_uart_wait(enum board_uart uart, rt_uint64_t until_ms)
{
    int byte = board_uart_get(uart);

    /* Only a UART that a thread waits for may end a WFI. */
    NVIC_ENABLE = 1u << interrupts[uart];
    while (byte < 0 && standin_target_wait(until_ms))
    {
        byte = board_uart_get(uart);
    }
    NVIC_DISABLE = 1u << interrupts[uart];
    return byte;
}
