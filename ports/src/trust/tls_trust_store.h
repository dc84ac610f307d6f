/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A store of roots: one block of constant bytes, whose format is described in
 * tools/mbedtls_roots/store.py. For the files of tls_trust.
 */
#ifndef TLS_TRUST_STORE_H
#define TLS_TRUST_STORE_H

#include <stdint.h>

#include "../engine/tls_engine.h"
#include "tls_trust.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A root of a store; its pointers point into the store. */
struct tls_store_root
{
    const unsigned char *name;          /* hash of its name, TLS_TRUST_NAME_SIZE bytes */
    struct tls_engine_key key;
    unsigned char path;                 /* path length that it allows, plus 1; 0: any */
    uint32_t valid_from;                /* seconds since 1970 */
    uint32_t valid_to;                  /* seconds since 1970, TLS_TRUST_NO_END */
    const unsigned char *constraints;   /* like mbedtls_x509_crt.v3_ext */
    size_t constraints_length;
    const unsigned char *label;         /* UTF-8, not terminated */
    size_t label_length;
    const unsigned char *next;          /* the next root, or the end of the store */
};

#define TLS_TRUST_NO_END        0xFFFFFFFFU

/** Offsets in a store. */
#define TLS_STORE_MAGIC         "TRS\001"
#define TLS_STORE_DIGEST        4
#define TLS_STORE_LENGTH        36
#define TLS_STORE_COUNT         40
#define TLS_STORE_ROOTS         44      /* also the length of the header */
#define TLS_STORE_ROOT_SIZE     23      /* of the fields that every root begins with */

/** @return the number in 4 bytes, big-endian */
uint32_t tls_store_number(const unsigned char *at);

/** Read the root at an address in a store; reads TLS_STORE_ROOT_SIZE bytes. */
void tls_store_read(const unsigned char *at, struct tls_store_root *root);

/** Convert seconds since 1970 to the engine's date. */
void tls_store_date(uint32_t seconds, mbedtls_x509_time *date);

/**
 * Check the size of a root in an untrusted store, and read it.
 *
 * @param at    at least TLS_STORE_ROOT_SIZE bytes
 * @param left  bytes from there to the end of the store
 * @return 0, or TLS_ERR_STORE: it does not fit, or its key is of an unknown kind
 */
int tls_store_check_size(const unsigned char *at, size_t left, struct tls_store_root *root);

/**
 * @return non-zero if the engine can compute with an RSA key, or if a point is
 *         uncompressed; the engine checks that it is on the curve
 */
int tls_store_check_key(const struct tls_engine_key *key);

/**
 * Check an untrusted store: the size of every root, and the digest.
 *
 * @return 0, or TLS_ERR_STORE
 */
int tls_store_check(const unsigned char *store, size_t length);

/** Called for each root; a result other than 0 ends the pass. */
typedef int (*tls_store_visit)(void *context, const struct tls_store_root *root);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_STORE_H */
