/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Name constraints: what an issuer may issue certificates for (RFC 5280
 * 4.2.1.10). For tls_path.c.
 *
 * Host names, addresses and directory names are compared. A certificate with a
 * name of another kind, e.g. a mailbox, is refused below an issuer that is limited
 * for this kind, and so is everything below a limit that is malformed.
 */
#ifndef TLS_CONSTRAINTS_H
#define TLS_CONSTRAINTS_H

#include "tls_config.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Compare the names of a certificate with the constraints in one above it.
 *
 * @param issuer  with any number of constraints
 * @param depth   of crt: 0 for the server's own, whose common name counts where
 *                it has no alternative names, as the engine has it
 * @return non-zero if issuer lets all names of crt pass
 */
int tls_constraints_permit(const mbedtls_x509_crt *issuer, const mbedtls_x509_crt *crt, int depth);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CONSTRAINTS_H */
