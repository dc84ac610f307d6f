/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's AES module (MBEDTLS_AES_ALT) in few bytes, FIPS 197. Contracts: the
 * engine's mbedtls/aes.h.
 *
 * Method: one table of 256 bytes (the S-box); each block computes its round keys
 * again, so a context holds only the key.
 * Bounds: encryption with keys of 128 and 256 bits, one block a call.
 * Time: no branch depends on key or data, but indices into the table do. It is
 * constant where the table is not cached: on a Cortex-M without a data cache.
 */
#include <string.h>

#include "mbedtls/aes.h"
#include "mbedtls/error.h"
#include "mbedtls/platform_util.h"

#define BLOCK           16
#define COLUMNS         4               /* words of the state, and of a round key */

/* Words of a key. With one length of key the context has no member for it, so TLS_HAS() cannot choose. */
#ifdef MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define WORDS(ctx)                      4u
#define SET_WORDS(ctx, count)           (void)(count)
#else
#define WORDS(ctx)                      (ctx)->words
#define SET_WORDS(ctx, count)           (ctx)->words = (count)
#endif

/* Working memory of a block. The first byte of a column is the lowest of its word. */
struct state
{
    uint32_t column[COLUMNS + 3];       /* the first three are repeated: a row rotates by reading past its end */
    uint32_t key[sizeof(((mbedtls_aes_context *)0)->key) / sizeof(uint32_t)];
    uint32_t constant;                  /* for the next round key */
};

/* FIPS 197 figure 7. */
static const unsigned char sbox[256] =
{
    0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5, 0x30, 0x01, 0x67, 0x2b, 0xfe, 0xd7, 0xab, 0x76,
    0xca, 0x82, 0xc9, 0x7d, 0xfa, 0x59, 0x47, 0xf0, 0xad, 0xd4, 0xa2, 0xaf, 0x9c, 0xa4, 0x72, 0xc0,
    0xb7, 0xfd, 0x93, 0x26, 0x36, 0x3f, 0xf7, 0xcc, 0x34, 0xa5, 0xe5, 0xf1, 0x71, 0xd8, 0x31, 0x15,
    0x04, 0xc7, 0x23, 0xc3, 0x18, 0x96, 0x05, 0x9a, 0x07, 0x12, 0x80, 0xe2, 0xeb, 0x27, 0xb2, 0x75,
    0x09, 0x83, 0x2c, 0x1a, 0x1b, 0x6e, 0x5a, 0xa0, 0x52, 0x3b, 0xd6, 0xb3, 0x29, 0xe3, 0x2f, 0x84,
    0x53, 0xd1, 0x00, 0xed, 0x20, 0xfc, 0xb1, 0x5b, 0x6a, 0xcb, 0xbe, 0x39, 0x4a, 0x4c, 0x58, 0xcf,
    0xd0, 0xef, 0xaa, 0xfb, 0x43, 0x4d, 0x33, 0x85, 0x45, 0xf9, 0x02, 0x7f, 0x50, 0x3c, 0x9f, 0xa8,
    0x51, 0xa3, 0x40, 0x8f, 0x92, 0x9d, 0x38, 0xf5, 0xbc, 0xb6, 0xda, 0x21, 0x10, 0xff, 0xf3, 0xd2,
    0xcd, 0x0c, 0x13, 0xec, 0x5f, 0x97, 0x44, 0x17, 0xc4, 0xa7, 0x7e, 0x3d, 0x64, 0x5d, 0x19, 0x73,
    0x60, 0x81, 0x4f, 0xdc, 0x22, 0x2a, 0x90, 0x88, 0x46, 0xee, 0xb8, 0x14, 0xde, 0x5e, 0x0b, 0xdb,
    0xe0, 0x32, 0x3a, 0x0a, 0x49, 0x06, 0x24, 0x5c, 0xc2, 0xd3, 0xac, 0x62, 0x91, 0x95, 0xe4, 0x79,
    0xe7, 0xc8, 0x37, 0x6d, 0x8d, 0xd5, 0x4e, 0xa9, 0x6c, 0x56, 0xf4, 0xea, 0x65, 0x7a, 0xae, 0x08,
    0xba, 0x78, 0x25, 0x2e, 0x1c, 0xa6, 0xb4, 0xc6, 0xe8, 0xdd, 0x74, 0x1f, 0x4b, 0xbd, 0x8b, 0x8a,
    0x70, 0x3e, 0xb5, 0x66, 0x48, 0x03, 0xf6, 0x0e, 0x61, 0x35, 0x57, 0xb9, 0x86, 0xc1, 0x1d, 0x9e,
    0xe1, 0xf8, 0x98, 0x11, 0x69, 0xd9, 0x8e, 0x94, 0x9b, 0x1e, 0x87, 0xe9, 0xce, 0x55, 0x28, 0xdf,
    0x8c, 0xa1, 0x89, 0x0d, 0xbf, 0xe6, 0x42, 0x68, 0x41, 0x99, 0x2d, 0x0f, 0xb0, 0x54, 0xbb, 0x16
};

