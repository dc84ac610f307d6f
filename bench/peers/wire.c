/*
 * SPDX-License-Identifier: Apache-2.0
 */
#include <standin_target.h>

#include "link.h"
#include "wire.h"

/* As the package's default. */
#define WIRE_MS         10000

static rt_uint64_t limit(void)
{
    return standin_target_milliseconds() + WIRE_MS;
}

int wire_open(const char *host, const char *port)
{
    link_open(LINK_STREAM, host, port);
    if (link_wait(limit()) == LINK_OPEN)
    {
        return 0;
    }
    link_close();
    return -1;
}

int wire_send(const void *data, size_t length)
{
    if (link_wait(0) == LINK_RESET)
    {
        return -1;
    }
    link_send(data, length);
    return (int)length;
}

int wire_receive(void *data, size_t length)
{
    rt_size_t received = link_receive(data, length, limit());

    if (received > 0)
    {
        return (int)received;
    }
    return link_wait(0) == LINK_ENDED ? 0 : -1;
}

void wire_close(void)
{
    link_close();
}
