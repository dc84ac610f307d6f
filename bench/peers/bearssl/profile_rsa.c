/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * ECDHE-RSA-AES128-GCM-SHA256 with P-256, in constant time.
 */
#include "profile.h"
#include "root.h"

const size_t profile_buffer = PROFILE_BUFFER_4096;

const br_x509_trust_anchor profile_anchor = {
    .dn = {(unsigned char *)root_name, sizeof(root_name)},
    .flags = BR_X509_TA_CA,
    .pkey = {
        .key_type = BR_KEYTYPE_RSA,
        .key.rsa = {(unsigned char *)root_modulus, sizeof(root_modulus),
                    (unsigned char *)root_exponent, sizeof(root_exponent)},
    },
};

void profile_set(br_ssl_engine_context *engine, br_x509_minimal_context *x509)
{
    static const uint16_t suite[] = {BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256};

    br_ssl_engine_set_suites(engine, suite, sizeof(suite) / sizeof(suite[0]));
    br_ssl_engine_set_ec(engine, &br_ec_p256_m31);
    br_ssl_engine_set_rsavrfy(engine, &br_rsa_i31_pkcs1_vrfy);
    br_x509_minimal_set_rsa(x509, &br_rsa_i31_pkcs1_vrfy);
    br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_aes_ctr(engine, &br_aes_ct_ctr_vtable);
    br_ssl_engine_set_ghash(engine, &br_ghash_ctmul);
}
