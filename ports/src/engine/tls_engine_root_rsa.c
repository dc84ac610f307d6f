/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots with an RSA key. In builds with PKG_MBEDTLS_RSA and certificates.
 */
#include "tls_engine.h"

#include "mbedtls/pk.h"
#include "mbedtls/rsa.h"

int tls_engine_set_rsa(mbedtls_pk_context *pk, const struct tls_engine_key *key)
{
    int ret = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));

    if (ret == 0)
    {
        ret = mbedtls_rsa_import_raw(mbedtls_pk_rsa(*pk), key->bytes, key->length, NULL, 0, NULL, 0, NULL, 0,
                                     key->exponent, 4);
    }

    return ret == 0 ? mbedtls_rsa_complete(mbedtls_pk_rsa(*pk)) : ret;
}
