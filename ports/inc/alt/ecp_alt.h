/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The curve of a build with PKG_MBEDTLS_P256_M, for the engine's mbedtls/ecp.h:
 * its group structure with the members that other modules of the engine read. The
 * functions are in ports/src/alt.
 */
/*
 * Before the guard: ecp.h declares the types below, includes this header, and then
 * needs what it defines. If this header comes first, that is the inner inclusion.
 */
#include "mbedtls/ecp.h"

#ifndef ECP_ALT_H
#define ECP_ALT_H

#include <stddef.h>

/** P-256, or nothing (id MBEDTLS_ECP_DP_NONE). Its numbers are constants in ROM: read only. */
typedef struct mbedtls_ecp_group
{
    mbedtls_ecp_group_id id;
    mbedtls_mpi P;                      /* the field's prime */
    mbedtls_mpi A;                      /* empty: the curve has A = -3, see the engine's ecp.h */
    mbedtls_mpi B;
    mbedtls_ecp_point G;                /* the base point */
    mbedtls_mpi N;                      /* its order */
    size_t pbits;
    size_t nbits;
} mbedtls_ecp_group;

#endif /* ECP_ALT_H */
