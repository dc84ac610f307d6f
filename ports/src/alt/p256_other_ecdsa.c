/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Verification of ECDSA on the curves beside P-256, by the engine's arithmetic: the
 * engine's hook replaces its function for all curves. See p256.h.
 */
#include "p256.h"

#include "mbedtls/ecdsa.h"

static int is_scalar(const mbedtls_ecp_group *grp, const mbedtls_mpi *number)
{
    return mbedtls_mpi_cmp_int(number, 1) >= 0 && mbedtls_mpi_cmp_mpi(number, &grp->N) < 0;
}

/* e = the hash, of which as many bits count as the order has (SEC 1 4.1.4, step 3) */
static int read_hash(const mbedtls_ecp_group *grp, mbedtls_mpi *e, const unsigned char *hash, size_t length)
{
    size_t size = (grp->nbits + 7) / 8;
    int ret;

    length = length < size ? length : size;
    ret = mbedtls_mpi_read_binary(e, hash, length);

    return ret == 0 && length * 8 > grp->nbits ? mbedtls_mpi_shift_r(e, length * 8 - grp->nbits) : ret;
}

/* u = a / s modulo the order; w is 1 / s */
static int divide(const mbedtls_ecp_group *grp, mbedtls_mpi *u, const mbedtls_mpi *a, const mbedtls_mpi *w)
{
    int ret = mbedtls_mpi_mul_mpi(u, a, w);

    return ret == 0 ? mbedtls_mpi_mod_mpi(u, u, &grp->N) : ret;
}

/* SEC 1 4.1.4 */
int p256_other_verify(mbedtls_ecp_group *grp, const unsigned char *buf, size_t blen, const mbedtls_ecp_point *Q,
                      const mbedtls_mpi *r, const mbedtls_mpi *s)
{
    mbedtls_mpi e, w, u;
    mbedtls_ecp_point sum;
    int ret;

    if (!mbedtls_ecdsa_can_do(grp->id) || grp->N.p == NULL)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if (!is_scalar(grp, r) || !is_scalar(grp, s))
    {
        return MBEDTLS_ERR_ECP_VERIFY_FAILED;
    }
    mbedtls_mpi_init(&e);
    mbedtls_mpi_init(&w);
    mbedtls_mpi_init(&u);
    mbedtls_ecp_point_init(&sum);

    if ((ret = read_hash(grp, &e, buf, blen)) == 0 && (ret = mbedtls_mpi_inv_mod(&w, s, &grp->N)) == 0 &&
        (ret = divide(grp, &e, &e, &w)) == 0 && (ret = divide(grp, &u, r, &w)) == 0 &&
        (ret = mbedtls_ecp_muladd(grp, &sum, &e, &grp->G, &u, Q)) == 0)
    {
        ret = mbedtls_ecp_is_zero(&sum) ? MBEDTLS_ERR_ECP_VERIFY_FAILED :
              mbedtls_mpi_mod_mpi(&sum.X, &sum.X, &grp->N);
    }
    if (ret == 0 && mbedtls_mpi_cmp_mpi(&sum.X, r) != 0)
    {
        ret = MBEDTLS_ERR_ECP_VERIFY_FAILED;
    }
    mbedtls_mpi_free(&e);
    mbedtls_mpi_free(&w);
    mbedtls_mpi_free(&u);
    mbedtls_ecp_point_free(&sum);

    return ret;
}
