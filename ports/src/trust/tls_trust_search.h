/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Searches all places that hold roots. For the files of tls_trust.
 */
#ifndef TLS_TRUST_SEARCH_H
#define TLS_TRUST_SEARCH_H

#include "tls_trust_store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A search for the issuer of a certificate. */
struct tls_trust_search
{
    const mbedtls_x509_crt *child;      /* the certificate; RT_NULL: see alike */
    unsigned char name[TLS_TRUST_NAME_SIZE];    /* hash of its issuer's name */
    mbedtls_x509_crt *candidates;       /* found so far */
    int missing;                        /* kind of key of a root of that name, if it is not compiled in */
    int roots;                          /* counted so far */
    const mbedtls_x509_buf *alike;      /* without child: look for this common name; RT_NULL: only count */
    int is_alike;                       /* a root has it */
};

/**
 * Add a root of a store to a search.
 *
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_store_offer(struct tls_trust_search *search, const struct tls_store_root *root);

/**
 * Add the roots of a store to a search.
 *
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_store_search(const unsigned char *store, struct tls_trust_search *search);

/** What can change at run time; access needs the lock. */
struct tls_trust_changes
{
    const unsigned char *store;
    struct tls_trust_root *added;
    /** For a store in a file: visits the roots with a name, all for RT_NULL; if it fails, none of them counts. */
    int (*visit)(const unsigned char *name, tls_store_visit visit, void *context);
    int visited;                        /* roots in that store */
};

/** The lock is held while roots are searched, in memory or in a file, never for a network. */
struct tls_trust_changes *tls_trust_lock(void);
void tls_trust_unlock(void);

/**
 * Use a function instead of tls_store_search(tls_store) from now on. tls_trust_lock()
 * calls it, so an image that never changes roots links neither the lock nor the code
 * behind it.
 */
void tls_trust_set_search(int (*search)(struct tls_trust_search *search));

/*
 * tls_trust_alike.c, with PKG_MBEDTLS_DIAGNOSE: compare a root's common name with that of
 * a search, whatever the encoding. A label of a store is in UTF-8.
 */
void tls_trust_compare_label(struct tls_trust_search *search, const unsigned char *label, size_t length);
void tls_trust_compare_name(struct tls_trust_search *search, const mbedtls_x509_name *name);

/** @return the common name, else the last attribute */
const mbedtls_x509_buf *tls_trust_common_name(const mbedtls_x509_name *name);

/** Free the candidates. */
void tls_trust_drop(struct tls_trust_search *search);

/** Hash a name: names that the engine considers equal have the same hash. */
void tls_trust_hash(const mbedtls_x509_buf *name, unsigned char *hash);

/**
 * Parse a certificate in DER, without a copy.
 *
 * @param parsed  to be freed with tls_trust_free(), after a failure, too
 * @return 0, MBEDTLS_ERR_X509_ALLOC_FAILED, or another code of the engine
 */
int tls_trust_parse(mbedtls_x509_crt **parsed, const unsigned char *der, size_t length);

/** Free a list of certificates; RT_NULL does nothing. */
void tls_trust_free(mbedtls_x509_crt *parsed);

/**
 * Add a certificate to a search, if it may issue others.
 *
 * @param parsed  loses its key to the candidate
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_trust_offer(struct tls_trust_search *search, mbedtls_x509_crt *parsed);

/** The same for a certificate in DER that was parsed before; not needed afterwards. */
int tls_trust_offer_der(struct tls_trust_search *search, const unsigned char *der, size_t length);

/**
 * Add the files of PKG_MBEDTLS_CERTS_DIR to a search. When roots are counted, warns
 * of files that cannot be read.
 *
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_trust_search_folder(struct tls_trust_search *search);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_SEARCH_H */
