/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One signature of RSA (PKCS #1 v1.5), and what rsa_public.c needs of its surroundings, for test_wycheproof.py.
 */
#include <stdlib.h>
#include <string.h>

#include "mbedtls/rsa.h"

void *tls_calloc(size_t count, size_t size)
{
    return calloc(count, size);
}

void *tls_malloc(size_t size)
{
    return malloc(size);
}

void tls_free(void *block)
{
    free(block);
}

void tls_zeroize(void *block, size_t length)
{
    memset(block, 0, length);
}

int rsa_once(const unsigned char *modulus, size_t length, const unsigned char *exponent, size_t exponent_length,
             const unsigned char *hash, unsigned hash_length, const unsigned char *signature)
{
    mbedtls_md_type_t md = hash_length == 28 ? MBEDTLS_MD_SHA224 : hash_length == 32 ? MBEDTLS_MD_SHA256
                           : hash_length == 48 ? MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA512;
    mbedtls_rsa_context key;
    int ret;

    mbedtls_rsa_init(&key);
    ret = mbedtls_rsa_import_raw(&key, modulus, length, NULL, 0, NULL, 0, NULL, 0, exponent, exponent_length);
    ret = ret == 0 ? mbedtls_rsa_complete(&key) : ret;
    ret = ret == 0 ? mbedtls_rsa_check_pubkey(&key) : ret;
    ret = ret == 0 ? mbedtls_rsa_pkcs1_verify(&key, md, hash_length, hash, signature) : ret;
    mbedtls_rsa_free(&key);

    return ret;
}
