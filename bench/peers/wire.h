/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The board's link as a peer's library wants it: a connection to send to and to
 * receive from, with a limit on every wait. It counts as the board's, as the
 * package's network does.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>

/* Returns 0, or -1 if the server does not answer. */
int wire_open(const char *host, const char *port);

/* Sends all of it. Returns length, or -1 if the connection is gone. */
int wire_send(const void *data, size_t length);

/*
 * Receives length bytes: fewer only at the end of the stream or if they do not
 * come in time. Returns how many, 0 at the end, -1 on a reset or if none came.
 */
int wire_receive(void *data, size_t length);

void wire_close(void);

#endif /* WIRE_H */
