/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * ECDH on the curves beside P-256, by the engine's arithmetic: the engine's hooks
 * replace its function for all curves. See p256.h.
 */
#include "p256.h"

#include "mbedtls/ecdh.h"

int p256_other_shared(mbedtls_ecp_group *grp, mbedtls_mpi *z, const mbedtls_ecp_point *Q, const mbedtls_mpi *d,
                      p256_random *f_rng, void *p_rng)
{
    mbedtls_ecp_point product;
    int ret;

    mbedtls_ecp_point_init(&product);
    ret = mbedtls_ecp_mul(grp, &product, d, Q, f_rng, p_rng);
    if (ret == 0)
    {
        ret = mbedtls_ecp_is_zero(&product) ? MBEDTLS_ERR_ECP_BAD_INPUT_DATA : mbedtls_mpi_copy(z, &product.X);
    }
    mbedtls_ecp_point_free(&product);

    return ret;
}
