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

/* The engine's mbedtls_f_rng_t, which 2.28 lacks. */
typedef int p256_random(void *context, unsigned char *output, size_t length);

/**
 * Write a number of at most 256 bits.
 *
 * @return 0, or MBEDTLS_ERR_ECP_BAD_INPUT_DATA if it is negative or longer
 */
int p256_from_number(uint8_t bytes[P256_BYTES], const mbedtls_mpi *number);

/**
 * Write a point. The kernel checks whether it is on the curve.
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
int p256_make_private(uint8_t scalar[P256_BYTES], p256_random *f_rng, void *p_rng);

/**
 * mbedtls_ecdh_compute_shared() and mbedtls_ecdsa_verify() for other curves, by the engine's arithmetic. In builds with
 * PKG_MBEDTLS_P256_FAST. Contracts: the engine's mbedtls/ecdh.h, mbedtls/ecdsa.h.
 */
int p256_other_shared(mbedtls_ecp_group *grp, mbedtls_mpi *z, const mbedtls_ecp_point *Q, const mbedtls_mpi *d,
                      p256_random *f_rng, void *p_rng);
int p256_other_verify(mbedtls_ecp_group *grp, const unsigned char *buf, size_t blen, const mbedtls_ecp_point *Q,
                      const mbedtls_mpi *r, const mbedtls_mpi *s);

#endif /* P256_H */
