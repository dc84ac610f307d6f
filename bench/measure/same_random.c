/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes the openssl command draw the same "random" numbers in each run, chosen
 * by SAME_RANDOM in its environment: preloaded, it replaces the calls from which
 * OpenSSL seeds its generator. The server's keys and signatures decide how many
 * instructions a client takes, by half a per cent. For measuring only: there are
 * no secrets this way. Not for programs with several threads.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>

#define FIXED_SEED      0x9E3779B97F4A7C15u
#define FIXED_NUMBER    4711
#define FIXED_TIME      1700000000

int getentropy(void *buffer, size_t length)
{
    static uint64_t state;
    unsigned char *bytes = buffer;

    if (state == 0)
    {
        const char *seed = getenv("SAME_RANDOM");

        state = FIXED_SEED + (seed != NULL ? strtoul(seed, NULL, 10) : 0);
    }
    while (length-- > 0)
    {
        state = state * 6364136223846793005u + 1442695040888963407u;
        *bytes++ = (unsigned char)(state >> 56);
    }
    return 0;
}

ssize_t getrandom(void *buffer, size_t length, unsigned int flags)
{
    (void)flags;
    return getentropy(buffer, length) == 0 ? (ssize_t)length : -1;
}

/* These go into the seed as well. */
pid_t getpid(void)
{
    return FIXED_NUMBER;
}

pthread_t pthread_self(void)
{
    return (pthread_t)FIXED_NUMBER;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    now->tv_sec = FIXED_TIME;
    now->tv_nsec = 0;
    return 0;
}

/*
 * The address of a generator goes into its seed too, so memory lies at the same
 * place in each run: handed out in a row, and never used again.
 */
#define MEMORY_START    ((char *)0x510000000000)
#define MEMORY_SIZE     ((size_t)1 << 32)
#define ALIGNMENT       16

static char *memory_next;

static void *take(size_t size, size_t alignment)
{
    uintptr_t start;

    if (memory_next == NULL)
    {
        memory_next = mmap(MEMORY_START, MEMORY_SIZE, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (memory_next != MEMORY_START)
        {
            memory_next = NULL;
            errno = ENOMEM;
            return NULL;
        }
    }
    /* The size stands before the block, for realloc(). */
    start = ((uintptr_t)memory_next + sizeof(size_t) + alignment - 1) & ~(uintptr_t)(alignment - 1);
    if (size > MEMORY_SIZE || start + size > (uintptr_t)MEMORY_START + MEMORY_SIZE)
    {
        errno = ENOMEM;
        return NULL;
    }
    ((size_t *)start)[-1] = size;
    memory_next = (char *)start + size;
    return (void *)start;
}

void *malloc(size_t size)
{
    return take(size, ALIGNMENT);
}

void *calloc(size_t count, size_t size)
{
    size_t bytes;

    return __builtin_mul_overflow(count, size, &bytes) ? NULL : take(bytes, ALIGNMENT);
}

void *realloc(void *old, size_t size)
{
    void *block = take(size, ALIGNMENT);
    size_t old_size = old != NULL ? ((size_t *)old)[-1] : 0;

    return block != NULL && old != NULL ? memcpy(block, old, old_size < size ? old_size : size) : block;
}

void free(void *block)
{
    (void)block;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return take(size, alignment < ALIGNMENT ? ALIGNMENT : alignment);
}

void *memalign(size_t alignment, size_t size)
{
    return aligned_alloc(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    *block = aligned_alloc(alignment, size);
    return *block != NULL ? 0 : ENOMEM;
}
