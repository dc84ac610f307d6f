/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A network in memory in place of the sockets of a session and a server, with a man
 * in the middle who does what the input says, and a clock that runs only while
 * somebody waits. It takes the place of tls_net_*(), rt_tick_get() and
 * tls_random_bytes() in every harness.
 *
 * The input is a list of edits of 6 bytes and more:
 *
 *   where    bits 0-1: enum net_where; bits 2-4: enum net_edit
 *   unit     the how many-th of its kind: a send, or a handshake message
 *   offset   2 bytes; from the end if bit 15 is set
 *   length   of the bytes that follow
 */
#ifndef FUZZ_NET_H
#define FUZZ_NET_H

#include <stddef.h>
#include <stdint.h>

enum net_where
{
    NET_TO_SERVER,                      /* bytes on their way */
    NET_TO_CLIENT,
    NET_BY_CLIENT,                      /* handshake messages before they are hashed and encrypted */
    NET_BY_SERVER,
};

enum net_edit
{
    NET_XOR,                            /* bytes with the edit's */
    NET_SET,
    NET_CUT,                            /* what follows the offset */
    NET_INSERT,
    NET_DROP,                           /* the unit; a message: nothing */
    NET_REPEAT,
    NET_DELAY,                          /* behind the next one */
    NET_REPLACE,
};

/** Begin with an empty network; step lets the server work without waiting. */
void net_begin(const uint8_t *edits, size_t size, void (*step)(void));

/** Free what is under way. */
void net_end(void);

/** @return non-zero if the input changes messages of a side */
int net_has_edits(enum net_where where);

/**
 * Apply the input to a message in place.
 *
 * @return its new length, at most the old one
 */
size_t net_edit_message(enum net_where where, uint8_t *message, size_t length);

/** Let time pass. */
void net_wait(uint32_t milliseconds);

/** @return milliseconds since the start of the program */
uint64_t net_time(void);

/** The bytes on the way to the client so far, and to the server. */
extern size_t net_bytes[2];

#endif /* FUZZ_NET_H */
