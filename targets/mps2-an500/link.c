/*
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <standin_target.h>

#include "board.h"
#include "link.h"
#include "meter.h"

#define HEADER_SIZE     3
#define FRAME_MAX       0xFFFF

static enum link_state state;
static rt_size_t data_left;             /* of the data frame that is coming in */
static rt_uint8_t header[HEADER_SIZE];  /* received part of the next frame's */
static rt_size_t header_length;

static void put_frame(char type, rt_size_t length)
{
    board_uart_put(UART_LINK, (rt_uint8_t)type);
    board_uart_put(UART_LINK, (rt_uint8_t)length);
    board_uart_put(UART_LINK, (rt_uint8_t)(length >> 8));
}

static void put_bytes(const char *bytes, rt_size_t length)
{
    while (length-- > 0)
    {
        board_uart_put(UART_LINK, (rt_uint8_t)*bytes++);
    }
}

static void take_header(void)
{
    header_length = 0;
    switch (header[0])
    {
    case 'O':
        state = LINK_OPEN;
        break;
    case 'F':
        state = LINK_FAILED;
        break;
    case 'D':
        data_left = (rt_size_t)(header[1] | header[2] << 8);
        break;
    case 'E':
        state = state == LINK_OPEN ? LINK_ENDED : state;
        break;
    case 'R':
        state = state == LINK_OPEN ? LINK_RESET : state;
        break;
    default:
        rt_kprintf("link: not a frame: 0x%02x\n", header[0]);
        board_exit(EXIT_ABORT);
    }
}

/* Reads the next header, or the part of it that comes in time. */
static rt_bool_t read_header(rt_uint64_t until_ms)
{
    while (header_length < HEADER_SIZE)
    {
        int byte = board_uart_wait(UART_LINK, until_ms);

        if (byte < 0)
        {
            return RT_FALSE;
        }
        header[header_length++] = (rt_uint8_t)byte;
    }
    take_header();
    return RT_TRUE;
}

/* Discards the data left of a connection that was closed. */
static rt_bool_t skip_data(rt_uint64_t until_ms)
{
    while (data_left > 0)
    {
        if (board_uart_wait(UART_LINK, until_ms) < 0)
        {
            return RT_FALSE;
        }
        data_left--;
    }
    return RT_TRUE;
}

void link_open(enum link_kind kind, const char *host, const char *port)
{
    rt_size_t host_size = strlen(host) + 1;
    rt_size_t port_length = strlen(port);

    board_clock_pause();
    put_frame((char)kind, host_size + port_length);
    put_bytes(host, host_size);
    put_bytes(port, port_length);
    state = LINK_CONNECTING;
    board_clock_resume();
}

void link_close(void)
{
    board_clock_pause();
    if (state != LINK_CLOSED)
    {
        put_frame('X', 0);
        state = LINK_CLOSED;
    }
    board_clock_resume();
}

enum link_state link_wait(rt_uint64_t until_ms)
{
    board_clock_pause();
    while (state == LINK_CONNECTING && skip_data(until_ms) && read_header(until_ms))
    {
    }
    board_clock_resume();
    return state;
}

rt_bool_t link_wait_data(rt_uint64_t until_ms)
{
    board_clock_pause();
    while (state == LINK_OPEN && data_left == 0 && read_header(until_ms))
    {
    }
    board_clock_resume();
    return state != LINK_OPEN || data_left > 0;
}

void link_send(const void *data, rt_size_t length)
{
    const char *bytes = data;

    meter_record(METER_SEND, RT_NULL, length);
    board_clock_pause();
    while (length > 0)
    {
        rt_size_t part = length < FRAME_MAX ? length : FRAME_MAX;

        put_frame('D', part);
        put_bytes(bytes, part);
        bytes += part;
        length -= part;
    }
    board_clock_resume();
}

rt_size_t link_receive(void *data, rt_size_t length, rt_uint64_t until_ms)
{
    rt_uint8_t *bytes = data;
    rt_size_t received = 0;
    int byte = 0;

    board_clock_pause();
    while (received < length && byte >= 0 && link_wait_data(until_ms) && data_left > 0)
    {
        byte = board_uart_wait(UART_LINK, until_ms);
        if (byte >= 0)
        {
            bytes[received++] = (rt_uint8_t)byte;
            data_left--;
        }
    }
    board_clock_resume();
    if (received > 0 || state != LINK_OPEN)
    {
        meter_record(METER_RECEIVE, RT_NULL, received);
    }
    return received;
}

rt_size_t link_receive_datagram(void *data, rt_size_t length, rt_uint64_t until_ms)
{
    rt_size_t received = 0;

    board_clock_pause();
    if (link_wait_data(until_ms) && data_left > 0)
    {
        rt_size_t wanted = data_left < length ? data_left : length;

        received = link_receive(data, wanted, STANDIN_NEVER);
        (void)skip_data(STANDIN_NEVER);
    }
    board_clock_resume();
    return received;
}
