/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's AES module (MBEDTLS_AES_ALT), encryption with keys of 128 and 256 bits.
 * Contracts: the engine's mbedtls/aes.h. mbedtls_internal_aes_encrypt() is in aes_small.c or aes_fast.c.
 */
#include <string.h>

#include "mbedtls/aes.h"
#include "mbedtls/error.h"
#include "mbedtls/platform_util.h"

#include "aes_kernel.h"

#ifdef MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define SET_COUNT(key, number)          (void)(number)
#else
#define SET_COUNT(key, number)          (key)->count = (number)
#endif

void mbedtls_aes_init(mbedtls_aes_context *ctx)
{
    memset(ctx, 0, sizeof(*ctx));
}

void mbedtls_aes_free(mbedtls_aes_context *ctx)
{
    if (ctx != NULL)
    {
        mbedtls_platform_zeroize(ctx, sizeof(*ctx));
    }
}

int mbedtls_aes_setkey_enc(mbedtls_aes_context *ctx, const unsigned char *key, unsigned int keybits)
{
    unsigned i;

    if (keybits == 192)
    {
        return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
    }
    if (keybits != 128 && keybits != 8 * sizeof(ctx->key.word))
    {
        return MBEDTLS_ERR_AES_INVALID_KEY_LENGTH;
    }
    SET_COUNT(&ctx->key, keybits / 32);
    for (i = 0; i < AES_KEY_WORDS(&ctx->key); i++)
    {
        ctx->key.word[i] = aes_read_word(key + 4 * i);
    }

    return 0;
}

int mbedtls_aes_crypt_ecb(mbedtls_aes_context *ctx, int mode, const unsigned char input[16], unsigned char output[16])
{
    if (mode != MBEDTLS_AES_ENCRYPT)
    {
        return mode == MBEDTLS_AES_DECRYPT ? MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED :
               MBEDTLS_ERR_AES_BAD_INPUT_DATA;
    }

    return mbedtls_internal_aes_encrypt(ctx, input, output);
}
