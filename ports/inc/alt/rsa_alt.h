/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * An RSA key of a build with PKG_MBEDTLS_RSA_PUBLIC, for the engine's
 * mbedtls/rsa.h: a public one. The functions are in ports/src/alt.
 */
#ifndef RSA_ALT_H
#define RSA_ALT_H

#include <stddef.h>

#include "mbedtls/bignum.h"

typedef struct mbedtls_rsa_context
{
    size_t len;                         /* of the modulus, bytes */
    mbedtls_mpi N;                      /* modulus */
    mbedtls_mpi E;                      /* exponent */
} mbedtls_rsa_context;

#endif /* RSA_ALT_H */
