/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's ECDSA verification (MBEDTLS_ECDSA_VERIFY_ALT) with our kernel. Contract:
 * the engine's mbedtls/ecdsa.h. Its inputs are public. P-256, and other
 * curves, where there are any, by the engine.
 */
#include "p256.h"
#include "p256_scalar.h"

#include "../base/tls_has.h"

#include "mbedtls/ecdsa.h"

/* p256_ecdsa_verify(), but all bytes are in slots that are free at the time: stack is scarce here. */
int mbedtls_ecdsa_verify(mbedtls_ecp_group *grp, const unsigned char *buf, size_t blen,
                         const mbedtls_ecp_point *Q, const mbedtls_mpi *r, const mbedtls_mpi *s)
{
    p256_slots slots;
    p256_long factors[2];
    uint8_t *bytes = (uint8_t *)slots + Y2 * sizeof(p256_number);

    if (TLS_HAS(PKG_MBEDTLS_P256_FAST) && grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return p256_other_verify(grp, buf, blen, Q, r, s);
    }
    if (grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if (p256_from_number(bytes, r) != 0 || p256_from_number(bytes + P256_BYTES, s) != 0 ||
        p256_read_factors(factors, bytes, buf, blen) != 0 ||
        p256_from_point(bytes, Q) != 0 || p256_load(slots, bytes) != 0)
    {
        return MBEDTLS_ERR_ECP_VERIFY_FAILED;
    }
    p256_sum(slots, factors[0], factors[1]);
    (void)p256_from_number(bytes, r);

    return p256_has_x(slots, bytes) ? 0 : MBEDTLS_ERR_ECP_VERIFY_FAILED;
}
