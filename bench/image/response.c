/*
 * SPDX-License-Identifier: Apache-2.0
 */
#include "board.h"
#include "response.h"

#define END_OF_HEAD     2

static void take_byte(struct response *response, unsigned char byte)
{
    if (response->newlines == END_OF_HEAD)
    {
        response->body++;
        response->sum = response->sum * 33 + byte;
    }
    else if (byte == '\n')
    {
        response->newlines++;
    }
    else if (byte != '\r')
    {
        response->newlines = 0;
    }
}

void response_take(struct response *response, const unsigned char *data, rt_size_t length)
{
    board_clock_pause();
    response->total += length;
    while (length-- > 0)
    {
        take_byte(response, *data++);
    }
    board_clock_resume();
}

rt_bool_t response_is_whole(const struct response *response)
{
    return response->body >= response->expected;
}
