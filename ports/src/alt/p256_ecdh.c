/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's ECDH (MBEDTLS_ECDH_GEN_PUBLIC_ALT, _COMPUTE_SHARED_ALT) with p256-m.
 * Contracts: the engine's mbedtls/ecdh.h. P-256 only; constant time, as p256-m.
 */
#include "p256.h"

#include "mbedtls/ecdh.h"
#include "mbedtls/platform_util.h"

int mbedtls_ecdh_gen_public(mbedtls_ecp_group *grp, mbedtls_mpi *d, mbedtls_ecp_point *Q,
                            mbedtls_f_rng_t *f_rng, void *p_rng)
{
    return mbedtls_ecp_gen_keypair(grp, d, Q, f_rng, p_rng);
}

/* p256-m rejects a point that is not on the curve, and a scalar that is no private key. */
int mbedtls_ecdh_compute_shared(mbedtls_ecp_group *grp, mbedtls_mpi *z, const mbedtls_ecp_point *Q,
                                const mbedtls_mpi *d, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    uint8_t secret[P256_BYTES];
    uint8_t scalar[P256_BYTES];
    uint8_t point[P256_POINT_BYTES];
    int ret = MBEDTLS_ERR_ECP_INVALID_KEY;

    (void)f_rng;
    (void)p_rng;

    if (grp->id == MBEDTLS_ECP_DP_SECP256R1 && p256_from_number(scalar, d) == 0 && p256_from_point(point, Q) == 0 &&
        p256_ecdh_shared_secret(secret, scalar, point) == P256_SUCCESS)
    {
        ret = mbedtls_mpi_read_binary(z, secret, sizeof(secret));
    }
    mbedtls_platform_zeroize(scalar, sizeof(scalar));
    mbedtls_platform_zeroize(secret, sizeof(secret));

    return ret;
}
