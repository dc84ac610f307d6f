/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server's answer: its length and a sum over it. The clock is paused in here.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <rtthread.h>

struct response
{
    rt_size_t   expected;               /* bytes of the body */
    rt_size_t   total;                  /* received, with the head */
    rt_size_t   body;                   /* received of the body */
    rt_uint32_t sum;                    /* of the body, as bench_server.py computes it */
    rt_uint32_t newlines;               /* at the end of the head so far */
};

void response_take(struct response *response, const unsigned char *data, rt_size_t length);
rt_bool_t response_is_whole(const struct response *response);

#endif /* RESPONSE_H */
