/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of tls_trust share. Not for applications.
 */
#ifndef TLS_TRUST_PRIVATE_H
#define TLS_TRUST_PRIVATE_H

#include <stdint.h>

#include "../engine/tls_engine.h"
#include "tls_trust.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A search for the issuer of a certificate, through all places. */
struct tls_trust_search
{
    const mbedtls_x509_crt *child;      /* the certificate; RT_NULL: roots are counted only */
    unsigned char name[TLS_TRUST_NAME_SIZE];    /* hash of its issuer's name */
    mbedtls_x509_crt *candidates;       /* found so far */
    int missing;                        /* kind of key of one that is meant, if that is not compiled in */
    int roots;                          /* counted so far */
};

/** A root of a store; points into the store. */
struct tls_store_root
{
    const unsigned char *name;          /* hash of its name, TLS_TRUST_NAME_SIZE bytes */
    struct tls_engine_key key;
    unsigned char path;                 /* path length that it allows, and 1; 0: any */
    uint32_t valid_from;                /* seconds since 1970 */
    uint32_t valid_to;                  /* seconds since 1970, TLS_TRUST_NO_END */
    const unsigned char *constraints;   /* like mbedtls_x509_crt.v3_ext */
    size_t constraints_length;
    const unsigned char *label;         /* UTF-8, not terminated */
    size_t label_length;
    const unsigned char *next;          /* the root behind it, or the end */
};

#define TLS_TRUST_NO_END        0xFFFFFFFFU

/** Places in a store, see tools/mbedtls_roots/store.py, which has the format. */
#define TLS_STORE_MAGIC         "TRS\001"
#define TLS_STORE_DIGEST        4
#define TLS_STORE_LENGTH        36
#define TLS_STORE_COUNT         40
#define TLS_STORE_ROOTS         44      /* also the length of the header */
#define TLS_STORE_ROOT_SIZE     23      /* of what every root begins with */

/** A number of 4 bytes. */
uint32_t tls_store_number(const unsigned char *at);

/** Read the root at a place in a store. Nothing beyond TLS_STORE_ROOT_SIZE bytes is touched. */
void tls_store_read(const unsigned char *at, struct tls_store_root *root);

/** Seconds of a store as the engine's date. */
void tls_store_date(uint32_t seconds, mbedtls_x509_time *date);

/**
 * Add a root of a store to a search.
 *
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_store_offer(struct tls_trust_search *search, const struct tls_store_root *root);

/**
 * Add what a store has to a search.
 *
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_store_search(const unsigned char *store, struct tls_trust_search *search);

/**
 * Check a root of a store from outside.
 *
 * @param at    TLS_STORE_ROOT_SIZE bytes or more
 * @param left  bytes from there to the end of the store
 * @return 0, or TLS_ERR_STORE: it does not fit, or is of no known kind
 */
int tls_store_check_size(const unsigned char *at, size_t left, struct tls_store_root *root);

/**
 * @return non-zero if the engine can compute with an RSA key, or if a point is
 *         uncompressed; whether it is on the curve is checked where it is used
 */
int tls_store_check_key(const struct tls_engine_key *key);

/**
 * Check a store from outside: every place in it, and its digest.
 *
 * @return 0, or TLS_ERR_STORE
 */
int tls_store_check(const unsigned char *store, size_t length);

/** Is shown a root; a result other than 0 ends what shows it. */
typedef int (*tls_store_visit)(void *context, const struct tls_store_root *root);

/** What changes at run time; belongs to whoever holds the lock. */
struct tls_trust_changes
{
    const unsigned char *store;
    struct tls_trust_root *added;
    /** For a store that is not in memory: shows the roots with a name, all for RT_NULL; fails if they do not count. */
    int (*visit)(const unsigned char *name, tls_store_visit visit, void *context);
    int visited;                        /* how many it has */
};

/** The lock is held for work in memory, or on a store in a file, never for a network. */
struct tls_trust_changes *tls_trust_lock(void);
void tls_trust_unlock(void);

/**
 * Searches in place of tls_store_search(tls_store) once something may have changed.
 * RT_NULL until then, so that an image without changes needs neither the lock nor
 * what it protects.
 */
extern int (*tls_trust_search_changed)(struct tls_trust_search *search);

/** Free what was found so far. */
void tls_trust_drop(struct tls_trust_search *search);

/** Names that the engine takes for the same have the same hash. */
void tls_trust_hash(const mbedtls_x509_buf *name, unsigned char *hash);

/**
 * Parse a certificate in DER, which it refers to.
 *
 * @param parsed  to be given back with tls_trust_free(), whatever the result
 * @return 0, MBEDTLS_ERR_X509_ALLOC_FAILED, or another code of the engine
 */
int tls_trust_parse(mbedtls_x509_crt **parsed, const unsigned char *der, size_t length);

/** Free it, and those behind it. NULL does nothing. */
void tls_trust_free(mbedtls_x509_crt *parsed);

/**
 * Add a certificate to a search, if it may issue others.
 *
 * @param parsed  gives its key away
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_trust_offer(struct tls_trust_search *search, mbedtls_x509_crt *parsed);

/** The same of a certificate in DER that was parsed once; it is not needed afterwards. */
int tls_trust_offer_der(struct tls_trust_search *search, const unsigned char *der, size_t length);

/**
 * Add the files of PKG_MBEDTLS_CERTS_DIR to a search. Warns of files that cannot be
 * read when roots are counted.
 *
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_trust_search_folder(struct tls_trust_search *search);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_PRIVATE_H */
