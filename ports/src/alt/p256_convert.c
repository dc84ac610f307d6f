/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Between the kernel's bytes and the engine's numbers. See p256.h.
 */
#include "p256.h"

/* A random number is above the order with a probability of 2^-32. */
#define TRIES                   4

int p256_from_number(uint8_t bytes[P256_BYTES], const mbedtls_mpi *number)
{
    return number->s < 0 || mbedtls_mpi_write_binary(number, bytes, P256_BYTES) != 0 ?
           MBEDTLS_ERR_ECP_BAD_INPUT_DATA : 0;
}

int p256_from_point(uint8_t bytes[P256_POINT_BYTES], const mbedtls_ecp_point *point)
{
    return mbedtls_mpi_cmp_int(&point->Z, 1) != 0 || p256_from_number(bytes, &point->X) != 0 ||
           p256_from_number(bytes + P256_BYTES, &point->Y) != 0 ? MBEDTLS_ERR_ECP_INVALID_KEY : 0;
}

int p256_to_point(mbedtls_ecp_point *point, const uint8_t bytes[P256_POINT_BYTES])
{
    int ret = mbedtls_mpi_read_binary(&point->X, bytes, P256_BYTES);

    if (ret == 0)
    {
        ret = mbedtls_mpi_read_binary(&point->Y, bytes + P256_BYTES, P256_BYTES);
    }

    return ret == 0 ? mbedtls_mpi_lset(&point->Z, 1) : ret;
}

int p256_make_private(uint8_t scalar[P256_BYTES], p256_random *f_rng, void *p_rng)
{
    int tries, ret;

    for (tries = 0; tries < TRIES; tries++)
    {
        ret = f_rng(p_rng, scalar, P256_BYTES);
        if (ret != 0)
        {
            return ret;
        }
        if (p256_validate_privkey(scalar) == P256_SUCCESS)
        {
            return 0;
        }
    }

    return MBEDTLS_ERR_ECP_RANDOM_FAILED;
}
