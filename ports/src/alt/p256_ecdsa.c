/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's ECDSA verification (MBEDTLS_ECDSA_VERIFY_ALT) with p256-m. Contract:
 * the engine's mbedtls/ecdsa.h. P-256 only; its inputs are public.
 */
#include "p256.h"

#include "mbedtls/ecdsa.h"

int mbedtls_ecdsa_verify(mbedtls_ecp_group *grp, const unsigned char *buf, size_t blen,
                         const mbedtls_ecp_point *Q, const mbedtls_mpi *r, const mbedtls_mpi *s)
{
    uint8_t signature[2 * P256_BYTES];
    uint8_t point[P256_POINT_BYTES];

    if (grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }

    /* p256-m rejects r and s outside 1 to n - 1, and a point that is not on the curve. */
    return p256_from_number(signature, r) == 0 && p256_from_number(signature + P256_BYTES, s) == 0 &&
           p256_from_point(point, Q) == 0 && p256_ecdsa_verify(signature, point, buf, blen) == P256_SUCCESS ?
           0 : MBEDTLS_ERR_ECP_VERIFY_FAILED;
}
