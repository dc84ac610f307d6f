/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * ECDHE-ECDSA-AES128-GCM-SHA256: the least code and memory. Its AES is not constant-time, and neither is
 * the package's.
 */
#include "profile.h"
#include "root.h"

const size_t profile_buffer = PROFILE_BUFFER_512;

const br_x509_trust_anchor profile_anchor = {
    .dn = {(unsigned char *)root_name, sizeof(root_name)},
    .flags = BR_X509_TA_CA,
    .pkey = {
        .key_type = BR_KEYTYPE_EC,
        .key.ec = {BR_EC_secp256r1, (unsigned char *)root_point, sizeof(root_point)},
    },
};

void profile_set(br_ssl_engine_context *engine, br_x509_minimal_context *x509)
{
    static const uint16_t suite[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};

    br_ssl_engine_set_suites(engine, suite, sizeof(suite) / sizeof(suite[0]));
    br_ssl_engine_set_ec(engine, &br_ec_prime_i15);
    br_ssl_engine_set_ecdsa(engine, &br_ecdsa_i15_vrfy_asn1);
    br_x509_minimal_set_ecdsa(x509, &br_ec_prime_i15, &br_ecdsa_i15_vrfy_asn1);
    br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_aes_ctr(engine, &br_aes_small_ctr_vtable);
    br_ssl_engine_set_ghash(engine, &br_ghash_ctmul);
}
