/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The block cipher of GCM: the engine's AES module or its replacement, block by block, or
 * our kernel (PKG_MBEDTLS_AES_FAST), with round keys for the blocks of a call.
 */
#ifndef GCM_CIPHER_H
#define GCM_CIPHER_H

#include <stdint.h>

#include "mbedtls/gcm.h"

/* What a call makes of the key for many blocks. */
#ifdef PKG_MBEDTLS_AES_FAST
#include "aes_kernel.h"

typedef struct aes_round_keys gcm_keys;
#else
typedef uint32_t gcm_keys;
#endif

void gcm_cipher_expand(const mbedtls_aes_context *aes, gcm_keys *keys);

/** Encrypts a block, with bytes in the order of a block. @return 0, or an error of the engine's AES module */
int gcm_cipher_encrypt(mbedtls_aes_context *aes, const gcm_keys *keys, const uint32_t input[4], uint32_t output[4]);

#endif /* GCM_CIPHER_H */
