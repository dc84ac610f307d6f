/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * AES (FIPS 197), encryption: in few bytes (aes_small.c), or faster and with round keys for
 * many blocks (aes_fast.c, with PKG_MBEDTLS_AES_FAST). Words have the first of their bytes
 * lowest.
 */
#ifndef AES_KERNEL_H
#define AES_KERNEL_H

#include <stdint.h>

#include "mbedtls/aes.h"

#define AES_BLOCK_WORDS     4
#define AES_ROUNDS(key)     (AES_KEY_WORDS(key) + 6)

struct aes_round_keys
{
    uint32_t word[4 * (AES_KEY_WORDS_MAX + 7)];
};

/** Of all rounds. They are as secret as the key: overwrite them after use. */
void aes_expand(const struct aes_key *key, struct aes_round_keys *round_keys);

/** All rounds of a block, in place: its 16 bytes in their order, at an address for words. */
void aes_encrypt_words(const struct aes_round_keys *round_keys, unsigned rounds, uint32_t block[AES_BLOCK_WORDS]);

/** The same with the table as an argument; rounds is even. For aes_fast.c. */
void aes_rounds(const uint32_t *round_keys, uint32_t block[AES_BLOCK_WORDS], const uint32_t *table, unsigned rounds);

static inline uint32_t aes_read_word(const unsigned char *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline void aes_write_word(unsigned char *bytes, uint32_t word)
{
    bytes[0] = (unsigned char)word;
    bytes[1] = (unsigned char)(word >> 8);
    bytes[2] = (unsigned char)(word >> 16);
    bytes[3] = (unsigned char)(word >> 24);
}

#endif /* AES_KERNEL_H */
