/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Iterates over the extensions of a certificate (RFC 5280 4.2), known to the engine
 * or not.
 */
#ifndef TLS_EXTENSION_H
#define TLS_EXTENSION_H

#include <stddef.h>

#include "tls_config.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Last arc of the object identifiers below id-ce, 2.5.29. */
enum tls_extension_id
{
    TLS_EXTENSION_OTHER = 0,            /* not below id-ce */
    TLS_EXTENSION_SUBJECT_KEY = 14,
    TLS_EXTENSION_KEY_USAGE = 15,
    TLS_EXTENSION_ALTERNATIVE_NAMES = 17,
    TLS_EXTENSION_NAME_CONSTRAINTS = 30,
    TLS_EXTENSION_AUTHORITY_KEY = 35,
    TLS_EXTENSION_POLICY_CONSTRAINTS = 36,
    TLS_EXTENSION_EXTENDED_KEY_USAGE = 37,
    TLS_EXTENSION_NO_ANY_POLICY = 54,
};

/** An extension, and where the next begins; all zeros: before the first. */
struct tls_extension
{
    unsigned char *next;
    unsigned char *value;               /* content of the OCTET STRING, inside the certificate */
    size_t length;                      /* bytes */
    int is_critical;
    unsigned char id;                   /* enum tls_extension_id */
};

/**
 * Step to the next extension.
 *
 * @return 0 if there is no further readable one; extension->next is the end of the
 *         extensions only if all of them were readable
 */
int tls_extension_next(const mbedtls_x509_crt *crt, struct tls_extension *extension);

/**
 * Step to the next extension of a kind.
 *
 * @param id  not TLS_EXTENSION_OTHER
 * @return 0 if there is none
 */
int tls_extension_find(const mbedtls_x509_crt *crt, unsigned char id, struct tls_extension *extension);

#ifdef __cplusplus
}
#endif

#endif /* TLS_EXTENSION_H */
