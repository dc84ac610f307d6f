/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Name constraints: the names that an issuer may issue certificates for (RFC 5280
 * 4.2.1.10). For tls_path.c.
 *
 * Host names, addresses and directory names are compared. If an issuer constrains
 * another kind of name, e.g. mailboxes, a certificate with such a name is refused. A
 * malformed constraint permits nothing.
 */
#ifndef TLS_CONSTRAINTS_H
#define TLS_CONSTRAINTS_H

#include "tls_config.h"
#include "tls_path_rules.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Compare the names of a certificate with the constraints of an issuer above it.
 *
 * @param issuer  with any number of constraints
 * @param depth   of crt: 0 for the peer's own; if that has no alternative names,
 *                its common name counts, as for the engine
 * @param role    whose that is; a client's common name counts if it has a dot
 * @return non-zero if issuer permits all names of crt
 */
int tls_constraints_permit(const mbedtls_x509_crt *issuer, const mbedtls_x509_crt *crt, int depth,
                           enum tls_path_role role);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CONSTRAINTS_H */
