/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Takes the place of a peer's library in the empty image: the functions that the
 * client calls, without content.
 */
#include <rtthread.h>

#include "peer.h"

int peer_open(struct peer **peer, const char *host, const char *port)
{
    RT_UNUSED(peer);
    RT_UNUSED(host);
    RT_UNUSED(port);
    return -1;
}

int peer_write(struct peer *peer, const void *data, size_t length)
{
    RT_UNUSED(peer);
    RT_UNUSED(data);
    RT_UNUSED(length);
    return -1;
}

int peer_read(struct peer *peer, void *data, size_t length)
{
    RT_UNUSED(peer);
    RT_UNUSED(data);
    RT_UNUSED(length);
    return -1;
}

void peer_close(struct peer *peer)
{
    RT_UNUSED(peer);
}
