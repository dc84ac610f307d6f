/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The block cipher of GCM by our kernel for AES.
 */
#include <string.h>

#include "gcm_cipher.h"

void gcm_cipher_expand(const mbedtls_aes_context *aes, gcm_keys *keys)
{
    aes_expand(&aes->key, keys);
}

int gcm_cipher_encrypt(mbedtls_aes_context *aes, const gcm_keys *keys, const uint32_t input[4], uint32_t output[4])
{
    (void)aes;                          /* with one length of keys */
    memcpy(output, input, 4 * AES_BLOCK_WORDS);
    aes_encrypt_words(keys, AES_ROUNDS(&aes->key), output);

    return 0;
}
