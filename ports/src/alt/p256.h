/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Conversions for the files that replace the engine's P-256: the kernel takes bytes,
 * the engine takes numbers (mbedtls_mpi).
 */
#ifndef P256_H
#define P256_H

#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <stdint.h>

#include "mbedtls/ecp.h"

#include "p256_kernel.h"

/**
 * Write a number of at most 256 bits.
 *
 * @return 0, or MBEDTLS_ERR_ECP_BAD_INPUT_DATA if it is negative or longer
 */
int p256_from_number(uint8_t bytes[P256_BYTES], const mbedtls_mpi *number);

/**
 * Write a point; whether it is on the curve is for the kernel to tell.
 *
 * @return 0, or MBEDTLS_ERR_ECP_INVALID_KEY for the point at infinity and for
 *         one with longer coordinates
 */
int p256_from_point(uint8_t bytes[P256_POINT_BYTES], const mbedtls_ecp_point *point);

/**
 * Read a point.
 *
 * @return 0, or MBEDTLS_ERR_MPI_ALLOC_FAILED
 */
int p256_to_point(mbedtls_ecp_point *point, const uint8_t bytes[P256_POINT_BYTES]);

/**
 * Make a private key of the engine's random numbers.
 *
 * @return 0, MBEDTLS_ERR_ECP_RANDOM_FAILED, or what f_rng returns
 */
int p256_make_private(uint8_t scalar[P256_BYTES], mbedtls_f_rng_t *f_rng, void *p_rng);

#endif /* P256_H */
