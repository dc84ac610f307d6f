/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * In the place of the engine's ECDSA signing where the device has no key of its
 * own: the engine's tables name the function, so it would be in every image.
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
