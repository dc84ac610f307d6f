/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots with a key on a NIST curve. In builds with PKG_MBEDTLS_ECC and
 * certificates.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

#include "mbedtls/ecp.h"
#include "mbedtls/pk.h"

static mbedtls_ecp_group_id curve_of(int bits)
{
    if (TLS_HAS(PKG_MBEDTLS_CURVE_SECP256R1) && bits == 256)
    {
        return MBEDTLS_ECP_DP_SECP256R1;
    }
    if (TLS_HAS(PKG_MBEDTLS_CURVE_SECP384R1) && bits == 384)
    {
        return MBEDTLS_ECP_DP_SECP384R1;
    }
    if (TLS_HAS(PKG_MBEDTLS_CURVE_SECP521R1) && bits == 521)
    {
        return MBEDTLS_ECP_DP_SECP521R1;
    }

    return MBEDTLS_ECP_DP_NONE;
}

int tls_engine_knows_curve(int bits)
{
    return curve_of(bits) != MBEDTLS_ECP_DP_NONE;
}

int tls_engine_set_point(mbedtls_pk_context *pk, const struct tls_engine_key *key)
{
    int ret = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    mbedtls_ecp_keypair *ec;

    if (ret != 0)
    {
        return ret;
    }
    ec = mbedtls_pk_ec(*pk);
    ret = mbedtls_ecp_group_load(&ec->grp, curve_of(key->kind));

    return ret == 0 ? mbedtls_ecp_point_read_binary(&ec->grp, &ec->Q, key->bytes, key->length) : ret;
}
