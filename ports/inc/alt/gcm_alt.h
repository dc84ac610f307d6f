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
    unsigned char hash_key[16];         /* H of SP 800-38D */
    unsigned char counter[16];          /* of the last encrypted block */
    unsigned char mask[16];             /* the tag is encrypted with it */
    unsigned char sum[16];              /* GHASH so far, including the bytes of a partial block */
    uint64_t add_length;                /* additional data so far, bytes */
    uint64_t length;                    /* data so far, bytes */
    unsigned char position;             /* in the partial block */
    unsigned char mode;                 /* MBEDTLS_GCM_ENCRYPT, MBEDTLS_GCM_DECRYPT */
} mbedtls_gcm_context;

#endif /* GCM_ALT_H */
