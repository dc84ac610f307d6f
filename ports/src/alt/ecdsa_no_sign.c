/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Replaces the engine's ECDSA signing (MBEDTLS_ECDSA_SIGN_ALT) in builds without a
 * key of the device. The engine's tables refer to the function, so without this
 * file it would be in every image.
 */
#include "mbedtls/ecdsa.h"

int mbedtls_ecdsa_sign(mbedtls_ecp_group *grp, mbedtls_mpi *r, mbedtls_mpi *s, const mbedtls_mpi *d,
                       const unsigned char *buf, size_t blen,
                       int (*f_rng)(void *, unsigned char *, size_t), void *p_rng)
{
    (void)grp;
    (void)r;
    (void)s;
    (void)d;
    (void)buf;
    (void)blen;
    (void)f_rng;
    (void)p_rng;

    return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
}
