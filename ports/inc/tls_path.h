/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rules for certificate paths that the engine leaves out, and the order in which
 * it sees the certificates of a server. For tls_client.
 *
 * The engine checks signatures, dates, basic constraints, path lengths and key
 * usage, and refuses critical extensions that it does not know. It follows a chain
 * forwards only, to the first certificate that has an issuer's name. Here are:
 *
 * - name constraints (tls_constraints.h), and the rule that only a CA has them,
 * - extended key usage of the issuers: one that is made out for something else may
 *   not issue for TLS servers, as all browsers have it,
 * - what must be critical or must not be (RFC 5280 4.2.1.1, .2, .6, .11, .14), and
 *   keyCertSign in what is no CA (4.2.1.3),
 * - wildcards with fewer than two labels behind the asterisk, which would stand for
 *   a whole top-level domain; and host names are in dNSName, nowhere else,
 * - certificates in a wrong order and several of the same name (RFC 8446 4.4.2).
 *
 * PKG_MBEDTLS_PATH_RULES leaves all of it out (tls_path_off.c): the engine's rules
 * remain.
 */
#ifndef TLS_PATH_H
#define TLS_PATH_H

#include "tls_config.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Certificates with name constraints in one path; a path with more is refused. */
#define TLS_PATH_CONSTRAINTS_MAX        3

/** What is remembered from one certificate of a path to the next; all zeros: nothing. */
struct tls_path
{
#ifdef PKG_MBEDTLS_PATH_RULES
    const mbedtls_x509_crt *constraining[TLS_PATH_CONSTRAINTS_MAX];
#endif
    unsigned char constraints;
};

/**
 * Check a certificate of a path. To be called for each, from the root down to the
 * server's own, with which the path ends.
 *
 * @param depth  0 for the server's own
 * @return MBEDTLS_X509_BADCERT_* flags, 0 if nothing is wrong
 */
uint32_t tls_path_check(struct tls_path *path, const mbedtls_x509_crt *crt, int depth);

/**
 * @param name  a host name, terminated
 * @return non-zero if the certificate counts for it by its alternative names; where
 *         it has none it counts here, and the engine compares the common name
 */
int tls_path_names_host(const mbedtls_x509_crt *crt, const char *name);

/**
 * Move the certificate that is most likely the issuer of another directly behind
 * it: the one with the key that it names, and of these one whose own issuer is
 * trusted. None of the list is lost.
 *
 * @param crt         the first of a list that the engine has read from a server
 * @param is_trusted  tells whether the issuer's name of a certificate is that of a root
 * @param context     for it
 */
void tls_path_prefer_issuer(mbedtls_x509_crt *crt, int (*is_trusted)(void *context, const mbedtls_x509_crt *crt),
                            void *context);

#ifdef __cplusplus
}
#endif

#endif /* TLS_PATH_H */
