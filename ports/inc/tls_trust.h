/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The roots (trust anchors) that sessions verify servers with.
 *
 * The roots that menuconfig selects are one block of constant data, the store, which
 * all sessions share. To verify a certificate, the engine gets every root with the
 * name of its issuer as a candidate; candidates take heap only while a chain is being
 * verified. The engine checks signatures, dates and path length.
 *
 * Candidates also come from:
 *
 * - roots that the application adds at run time (tls_trust_add),
 * - certificates that it has parsed into session->cacert, for that session,
 * - the files of PKG_MBEDTLS_CERTS_DIR, if menuconfig selects it; each look-up reads
 *   them, one at a time.
 *
 * Another store, made by "tools/roots compile --store", can replace the compiled-in
 * one at run time: from memory (tls_trust_use) or from a file (tls_trust_use_file).
 *
 *     static struct tls_trust_root own;
 *
 *     tls_trust_use(TLS_TRUST_NOTHING, 0);            from now on only this root:
 *     ret = tls_trust_add(&own, own_der, sizeof(own_der));
 *
 * All functions may be called from any thread while sessions are in use, but not
 * from an interrupt. A change applies to look-ups that begin after it; connected
 * sessions are not affected. When tls_trust_use() or tls_trust_remove() returns,
 * nothing refers to the old store or root any more, not even a handshake in progress:
 * its memory may be freed. A call waits for a look-up in another thread: some
 * milliseconds, or as long as reading the file of tls_trust_use_file() takes; never
 * for a network.
 *
 * A root's own signature is not checked, so a root in a store does not need its
 * signature's hash or algorithm in the build. It needs its kind of key: RSA, or a
 * curve (menuconfig, Curves). Roots of other kinds are skipped; if one is the issuer
 * that a session needs, the report says which option to select.
 */
#ifndef TLS_TRUST_H
#define TLS_TRUST_H

#include <stddef.h>

#include "tls_config.h"
#include "tls_error.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the hash of a name by which roots are found. */
#define TLS_TRUST_NAME_SIZE     8

/** A root that the application adds: provides the memory; its members are private. */
struct tls_trust_root
{
    const unsigned char *der;
    size_t length;
    unsigned char name[TLS_TRUST_NAME_SIZE];
    struct tls_trust_root *next;
};

/**
 * Trust one more root.
 *
 * @param root    the application's; like der it must stay unchanged until
 *                tls_trust_remove()
 * @param der     the certificate, DER, not copied; not PEM
 * @param length  bytes of der
 * @return 0
 *         TLS_ERR_ROOT_NOT_CA       it may not issue certificates for servers: no
 *                                   basicConstraints with CA:TRUE, a keyUsage
 *                                   without keyCertSign, or an extendedKeyUsage
 *                                   without serverAuth. Pin its key instead
 *                                   (options.pins)
 *         TLS_ERR_ROOT_STATE        root was added before
 *         MBEDTLS_ERR_X509_ALLOC_FAILED
 *         or another code of the engine's parser: not a certificate, an unknown
 *         critical extension, or an algorithm that is not compiled in, of its key or
 *         (unlike in a store) of its signature
 */
int tls_trust_add(struct tls_trust_root *root, const unsigned char *der, size_t length);

/**
 * No longer trust a root that was added.
 *
 * @return 0, or TLS_ERR_ROOT_STATE: it is not among them
 */
int tls_trust_remove(struct tls_trust_root *root);

/** For tls_trust_use(): a store without roots. */
#define TLS_TRUST_NOTHING       tls_trust_nothing
extern const unsigned char tls_trust_nothing[];

/**
 * Replace the store. The new one is checked completely first; if it is refused,
 * nothing changes.
 *
 * @param store   what "tools/roots compile --store" wrote, in RAM or in flash that
 *                can be read like RAM; not copied, must stay unchanged until it is
 *                replaced. RT_NULL: the compiled-in one. TLS_TRUST_NOTHING: none
 * @param length  its bytes; ignored for those two
 * @return 0, or TLS_ERR_STORE: damaged, cut short, or of another version
 */
int tls_trust_use(const unsigned char *store, size_t length);

/**
 * Replace the store by a file. Each look-up reads the file from begin to end, so it
 * takes no heap; it finds no root, and logs an error, if the file has changed since
 * this call. To update the file, use another store, write the file, and call this
 * again. Needs PKG_MBEDTLS_TRUST_FILE.
 *
 * The store decides whom the device trusts. With a digest from an authentic message
 * the file may come from anywhere; without one, it must come from a place that
 * only the device can write.
 *
 * @param path    the file; not copied, must stay until the store is replaced
 * @param digest  SHA-256 that the file must have, 32 bytes; RT_NULL: only the digest
 *                in the file is checked
 * @return 0
 *         TLS_ERR_STORE             damaged, cut short, of another version, or
 *                                   not the one with this digest
 *         TLS_ERR_STORE_FILE        the file cannot be opened or read
 *         MBEDTLS_ERR_X509_ALLOC_FAILED
 *         After a failure the old store is in use. Waits for the file system.
 */
int tls_trust_use_file(const char *path, const unsigned char *digest);

/** A root, to be shown. Pointers are valid during the call. */
struct tls_trust_info
{
    const char *label;                  /* its common name, or organisation; UTF-8, not terminated */
    size_t label_length;                /* bytes */
    const char *key;                    /* "RSA", "EC" */
    unsigned bits;                      /* of the key */
    int is_usable;                      /* its kind of key is compiled in */
    int is_added;                       /* by tls_trust_add(), not in the store */
    mbedtls_x509_time valid_from;
    mbedtls_x509_time valid_to;         /* year 9999: none */
};

/**
 * List the roots of the store, and those that were added.
 *
 * @param show     called for each; a non-zero result ends the list; must not call
 *                 functions of this header
 * @param context  passed to show
 * @return the number of roots shown; MBEDTLS_ERR_X509_ALLOC_FAILED (added roots are
 *         parsed); TLS_ERR_STORE or TLS_ERR_STORE_FILE: the file of
 *         tls_trust_use_file() has changed or cannot be read
 */
int tls_trust_each(int (*show)(void *context, const struct tls_trust_info *info), void *context);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_H */
