/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One message of AES-GCM, for test_wycheproof.py.
 */
#include <string.h>

#include "mbedtls/gcm.h"

void mbedtls_platform_zeroize(void *bytes, size_t length)
{
    memset(bytes, 0, length);
}

int mbedtls_ct_memcmp(const void *a, const void *b, size_t length)
{
    return memcmp(a, b, length);
}

int gcm_once(int encrypts, const unsigned char *key, unsigned bits, const unsigned char *iv, size_t iv_length,
             const unsigned char *add, size_t add_length, const unsigned char *input, size_t length,
             unsigned char *tag, unsigned char *output)
{
    mbedtls_gcm_context gcm;
    int ret;

    mbedtls_gcm_init(&gcm);
    ret = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, bits);
    if (ret == 0)
    {
        ret = encrypts ? mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, length, iv, iv_length, add, add_length,
                                                   input, output, 16, tag)
              : mbedtls_gcm_auth_decrypt(&gcm, length, iv, iv_length, add, add_length, tag, 16, input, output);
    }
    mbedtls_gcm_free(&gcm);

    return ret;
}
