/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * AES through the engine's functions. The tests hold for the engine's module and
 * for the one that replaces it (PKG_MBEDTLS_AES_SMALL); both give results with the
 * same hash over thousands of keys and blocks.
 */
#include <string.h>

#include "unit.h"

#include "tls_config.h"

#ifdef PKG_MBEDTLS_AES

#include "mbedtls/aes.h"
#include "mbedtls/error.h"
#include "mbedtls/sha256.h"

#define BLOCK           16
#define KEYS            100
#define BLOCKS          50

static mbedtls_aes_context aes;

static int set_key(const unsigned char *key, unsigned bits)
{
    mbedtls_aes_init(&aes);

    return mbedtls_aes_setkey_enc(&aes, key, bits);
}

static int encrypt(const unsigned char *input, unsigned char *output)
{
    return mbedtls_aes_crypt_ecb(&aes, MBEDTLS_AES_ENCRYPT, input, output);
}

static void fill(unsigned char *bytes, size_t length)
{
    static uint64_t state;

    while (length-- > 0)
    {
        *bytes++ = (unsigned char)unit_number(&state);
    }
}

/* FIPS 197, appendices C.1 and C.3. */
static void examples_of_the_standard_give_the_stated_results(void **state)
{
    static const unsigned char expected[][BLOCK] =
    {
        { 0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a },
        { 0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89 }
    };
    unsigned char key[32], input[BLOCK], output[BLOCK];
    unsigned i;

    (void)state;
    for (i = 0; i < sizeof(key); i++)
    {
        key[i] = (unsigned char)i;
    }
    for (i = 0; i < BLOCK; i++)
    {
        input[i] = (unsigned char)(i * 0x11);
    }
    assert_int_equal(set_key(key, 128), 0);
    assert_int_equal(encrypt(input, output), 0);
    assert_memory_equal(output, expected[0], BLOCK);
    assert_int_equal(mbedtls_internal_aes_encrypt(&aes, input, output), 0);
    assert_memory_equal(output, expected[0], BLOCK);
    mbedtls_aes_free(&aes);
#ifdef PKG_MBEDTLS_AES_256
    assert_int_equal(set_key(key, 256), 0);
    assert_int_equal(encrypt(input, output), 0);
    assert_memory_equal(output, expected[1], BLOCK);
    mbedtls_aes_free(&aes);
#endif
}

/* The hash of a chain of blocks: each is the one before, encrypted in place with the next of KEYS keys. */
static void sum_of(unsigned bits, unsigned char hash[32])
{
    mbedtls_sha256_context sha;
    unsigned char block[BLOCK] = { 0 };
    unsigned char key[32] = { 0 };
    int i, j;

    mbedtls_sha256_init(&sha);
    assert_int_equal(mbedtls_sha256_starts(&sha, 0), 0);
    for (i = 0; i < KEYS; i++)
    {
        assert_int_equal(set_key(key, bits), 0);
        for (j = 0; j < BLOCKS; j++)
        {
            assert_int_equal(encrypt(block, block), 0);
            assert_int_equal(mbedtls_sha256_update(&sha, block, BLOCK), 0);
        }
        memcpy(key + (i % 2 == 0 ? 0 : bits / 8 - BLOCK), block, BLOCK);
        mbedtls_aes_free(&aes);
    }
    assert_int_equal(mbedtls_sha256_finish(&sha, hash), 0);
    mbedtls_sha256_free(&sha);
}

static void thousands_of_blocks_equal_those_of_the_engines_module(void **state)
{
    static const unsigned char sums[][32] =
    {
        { 0xc9, 0x45, 0x18, 0x19, 0xf8, 0x18, 0xf7, 0x14, 0x5d, 0xfb, 0x6a, 0x21, 0xf7, 0x17, 0x5a, 0xe3,
          0x52, 0xf3, 0xce, 0x75, 0xf9, 0x7a, 0x89, 0x04, 0x34, 0x3c, 0xf8, 0x33, 0x99, 0x6e, 0xa3, 0xfd },
        { 0x41, 0x38, 0x9d, 0xba, 0x13, 0x84, 0xc1, 0x28, 0x3b, 0x11, 0x85, 0x0e, 0xb5, 0x10, 0xf7, 0x2a,
          0x0b, 0x02, 0xde, 0x57, 0xa6, 0x64, 0x2b, 0x8f, 0xc4, 0x5f, 0xc5, 0x75, 0xca, 0xe1, 0x0e, 0x11 }
    };
    unsigned char hash[32];

    (void)state;
    sum_of(128, hash);
    assert_memory_equal(hash, sums[0], sizeof(hash));
#ifdef PKG_MBEDTLS_AES_256
    sum_of(256, hash);
    assert_memory_equal(hash, sums[1], sizeof(hash));
#endif
}

