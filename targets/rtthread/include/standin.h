/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Controls of the stand-in kernel for tests: faults, clocks, counters.
 *
 * None of this exists on a device, so device code never includes this header.
 * Every function may be called from any thread.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Heap. A block counts with its size rounded up to RT_ALIGN_SIZE and the
 * header that the kernel's allocator keeps on a 32-bit device, so that the
 * numbers of `free` compare with a device's.
 */
struct standin_heap_stats
{
    rt_size_t   total;          /* bytes there are */
    rt_size_t   used;           /* bytes in live blocks, with headers */
    rt_size_t   max_used;       /* most of it at any time */
    rt_size_t   blocks;         /* live blocks */
    rt_uint64_t allocations;    /* blocks handed out since the start */
    rt_uint64_t failures;       /* requests refused since the start */
};

void standin_heap_stats(struct standin_heap_stats *stats);

/* Sets the size of the heap. Live blocks stay, even if they exceed it. */
void standin_heap_set_total(rt_size_t total);

/* Resets the maximum to what is used now. */
void standin_heap_reset_max(void);

/*
 * Makes an allocation fail: 1 is the next one, 2 the one after it, and so on;
 * 0 ends the fault. With permanent, all later ones fail too. Thread stacks and
 * kernel objects count as they do on a device.
 */
void standin_heap_fail(rt_uint32_t nth, rt_bool_t permanent);

/*
 * Blocks allocated after standin_heap_mark() returned m are younger than m, for
 * the two functions below.
 */
rt_uint64_t standin_heap_mark(void);

/* Counts the live blocks younger than mark; 0 counts all. */
rt_size_t standin_heap_count(rt_uint64_t mark);

/* Prints them, oldest first: number, size, and where they were asked for. */
void standin_heap_dump(rt_uint64_t mark);

/* Ticks: the next rt_tick_get() starts from here. Waits under way are not
 * touched. standin_tick_advance() jumps ahead. */
void standin_tick_set(rt_tick_t tick);
void standin_tick_advance(rt_tick_t ticks);

/*
 * Clock: time() is this many seconds after 1970, and runs on. 0 is a board
 * whose clock has not been set.
 */
void standin_rtc_set(rt_int64_t seconds);

/* A board without a clock: time() is -1, set_date() and its kin fail. */
void standin_rtc_set_absent(rt_bool_t absent);

/* Random sources. */
enum standin_random
{
    STANDIN_RANDOM_GOOD,        /* fresh bytes from the host */
    STANDIN_RANDOM_ABSENT,      /* no device; the board's hook reports failure */
    STANDIN_RANDOM_STUCK,       /* the same word for ever, reported as success */
    STANDIN_RANDOM_ERROR        /* present, but fails: no context, an error from the hook */
};

/* How the hardware generator behind hw_rng.h behaves. */
void standin_rng_set(enum standin_random behaviour);

/* How the board's own hook, tls_random_board(), behaves. */
void standin_board_random_set(enum standin_random behaviour);

/*
 * The file in place of the memory in which a board keeps its seed, two slots
 * of 64 bytes, read and replaced by tls_seed_slot_read() and
 * tls_seed_slot_write(). Without it both report failure. -RT_EINVAL for too
 * long a path.
 */
rt_err_t standin_board_seed_set(const char *path);

/*
 * Names: what getaddrinfo() answers, in the form that --resolve takes:
 *     NAME[:PORT]=ADDRESS[:PORT][,ADDRESS[:PORT]...]
 *     NAME[:PORT]=!nxdomain      no such name, EAI_NONAME
 *     NAME[:PORT]=!fail          the server failed, EAI_FAIL
 *     NAME[:PORT]=!hang          no answer, ever
 *     NAME[:PORT]=!hang:SECONDS  no answer for so long, then EAI_AGAIN
 * IPv6 addresses stand in brackets. Without its own port an address keeps the
 * one that was asked for. Later rules go before earlier ones. Returns RT_EOK,
 * or -RT_EINVAL for text it cannot read.
 */
rt_err_t standin_resolve_add(const char *rule);
void standin_resolve_clear(void);

/* How many results of getaddrinfo() may live at once, as in lwIP, which by
 * default has room for one; one more gets EAI_MEMORY. 0 is no limit. */
void standin_resolve_limit(rt_size_t lists);

/* Results of getaddrinfo() that freeaddrinfo() has not seen yet. */
rt_size_t standin_resolve_live(void);

/* File descriptors open now. */
rt_size_t standin_fd_count(void);

/* Threads started and not ended. */
rt_size_t standin_thread_count(void);

/* Waits until none is left; RT_FALSE if some are left after so long. A limit
 * below zero is none. */
rt_bool_t standin_thread_wait(rt_int32_t ms);

/* Prints the threads: name, priority, stack size. */
void standin_thread_list(void);

#ifdef __cplusplus
}
#endif

#endif /* STANDIN_H */
