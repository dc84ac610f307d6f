/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The roots that a session trusts.
 */
#ifndef TLS_TRUST_H
#define TLS_TRUST_H

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Load the compiled-in roots, and those of the folder PKG_MBEDTLS_CERTS_DIR
 * where that is selected. A compiled-in root stays in ROM: the heap holds what
 * the engine notes about it. A root that this configuration of the engine cannot
 * read (a curve or hash that is not compiled in) is passed over with a warning.
 *
 * @param chain  initialised and empty; receives the roots and is to be freed
 *               with mbedtls_x509_crt_free(), which also undoes a failed load
 * @return the number of roots, TLS_ERR_NO_ROOTS, or
 *         MBEDTLS_ERR_X509_ALLOC_FAILED; does not wait, but for the file system
 */
int tls_trust_load(mbedtls_x509_crt *chain);

/**
 * @return non-zero if a trusted root bears the name of a certificate's issuer;
 *         for one that the engine does not trust that means another key
 */
int tls_trust_knows_issuer(const mbedtls_x509_crt *chain, const mbedtls_x509_crt *crt);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_H */
