/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory of the package and of the engine.
 *
 * The package and the engine allocate with these functions only. The memory comes
 * from RT-Thread's heap, so the shell's `free` shows it, and tls_malloc() and
 * rt_free() may be mixed, as may rt_malloc() and tls_free() (WebClient and
 * paho-mqtt do this).
 *
 * If memory runs out while the engine verifies a certificate, it reports a bad
 * certificate. A struct tls_memory_watch tells the two apart: it counts the
 * allocations of its thread that failed.
 *
 * Any thread may call these functions; interrupts may not. They wait only for the
 * lock of the kernel's heap.
 */
#ifndef TLS_MEMORY_H
#define TLS_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Allocate memory. Its content is undefined.
 *
 * @param size  bytes; 0 gives NULL
 * @return the memory, to be released with tls_free(), or NULL
 */
void *tls_malloc(size_t size);

/**
 * Allocate zeroed memory.
 *
 * @param count  number of objects
 * @param size   bytes of each
 * @return the memory, to be released with tls_free(), or NULL: no memory, or the
 *         product is 0 or overflows size_t
 */
void *tls_calloc(size_t count, size_t size);

/**
 * Release memory. NULL does nothing.
 */
void tls_free(void *memory);

/**
 * Copy a string into new memory.
 *
 * @return the copy, to be released with tls_free(), or NULL
 */
char *tls_strdup(const char *string);

/**
 * Overwrite secrets with zeros. The compiler does not optimise this away.
 */
void tls_zeroize(void *memory, size_t size);

/** Counts failed allocations of one thread; usually on the stack of the caller. */
struct tls_memory_watch
{
    void *thread;                       /* the thread that is watched */
    size_t failures;                    /* failed allocations so far */
    size_t size;                        /* bytes of the first failed one */
    size_t largest;                     /* a longer tls_calloc() fails, uncounted (PKG_MBEDTLS_SSL_VARIABLE_BUFFER) */
    struct tls_memory_watch *next;
};

/**
 * Begin to count the failed allocations of the calling thread. Watches may nest.
 *
 * @param watch  must stay valid until tls_memory_watch_end(); `largest` is set to
 *               no limit, and the caller may lower it to 4096 or more
 */
void tls_memory_watch_begin(struct tls_memory_watch *watch);

/**
 * Stop counting. The counts in the watch stay readable. A second call does nothing.
 */
void tls_memory_watch_end(struct tls_memory_watch *watch);

#ifdef __cplusplus
}
#endif

#endif /* TLS_MEMORY_H */
