/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The network of this board: UART1 leads to relay.py on the host, which opens
 * TCP connections or UDP sockets for it, one at a time. Both sides send frames: a
 * type, two bytes of length, low byte first, and that many bytes.
 *
 *   to the relay     'C' host, zero, port     connect; closes the connection before
 *                    'U' host, zero, port     the same over UDP
 *                    'D' data; over UDP one datagram
 *                    'X'                      close
 *   to the board     'O' connected            'F' could not connect
 *                    'D' data; over UDP one datagram
 *                    'E' end of the stream    'R' reset by the peer
 *
 * The clock is paused in here.
 */
#ifndef LINK_H
#define LINK_H

#include <rtthread.h>

enum link_state
{
    LINK_CLOSED,
    LINK_CONNECTING,
    LINK_OPEN,
    LINK_ENDED,                         /* all data has been read */
    LINK_RESET,
    LINK_FAILED
};

enum link_kind
{
    LINK_STREAM = 'C',
    LINK_DATAGRAMS = 'U'
};

void link_open(enum link_kind kind, const char *host, const char *port);
void link_close(void);

/* Processes frames that change the state; waits for them until that time at most. */
enum link_state link_wait(rt_uint64_t until_ms);

/* Waits until link_receive() has data, an end or a reset; whether it has. */
rt_bool_t link_wait_data(rt_uint64_t until_ms);

void link_send(const void *data, rt_size_t length);

/*
 * Receives length bytes: fewer only at the end of the stream or if they do not
 * come in time, so that how many calls it takes does not depend on the wire.
 */
rt_size_t link_receive(void *data, rt_size_t length, rt_uint64_t until_ms);

/* Receives one datagram, cut to length bytes; 0 if none comes in time. */
rt_size_t link_receive_datagram(void *data, rt_size_t length, rt_uint64_t until_ms);

#endif /* LINK_H */
