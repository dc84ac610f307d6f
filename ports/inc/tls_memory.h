/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory of the package and of the engine.
 *
 * Every byte that the package or the engine takes comes through these
 * functions; they take it from RT-Thread's heap, so `free` shows it and an
 * application may release with rt_free() what tls_malloc() gave, and the other
 * way round (WebClient and paho-mqtt do).
 *
 * The engine reports an exhausted heap during the verification of a certificate
 * as a bad certificate. A struct tls_memory_watch tells the two apart: it counts
 * the allocations that failed in its own thread while it was in place.
 *
 * All functions are safe to call from any thread, and none of them waits.
 */
#ifndef TLS_MEMORY_H
#define TLS_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Take memory, not initialised.
 *
 * @param size  bytes; 0 gives NULL
 * @return the memory, to be given back with tls_free(), or NULL
 */
void *tls_malloc(size_t size);

/**
 * Take zeroed memory for count objects of size bytes each. A product that
 * overflows size_t gives NULL.
 */
void *tls_calloc(size_t count, size_t size);

/**
 * Give memory back. NULL does nothing.
 */
void tls_free(void *memory);

/**
 * Copy a string into memory of its own.
 *
 * @return the copy, to be given back with tls_free(), or NULL
 */
char *tls_strdup(const char *string);

/**
 * Overwrite memory with zeros in a way that the compiler keeps.
 */
void tls_zeroize(void *memory, size_t size);

/** Allocations of one thread; lives on the stack of the function that watches. */
struct tls_memory_watch
{
    void *thread;                       /* whose allocations count */
    size_t failures;                    /* failed allocations so far */
    size_t size;                        /* bytes of the first one that failed */
    size_t largest;                     /* longer tls_calloc() fail uncounted (PKG_MBEDTLS_SSL_VARIABLE_BUFFER) */
    struct tls_memory_watch *next;
};

/**
 * Begin to count the failed allocations of the calling thread. Watches may be
 * nested; each is ended by tls_memory_watch_end() in the same thread.
 */
void tls_memory_watch_begin(struct tls_memory_watch *watch);

/**
 * Stop counting. The counts in the watch stay readable.
 */
void tls_memory_watch_end(struct tls_memory_watch *watch);

#ifdef __cplusplus
}
#endif

#endif /* TLS_MEMORY_H */