static uint32_t read_word(const unsigned char *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void write_word(unsigned char *bytes, uint32_t word)
{
    bytes[0] = (unsigned char)word;
    bytes[1] = (unsigned char)(word >> 8);
    bytes[2] = (unsigned char)(word >> 16);
    bytes[3] = (unsigned char)(word >> 24);
}

/* SubBytes of the first byte of a, the second of b, the third of c, and the fourth of d. */
#define SUBSTITUTE(a, b, c, d) \
    (sbox[(a) & 0xFF] | (uint32_t)sbox[(b) >> 8 & 0xFF] << 8 | (uint32_t)sbox[(c) >> 16 & 0xFF] << 16 | \
     (uint32_t)sbox[(d) >> 24] << 24)

static uint32_t rotate(uint32_t word, int bits)
{
    return word >> bits | word << (32 - bits);
}

/* MixColumns: each byte a becomes 2a + 3b + c + d, where b, c and d follow it. */
static uint32_t mix(uint32_t a)
{
    uint32_t b = rotate(a, 8);
    uint32_t sum = a ^ b;

    /* Twice the sum, in four bytes at once. */
    return (sum & 0x7F7F7F7F) << 1 ^ (sum >> 7 & 0x01010101) * 0x1B ^ b ^ rotate(sum, 16);
}

/* The key of a round, from the one or two before it (FIPS 197 5.2). */
static const uint32_t *next_key(struct state *state, unsigned round, unsigned words)
{
    uint32_t *key = state->key + (words == 8 && round % 2 != 0 ? COLUMNS : 0);
    uint32_t last = state->key[words == 8 && round % 2 == 0 ? 7 : 3];
    int i;

    if (words == 8 && round == 1)
    {
        return key;
    }
    if (key == state->key)
    {
        last = rotate(last, 8);
        key[0] ^= state->constant;
        state->constant = state->constant << 1 ^ (state->constant >> 7) * 0x11B;
    }
    key[0] ^= SUBSTITUTE(last, last, last, last);
    for (i = 1; i < COLUMNS; i++)
    {
        key[i] ^= key[i - 1];
    }

    return key;
}

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
    if (keybits != 128 && keybits != 8 * sizeof(ctx->key))
    {
        return MBEDTLS_ERR_AES_INVALID_KEY_LENGTH;
    }
    SET_WORDS(ctx, keybits / 32);
    for (i = 0; i < WORDS(ctx); i++)
    {
        ctx->key[i] = read_word(key + 4 * i);
    }

    return 0;
}

int mbedtls_internal_aes_encrypt(mbedtls_aes_context *ctx, const unsigned char input[16], unsigned char output[16])
{
    unsigned words = WORDS(ctx);
    unsigned rounds = words + 6;
    const uint32_t *key;
    struct state state;
    unsigned round;
    int i;

    memcpy(state.key, ctx->key, sizeof(state.key));
    state.constant = 1;
    for (i = 0; i < COLUMNS; i++)
    {
        state.column[i] = read_word(input + 4 * i) ^ state.key[i];
    }
    for (round = 1; round <= rounds; round++)
    {
        key = next_key(&state, round, words);
        memcpy(state.column + COLUMNS, state.column, 3 * sizeof(*state.column));
        for (i = 0; i < COLUMNS; i++)
        {
            uint32_t *column = state.column + i;
            uint32_t next = SUBSTITUTE(column[0], column[1], column[2], column[3]);

            column[0] = (round < rounds ? mix(next) : next) ^ key[i];
        }
    }
    for (i = 0; i < COLUMNS; i++)
    {
        write_word(output + 4 * i, state.column[i]);
    }
    mbedtls_platform_zeroize(&state, sizeof(state));

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
