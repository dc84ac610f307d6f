/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The public operation of RSA. In builds with PKG_MBEDTLS_RSA_PUBLIC.
 */
#ifndef RSA_MODEXP_H
#define RSA_MODEXP_H

#include <stddef.h>

#include "mbedtls/bignum.h"

/**
 * Compute base to the power of exponent modulo modulus, in a time that does not
 * depend on base.
 *
 * @param data      base on entry, below the modulus; the result on return; big
 *                  endian, length bytes
 * @param length    bytes of the modulus
 * @param modulus   odd
 * @param exponent  1 or more
 * @return 0, MBEDTLS_ERR_MPI_ALLOC_FAILED, or MBEDTLS_ERR_MPI_BAD_INPUT_DATA for
 *         a base that is not below the modulus
 */
int rsa_modexp(unsigned char *data, size_t length, const mbedtls_mpi *modulus, const mbedtls_mpi *exponent);

#endif /* RSA_MODEXP_H */
