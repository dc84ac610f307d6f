/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's ECDSA signing (MBEDTLS_ECDSA_SIGN_ALT) with our kernel. Contract: the
 * engine's mbedtls/ecdsa.h, except that f_rng is not used: the kernel takes the secret
 * number of a signature from tls_random_bytes(). P-256 only; constant time, see p256_kernel.h.
 */
#include "p256.h"

#include "mbedtls/ecdsa.h"
#include "mbedtls/platform_util.h"

int mbedtls_ecdsa_sign(mbedtls_ecp_group *grp, mbedtls_mpi *r, mbedtls_mpi *s, const mbedtls_mpi *d,
                       const unsigned char *buf, size_t blen, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    uint8_t signature[2 * P256_BYTES];
    uint8_t scalar[P256_BYTES];
    int ret = MBEDTLS_ERR_ECP_INVALID_KEY;

    (void)f_rng;
    (void)p_rng;

    if (grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if (p256_from_number(scalar, d) == 0)
    {
        int result = p256_ecdsa_sign(signature, scalar, buf, blen);

        ret = result == P256_SUCCESS ? mbedtls_mpi_read_binary(r, signature, P256_BYTES) :
              result == P256_RANDOM_FAILED ? MBEDTLS_ERR_ECP_RANDOM_FAILED : MBEDTLS_ERR_ECP_INVALID_KEY;
    }
    mbedtls_platform_zeroize(scalar, sizeof(scalar));

    return ret == 0 ? mbedtls_mpi_read_binary(s, signature + P256_BYTES, P256_BYTES) : ret;
}
