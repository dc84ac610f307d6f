/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The block cipher of GCM by the engine's AES module or its replacement.
 */
#include "gcm_cipher.h"

void gcm_cipher_expand(const mbedtls_aes_context *aes, gcm_keys *keys)
{
    (void)aes;
    *keys = 0;
}

int gcm_cipher_encrypt(mbedtls_aes_context *aes, const gcm_keys *keys, const uint32_t input[4], uint32_t output[4])
{
    (void)keys;

    return mbedtls_aes_crypt_ecb(aes, MBEDTLS_AES_ENCRYPT, (const unsigned char *)input, (unsigned char *)output);
}
