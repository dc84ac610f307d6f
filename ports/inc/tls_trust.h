/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whom sessions trust: the trust anchors ("roots").
 *
 * The roots that menuconfig selects are one block of constant data, the store.
 * Sessions share it and hold nothing of it: when the engine wants to know who may
 * have issued a certificate, every root of that name is put into the heap as a
 * candidate for as long as the certificates are checked, and the engine checks
 * the signature, the dates and the path length by itself.
 *
 * Beside the store, these are looked through for candidates:
 *
 * - roots that the application adds at run time (tls_trust_add),
 * - certificates that it has parsed into session->cacert, for that session,
 * - the files of PKG_MBEDTLS_CERTS_DIR, if menuconfig selects that, read one at a
 *   time whenever a name is looked up.
 *
 * The store can be replaced at run time by another one, made by "tools/roots
 * compile --store": from memory (tls_trust_use) or from a file
 * (tls_trust_use_file).
 *
 *     static struct tls_trust_root own;
 *
 *     tls_trust_use(TLS_TRUST_NOTHING, 0);            only the own one from now on
 *     ret = tls_trust_add(&own, own_der, sizeof(own_der));
 *
 * All functions may be called from any thread while sessions are in use, but not
 * from an interrupt. A change counts for look-ups that begin after it; sessions
 * that are connected stay so. When tls_trust_use() or tls_trust_remove() returns,
 * nothing refers to what was replaced or removed, not even a handshake that is
 * under way: its memory may be freed at once. A call waits while another thread
 * is in the middle of a look-up: for milliseconds, or for as long as it takes to
 * read the file of tls_trust_use_file(); never for a network.
 *
 * A root's own signature is never checked, and no hash or algorithm that it was
 * made with is needed for roots in a store. A root's key has to be of a kind that
 * is compiled in: RSA, or a curve (menuconfig, Curves). Other roots of a store
 * are passed over, until one is the issuer that is looked for; then the report
 * says what to enable.
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

/** A root in the application's memory; private but for its being there. */
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
 * @param root    receives what the look-up needs; like der it belongs to the
 *                application and must stay as it is until tls_trust_remove()
 * @param der     the certificate, DER, not copied; PEM is not understood
 * @param length  bytes of der
 * @return 0
 *         TLS_ERR_ROOT_NOT_CA       it may not issue certificates for servers: no
 *                                   basicConstraints with CA:TRUE, a keyUsage
 *                                   without keyCertSign, or an extendedKeyUsage
 *                                   without serverAuth. Pin its key instead
 *                                   (options.pins)
 *         TLS_ERR_ROOT_STATE        root has been added before
 *         MBEDTLS_ERR_X509_ALLOC_FAILED
 *         or another code of the engine's parser: it is no certificate, has a
 *         critical extension that is not known, or an algorithm that is not
 *         compiled in (of its key, or of its signature: this form is read by the
 *         engine, which wants to know the hash there, too)
 */
int tls_trust_add(struct tls_trust_root *root, const unsigned char *der, size_t length);

/**
 * No longer trust a root that was added.
 *
 * @return 0, or TLS_ERR_ROOT_STATE: it was not there
 */
int tls_trust_remove(struct tls_trust_root *root);

/** For tls_trust_use(): a store without roots. */
#define TLS_TRUST_NOTHING       tls_trust_nothing
extern const unsigned char tls_trust_nothing[];

/**
 * Use another store in the place of the present one. It is checked whole before
 * it counts; a store that is refused changes nothing.
 *
 * @param store   a file that "tools/roots compile" wrote, in RAM, or in flash
 *                that can be read like RAM; not copied, and must stay as it is
 *                until another one is used. RT_NULL: the compiled-in one.
 *                TLS_TRUST_NOTHING: none
 * @param length  its bytes; not looked at for those two
 * @return 0, or TLS_ERR_STORE: damaged, cut short, or of another version
 */
int tls_trust_use(const unsigned char *store, size_t length);

/**
 * Use a store in a file. It stays there: each look-up reads it through, so that it
 * takes no heap, and finds nothing, with a line in the log, if the file is not the
 * one any more that was checked here. To replace the file, use another store,
 * write the file, and use it again. Needs PKG_MBEDTLS_TRUST_FILE.
 *
 * What is inside a store decides whom the device trusts, so where it comes from
 * matters: a store with a digest that an authentic message has told can come from
 * anywhere, one without is to come from a place that only the device can write.
 *
 * @param path    the file; not copied, must stay until another store is used
 * @param digest  SHA-256 that the file must have, 32 bytes; RT_NULL: whatever is
 *                whole by the digest that it carries
 * @return 0
 *         TLS_ERR_STORE             damaged, cut short, of another version, or
 *                                   not the one with this digest
 *         TLS_ERR_STORE_FILE        the file cannot be opened or read
 *         MBEDTLS_ERR_X509_ALLOC_FAILED
 *         Then the store is as it was before. Waits for the file system.
 */
int tls_trust_use_file(const char *path, const unsigned char *digest);

/** A root, for people. What is pointed at lives as long as the call. */
struct tls_trust_info
{
    const char *label;                  /* its common name, or organisation; UTF-8, not terminated */
    size_t label_length;                /* bytes */
    const char *key;                    /* "RSA", "EC" */
    unsigned bits;                      /* of the key */
    int is_usable;                      /* its kind of key is compiled in */
    int is_added;                       /* by tls_trust_add(), not of the store */
    mbedtls_x509_time valid_from;
    mbedtls_x509_time valid_to;         /* year 9999: no end */
};

/**
 * List the roots of the store, and those that were added.
 *
 * @param show     called for each; ends the list by returning non-zero; may not
 *                 call functions of this header
 * @param context  for it
 * @return the number of roots shown, MBEDTLS_ERR_X509_ALLOC_FAILED (roots that
 *         were added are parsed), or TLS_ERR_STORE or TLS_ERR_STORE_FILE: the file
 *         of tls_trust_use_file() has changed or cannot be read
 */
int tls_trust_each(int (*show)(void *context, const struct tls_trust_info *info), void *context);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_H */
