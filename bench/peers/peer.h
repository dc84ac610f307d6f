/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A session of a peer's library, as small as it can be written: the code
 * behind these four functions counts as the library's. All of its memory,
 * buffers and contexts included, is taken from the heap in peer_open().
 */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>

struct peer;

/*
 * Connects and shakes hands: with the server's chain verified up to the root,
 * its name, and its dates by time(). Returns 0, or the library's code of the
 * failure, in which case *peer is NULL and nothing is left behind.
 */
int peer_open(struct peer **peer, const char *host, const char *port);

/* Returns length, or a number that is not. */
int peer_write(struct peer *peer, const void *data, size_t length);

/* Returns how many bytes came, 0 or less at the end. */
int peer_read(struct peer *peer, void *data, size_t length);

void peer_close(struct peer *peer);

#endif /* PEER_H */
