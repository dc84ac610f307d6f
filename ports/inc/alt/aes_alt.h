/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * An AES key of a build with PKG_MBEDTLS_AES_SMALL, for the engine's
 * mbedtls/aes.h: the key alone, without round keys. The functions are in
 * ports/src/alt.
 */
#ifndef AES_ALT_H
#define AES_ALT_H

#include <stdint.h>

#include "tls_config.h"

typedef struct mbedtls_aes_context
{
#ifdef MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
    uint32_t key[4];                    /* words of FIPS 197, the first byte lowest */
#else
    uint32_t key[8];
    unsigned words;                     /* of the key: 4 or 8 */
#endif
} mbedtls_aes_context;

#endif /* AES_ALT_H */
