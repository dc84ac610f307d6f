/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rules for certificate paths that the engine does not check, and the order in which
 * it sees a server's certificates. For client; in builds with PKG_MBEDTLS_PATH_RULES.
 *
 * The engine checks signatures, dates, basic constraints, path lengths and key
 * usage, and refuses unknown critical extensions. It follows a chain forwards only,
 * to the first certificate that has the issuer's name. This part adds:
 *
 * - name constraints (tls_constraints.h), which only a CA may have,
 * - extended key usage of issuers: one that is limited to other purposes may not
 *   issue for TLS servers, as in browsers,
 * - extensions that must be critical or must not be (RFC 5280 4.2.1.1, .2, .6, .11,
 *   .14), and keyCertSign, which only a CA may have (4.2.1.3),
 * - host names: only in dNSName, and no wildcard for a whole top-level domain,
 * - certificates in a wrong order, or several of one name (RFC 8446 4.4.2).
 */
#ifndef TLS_PATH_RULES_H
#define TLS_PATH_RULES_H

#include "tls_path.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Whose certificate is at the end of a path. */
enum tls_path_role
{
    TLS_PATH_SERVER,
    TLS_PATH_CLIENT,
};

/**
 * Check a certificate of a path. To be called for each, from the root down to the
 * peer's own, which ends the path.
 *
 * @param depth  0 for the peer's own
 * @param role   whose that is
 * @return MBEDTLS_X509_BADCERT_* flags, 0: no rule is broken
 */
uint32_t tls_path_check(struct tls_path *path, const mbedtls_x509_crt *crt, int depth, enum tls_path_role role);

/**
 * @param name  a host name, terminated
 * @return non-zero if one of the certificate's alternative names is the host's
 */
int tls_path_names_host(const mbedtls_x509_crt *crt, const char *name);

/**
 * Move the most likely issuer of a certificate directly behind it: one with the key
 * that the certificate names, and of several such one whose own issuer is trusted.
 * The list keeps all its certificates.
 *
 * @param crt         the first of a list that the engine has read from a server
 * @param is_trusted  whether a root has the name of a certificate's issuer
 * @param context     passed to is_trusted
 */
void tls_path_prefer_issuer(mbedtls_x509_crt *crt, int (*is_trusted)(void *context, const mbedtls_x509_crt *crt),
                            void *context);

/**
 * Whether a server's list leads on from a certificate, by names and dates, to one whose
 * issuer is trusted.
 *
 * @param crt         one of the list; those behind it are looked at
 * @param is_trusted  whether a valid root has the name of a certificate's issuer; is
 *                    called a few times at most
 * @param context     passed to is_trusted
 */
int tls_path_leads_on(const mbedtls_x509_crt *crt, int (*is_trusted)(void *context, const mbedtls_x509_crt *crt),
                      void *context);

#ifdef __cplusplus
}
#endif

#endif /* TLS_PATH_RULES_H */
