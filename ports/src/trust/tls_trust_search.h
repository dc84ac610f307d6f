/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A search through all places that have roots. For the files of tls_trust.
 */
#ifndef TLS_TRUST_SEARCH_H
#define TLS_TRUST_SEARCH_H

#include "tls_trust_store.h"

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

#endif /* TLS_TRUST_SEARCH_H */
