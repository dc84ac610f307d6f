/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A peer's library, used as client_package.c uses the package.
 */
#include <string.h>

#include "../image/client.h"
#include "meter.h"
#include "peer.h"

/* More than any of them uses: the use is measured. */
const rt_uint32_t client_stack = 24 * 1024;

static void talk(struct peer *peer, unsigned char *buffer, const char *request, struct response *response)
{
    int length = (int)strlen(request);
    int ret = peer_write(peer, request, (size_t)length);

    meter_mark(METER_REQUESTED);
    ret = ret == length ? 1 : 0;
    while (ret > 0 && !response_is_whole(response))
    {
        ret = peer_read(peer, buffer, CLIENT_BUFFER);
        if (ret > 0)
        {
            response_take(response, buffer, (rt_size_t)ret);
        }
    }
    meter_mark(METER_RECEIVED);
}

int client_run(const char *host, const char *port, const char *request, struct response *response)
{
    struct peer *peer = RT_NULL;
    unsigned char *buffer;
    int ret = -1;

    meter_mark(METER_BEGIN);
    buffer = rt_malloc(CLIENT_BUFFER);
    if (buffer != RT_NULL)
    {
        ret = peer_open(&peer, host, port);
        if (ret == 0)
        {
            meter_mark(METER_CONNECTED);
            talk(peer, buffer, request, response);
            peer_close(peer);
        }
        rt_free(buffer);
    }
    meter_mark(METER_END);
    return ret;
}
