/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The AES context of a build with PKG_MBEDTLS_AES_SMALL, for the engine's
 * mbedtls/aes.h: the key alone, without round keys. The functions are in
 * ports/src/alt.
 */
#ifndef AES_ALT_H
#define AES_ALT_H

#include <stdint.h>

#include "tls_config.h"

#ifdef MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define AES_KEY_WORDS_MAX       4
#define AES_KEY_WORDS(key)      4u
#else
#define AES_KEY_WORDS_MAX       8
#define AES_KEY_WORDS(key)      (key)->count
#endif

struct aes_key
{
    uint32_t word[AES_KEY_WORDS_MAX];   /* words of FIPS 197, the first byte lowest */
#ifndef MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
    unsigned count;                     /* of words: 4 or 8 */
#endif
};

typedef struct mbedtls_aes_context
{
    struct aes_key key;
} mbedtls_aes_context;

#endif /* AES_ALT_H */
