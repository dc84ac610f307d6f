/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A store of roots, in memory and in a file: both pass or neither, both give the same
 * candidates, and after any change of a byte neither gives any. The input is a byte,
 * which asks for a correct header, then the store.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rtthread.h>

#include "../../ports/src/engine/tls_engine.h"
#include "../../ports/src/trust/tls_trust_search.h"
#include "fuzz.h"

#include "mbedtls/sha256.h"

#define ROOT_MAX                8192    /* in tls_trust_file.c */

static int file = -1;
static char path[40];
static mbedtls_x509_crt child;          /* the certificate whose issuer is searched */

static void prepare(void)
{
    file = memfd_create("store", 0);
    FUZZ_CHECK(file >= 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    mbedtls_x509_crt_init(&child);
}

static void write_file(const unsigned char *store, size_t size)
{
    FUZZ_CHECK(ftruncate(file, 0) == 0);
    FUZZ_CHECK(pwrite(file, store, size, 0) == (ssize_t)size);
}

static void put_number(unsigned char *at, size_t value)
{
    int i;

    for (i = 3; i >= 0; i--, value >>= 8)
    {
        at[i] = (unsigned char)value;
    }
}

static void put_header(unsigned char *store, size_t size)
{
    memcpy(store, TLS_STORE_MAGIC, TLS_STORE_DIGEST);
    put_number(store + TLS_STORE_LENGTH, size);
    FUZZ_CHECK(tls_engine_sha256(store + TLS_STORE_LENGTH, size - TLS_STORE_LENGTH, store + TLS_STORE_DIGEST, 0) == 0);
}

/* How many candidates the search that is in use finds for a name. */
static int candidates(const unsigned char *name, int (*find)(struct tls_trust_search *search))
{
    struct tls_trust_search search;
    const mbedtls_x509_crt *each;
    int count = 0;

    memset(&search, 0, sizeof(search));
    search.child = &child;
    memcpy(search.name, name, TLS_TRUST_NAME_SIZE);
    if (find(&search) == 0)
    {
        for (each = search.candidates; each != NULL; each = each->next)
        {
            count++;
        }
    }
    tls_trust_drop(&search);

    return count;
}

static const unsigned char *memory;

static int find_in_memory(struct tls_trust_search *search)
{
    return tls_store_search(memory, search);
}

static int offer(void *context, const struct tls_store_root *root)
{
    return tls_store_offer(context, root);
}

static int find_in_file(struct tls_trust_search *search)
{
    struct tls_trust_changes *changes = tls_trust_lock();
    int ret = changes->visit(search->name, offer, search);

    tls_trust_unlock();

    return ret;
}

/* A store that was accepted, then changed at a place that its own bytes choose. */
static void check_damage(unsigned char *store, size_t size, const unsigned char *name)
{
    size_t at = (store[TLS_STORE_DIGEST] << 8 | store[TLS_STORE_DIGEST + 1]) % size;

    store[at] ^= 1;
    FUZZ_CHECK(tls_trust_use(store, size) == TLS_ERR_STORE);
    write_file(store, size);
    FUZZ_CHECK(candidates(name, find_in_file) == 0);
    FUZZ_CHECK(tls_trust_use_file(path, NULL) == TLS_ERR_STORE);
    store[at] ^= 1;
    write_file(store, size - 1);
    FUZZ_CHECK(candidates(name, find_in_file) == 0);
}

static void check_roots(unsigned char *store, size_t size)
{
    const unsigned char *at = store + TLS_STORE_ROOTS;
    unsigned char name[TLS_TRUST_NAME_SIZE] = { 0 };
    struct tls_store_root root;

    memory = store;
    while (at < store + size)
    {
        tls_store_read(at, &root);
        FUZZ_CHECK(root.next > at && root.next <= store + size);
        memcpy(name, root.name, sizeof(name));
        FUZZ_CHECK(candidates(name, find_in_memory) == candidates(name, find_in_file));
        at = root.next;
    }
    FUZZ_CHECK(at == store + size);
    check_damage(store, size, name);
}

static void check_store(unsigned char *store, size_t size)
{
    int in_memory = tls_trust_use(store, size);

    write_file(store, size);
    if (size < ROOT_MAX)
    {
        FUZZ_CHECK(in_memory == tls_trust_use_file(path, NULL));
    }
    if (size < ROOT_MAX && in_memory == 0)
    {
        check_roots(store, size);
    }
    FUZZ_CHECK(tls_trust_use(TLS_TRUST_NOTHING, 0) == 0);
}

static void one(const uint8_t *data, size_t size)
{
    unsigned is_mended = fuzz_byte(&data, &size) & 1;
    unsigned char *store = malloc(size > 0 ? size : 1);

    FUZZ_CHECK(store != NULL);
    if (size > 0)
    {
        memcpy(store, data, size);
    }
    if (is_mended && size >= TLS_STORE_ROOTS)
    {
        put_header(store, size);
    }
    check_store(store, size);
    free(store);
}

FUZZ_HARNESS(store, one, prepare)
