/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Looks for the roots that may have issued a certificate. For client; tls_trust.h
 * is for applications. Thread safety and waits are as there.
 */
#ifndef TLS_TRUST_FIND_H
#define TLS_TRUST_FIND_H

#include "tls_trust.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Find the roots with the name of a certificate's issuer, for the engine's call-back
 * (mbedtls_ssl_conf_ca_cb).
 *
 * @param extra       certificates that the session trusts as well; RT_NULL: none
 * @param child       the certificate; must outlive the candidates
 * @param candidates  receives a list in the heap, to be freed with
 *                    mbedtls_x509_crt_free() and tls_free(); RT_NULL: none
 * @return 0, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_trust_find(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates);

/**
 * @return non-zero if one of the candidates has not expired
 */
int tls_trust_has_valid(const mbedtls_x509_crt *candidates);

/** Free the candidates, and set the list to RT_NULL. */
void tls_trust_release(mbedtls_x509_crt **candidates);

/**
 * @return non-zero if a root that has not expired has the name of a certificate's
 *         issuer
 */
int tls_trust_knows_valid(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *crt);

/**
 * Check that there is a root. Reads the folder of roots, if menuconfig selects it,
 * and warns of files in it that cannot be read.
 *
 * @return 0, TLS_ERR_NO_ROOTS, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_trust_check(const mbedtls_x509_crt *extra);

/**
 * Whether a root has the name of a certificate's issuer. If the engine does not trust
 * the certificate, this is another root of that name, or one that this build cannot
 * use.
 *
 * @param missing  receives the kind of its key (tls_engine_key.kind) if that is not
 *                 compiled in, else 0
 * @return non-zero if there is one
 */
int tls_trust_knows_issuer(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *crt, int *missing);

/**
 * Whether a root has the common name of a certificate's issuer, in any encoding and
 * whatever the rest of the name is. With PKG_MBEDTLS_DIAGNOSE.
 */
int tls_trust_has_alike(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *crt);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_FIND_H */
