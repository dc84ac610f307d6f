/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A TLS client as the meter sees it. An image holds one: the package's here, a
 * peer's in its place to be measured in the same way.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <rtthread.h>

#include "response.h"

/*
 * One session: connects with the host verified, sends the request, hands
 * the answer to response_take() until response_is_whole() or the end, gives
 * everything back, and calls meter_mark() on the way. Reads into a buffer of
 * CLIENT_BUFFER bytes that it takes from the heap.
 *
 * Returns 0 if the peer was verified, or the client's code of the failure.
 */
#define CLIENT_BUFFER   1024

int client_run(const char *host, const char *port, const char *request, struct response *response);

/* Bytes of stack to run it on. */
extern const rt_uint32_t client_stack;

#endif /* CLIENT_H */
