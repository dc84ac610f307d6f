/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Steps through DER, and the names in it. In builds with PKG_MBEDTLS_DIAGNOSE and
 * PKG_MBEDTLS_CERTIFICATES.
 */
#ifndef TLS_DER_H
#define TLS_DER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tls_der
{
    unsigned char tag;
    const unsigned char *p;             /* its content */
    size_t length;
};

/**
 * Read an element and step behind it.
 *
 * @param from   content of the element around it; receives what follows
 * @param found  unchanged if there is none
 * @return non-zero if there is one
 */
int tls_der_next(struct tls_der *from, struct tls_der *found);

/** Replace an element by the first one inside of it; without length if there is none. */
void tls_der_enter(struct tls_der *element);

/**
 * Append the one attribute of a name by which its owner is known: the common name,
 * else the organization, its unit, or the last attribute.
 *
 * @param names  content of a Name, RFC 5280 4.1.2.4
 */
void tls_der_put_name(struct tls_der names, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* TLS_DER_H */
