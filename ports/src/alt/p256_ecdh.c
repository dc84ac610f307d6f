/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's ECDH (MBEDTLS_ECDH_GEN_PUBLIC_ALT, _COMPUTE_SHARED_ALT) with our kernel.
 * Contracts: the engine's mbedtls/ecdh.h. P-256 in constant time, see p256_kernel.h; other curves, where there are
 * any, by the engine.
 */
#include "p256.h"
#include "p256_scalar.h"

#include "../base/tls_has.h"

#include "mbedtls/ecdh.h"
#include "mbedtls/platform_util.h"

int mbedtls_ecdh_gen_public(mbedtls_ecp_group *grp, mbedtls_mpi *d, mbedtls_ecp_point *Q,
                            p256_random *f_rng, void *p_rng)
{
    uint8_t scalar[P256_BYTES];
    uint8_t point[P256_POINT_BYTES];
    int ret;

    if (grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return TLS_HAS(PKG_MBEDTLS_P256_FAST) ? mbedtls_ecp_gen_keypair(grp, d, Q, f_rng, p_rng) :
               MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    ret = p256_make_private(scalar, f_rng, p_rng);
    if (ret == 0)
    {
        (void)p256_public_from_private(point, scalar);
        ret = mbedtls_mpi_read_binary(d, scalar, sizeof(scalar));
    }
    mbedtls_platform_zeroize(scalar, sizeof(scalar));

    return ret == 0 ? p256_to_point(Q, point) : ret;
}

/* p256_ecdh_shared_secret(), but all bytes are in slots that are free at the time: stack is scarce here. */
int mbedtls_ecdh_compute_shared(mbedtls_ecp_group *grp, mbedtls_mpi *z, const mbedtls_ecp_point *Q,
                                const mbedtls_mpi *d, p256_random *f_rng, void *p_rng)
{
    p256_multiples multiples;
    p256_slots slots;
    p256_long scalar;
    uint8_t *bytes = (uint8_t *)slots + Y2 * sizeof(p256_number);
    int ret = MBEDTLS_ERR_ECP_INVALID_KEY;

    if (TLS_HAS(PKG_MBEDTLS_P256_FAST) && grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return p256_other_shared(grp, z, Q, d, f_rng, p_rng);
    }
    if (grp->id == MBEDTLS_ECP_DP_SECP256R1 &&
        p256_from_number(bytes, d) == 0 && p256_read_scalar(scalar, bytes) == 0 &&
        p256_from_point(bytes, Q) == 0 && p256_load(slots, bytes) == 0)
    {
        p256_make_multiples(multiples, 4, slots);
        p256_multiply(slots, scalar, multiples);
        p256_store(slots, bytes, 1);
        ret = mbedtls_mpi_read_binary(z, bytes, P256_BYTES);
    }
    mbedtls_platform_zeroize(scalar, sizeof(scalar));
    mbedtls_platform_zeroize(slots, sizeof(slots));

    return ret;
}
