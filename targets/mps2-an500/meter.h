/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The meter: instructions, heap and network of one session, recorded event by
 * event, for bench/measure/record.py.
 *
 * Its clock is board_clock_counted(): it counts instructions in units of
 * METER_INSTRUCTIONS, and is paused while the meter records.
 */
#ifndef METER_H
#define METER_H

#include <rtthread.h>

/* Instructions of a tick of the 25 MHz clock under -icount shift=0. */
#define METER_INSTRUCTIONS  40

/* Addresses of callers that an event keeps, the innermost first. */
#define METER_SITES         6

enum meter_kind
{
    METER_MARK,                         /* value: enum meter_mark */
    METER_ALLOC,                        /* value: bytes asked for, address: the block */
    METER_FREE,                         /* value: bytes of the block */
    METER_ALLOC_FAILED,                 /* value: bytes asked for */
    METER_SEND,                         /* value: bytes */
    METER_RECEIVE                       /* value: bytes; 0: the end */
};

/* Moments in the life of a session. */
enum meter_mark
{
    METER_BEGIN,                        /* no memory is taken yet */
    METER_CONNECTED,                    /* the handshake is over, the peer verified */
    METER_REQUESTED,                    /* the request is sent */
    METER_RECEIVED,                     /* the last byte of the response is read */
    METER_END                           /* all memory is freed */
};

struct meter_event
{
    rt_uint32_t kind;
    rt_uint32_t value;
    rt_uint32_t address;
    rt_uint32_t clock;                  /* since meter_start() */
    rt_uint32_t sites[METER_SITES];     /* return addresses; 0: none */
};

/* Starts a new record, and stops it. */
void meter_start(void);
void meter_stop(void);

/* Writes the record to a file of the host. RT_FALSE if it is not whole. */
rt_bool_t meter_save(const char *name);

void meter_mark(enum meter_mark mark);
void meter_record(enum meter_kind kind, const void *address, rt_size_t value);

#endif /* METER_H */