static void keys_and_blocks_need_no_alignment(void **state)
{
    unsigned char key[BLOCK], input[BLOCK], expected[BLOCK];
    unsigned char keys[BLOCK + 8], inputs[BLOCK + 8], outputs[BLOCK + 8];
    int i;

    (void)state;
    fill(key, sizeof(key));
    fill(input, sizeof(input));
    assert_int_equal(set_key(key, 128), 0);
    assert_int_equal(encrypt(input, expected), 0);
    mbedtls_aes_free(&aes);
    for (i = 0; i < 8; i++)
    {
        memcpy(keys + i, key, BLOCK);
        memcpy(inputs + 7 - i, input, BLOCK);
        assert_int_equal(set_key(keys + i, 128), 0);
        assert_int_equal(encrypt(inputs + 7 - i, outputs + i), 0);
        assert_memory_equal(outputs + i, expected, BLOCK);
        mbedtls_aes_free(&aes);
    }
}

static void encrypting_a_block_does_not_change_the_key(void **state)
{
    unsigned char key[BLOCK], block[BLOCK];
    mbedtls_aes_context copy;

    (void)state;
    fill(key, sizeof(key));
    fill(block, sizeof(block));
    assert_int_equal(set_key(key, 128), 0);
    memcpy(&copy, &aes, sizeof(copy));
    assert_int_equal(encrypt(block, block), 0);
    assert_memory_equal(&copy, &aes, sizeof(copy));
    mbedtls_aes_free(&aes);
}

static void free_overwrites_the_key(void **state)
{
    static const unsigned char zeros[sizeof(aes)];
    unsigned char key[BLOCK];

    (void)state;
    fill(key, sizeof(key));
    assert_int_equal(set_key(key, 128), 0);
    mbedtls_aes_free(&aes);
    assert_memory_equal(&aes, zeros, sizeof(zeros));
    mbedtls_aes_free(NULL);
}

static void keys_of_other_lengths_are_refused(void **state)
{
    static const unsigned bits[] = { 0, 1, 8, 64, 127, 129, 160, 224, 255, 257, 512 };
    unsigned char key[64] = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(bits) / sizeof(*bits); i++)
    {
        assert_int_equal(set_key(key, bits[i]), MBEDTLS_ERR_AES_INVALID_KEY_LENGTH);
    }
#ifndef PKG_MBEDTLS_AES_256
    assert_int_equal(set_key(key, 256), MBEDTLS_ERR_AES_INVALID_KEY_LENGTH);
#endif
#ifdef PKG_MBEDTLS_AES_SMALL
    assert_int_equal(set_key(key, 192), MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED);
#endif
    mbedtls_aes_free(&aes);
}

static void an_unknown_direction_is_refused(void **state)
{
    unsigned char block[BLOCK] = { 0 };

    (void)state;
    assert_int_equal(set_key(block, 128), 0);
    assert_int_equal(mbedtls_aes_crypt_ecb(&aes, 2, block, block), MBEDTLS_ERR_AES_BAD_INPUT_DATA);
#ifdef PKG_MBEDTLS_AES_SMALL
    assert_int_equal(mbedtls_aes_crypt_ecb(&aes, MBEDTLS_AES_DECRYPT, block, block),
                     MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED);
#endif
    mbedtls_aes_free(&aes);
}

#ifdef PKG_MBEDTLS_SELF_TEST
static void self_test_of_the_engine_passes(void **state)
{
    (void)state;
    assert_int_equal(mbedtls_aes_self_test(0), 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(examples_of_the_standard_give_the_stated_results),
        UNIT_TEST(thousands_of_blocks_equal_those_of_the_engines_module),
        UNIT_TEST(keys_and_blocks_need_no_alignment),
        UNIT_TEST(encrypting_a_block_does_not_change_the_key),
        UNIT_TEST(free_overwrites_the_key),
        UNIT_TEST(keys_of_other_lengths_are_refused),
        UNIT_TEST(an_unknown_direction_is_refused),
#ifdef PKG_MBEDTLS_SELF_TEST
        UNIT_TEST(self_test_of_the_engine_passes),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return UNIT_SKIPPED;
}

#endif
