/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * AES-GCM of a build with PKG_MBEDTLS_GCM_SMALL, for the engine's mbedtls/gcm.h.
 * The functions are in ports/src/alt.
 */
#ifndef GCM_ALT_H
#define GCM_ALT_H

#include <stdint.h>

#include "mbedtls/aes.h"

typedef struct mbedtls_gcm_context
{
    mbedtls_aes_context aes;
    uint32_t hash_key[4];               /* H of SP 800-38D: this and the next three are bytes in the order of a block */
    uint32_t counter[4];                /* of the last encrypted block */
    uint32_t mask[4];                   /* the tag is encrypted with it */
    uint32_t sum[4];                    /* GHASH so far, including the bytes of a partial block */
    uint64_t add_length;                /* additional data so far, bytes */
    uint64_t length;                    /* data so far, bytes */
    unsigned char position;             /* in the partial block */
    unsigned char mode;                 /* MBEDTLS_GCM_ENCRYPT, MBEDTLS_GCM_DECRYPT */
} mbedtls_gcm_context;

#endif /* GCM_ALT_H */
