/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * AES-GCM through the engine's functions, against vectors of NIST. The tests hold
 * for the engine's module and for the one that replaces it (PKG_MBEDTLS_GCM_SMALL);
 * both give results with the same hash over thousands of messages.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "tls_config.h"

#if defined(PKG_MBEDTLS_GCM) && defined(PKG_MBEDTLS_ENGINE_3_6)

#include "mbedtls/gcm.h"
#include "mbedtls/sha256.h"

#include "gcm_vectors.h"

#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))
#define BYTES_MAX       200
#define TAG             16
#define IV              12

struct bytes
{
    unsigned char at[BYTES_MAX];
    size_t length;
};

static mbedtls_gcm_context gcm;

static struct bytes from_hex(const char *text)
{
    struct bytes bytes = { { 0 }, strlen(text) / 2 };
    size_t i;

    assert_true(bytes.length <= BYTES_MAX);
    for (i = 0; i < bytes.length; i++)
    {
        const char digits[] = { text[2 * i], text[2 * i + 1], 0 };

        bytes.at[i] = (unsigned char)strtoul(digits, NULL, 16);
    }

    return bytes;
}

static void set_key(const unsigned char *key, size_t length)
{
    mbedtls_gcm_init(&gcm);
    assert_int_equal(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, 8 * (unsigned)length), 0);
}

/* A key, and a message that fills the buffer. */
static void begin(unsigned char message[BYTES_MAX])
{
    static const unsigned char key[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
    uint64_t state = 0;
    int i;

    for (i = 0; i < BYTES_MAX; i++)
    {
        message[i] = (unsigned char)unit_number(&state);
    }
    set_key(key, sizeof(key));
}

static int is_zero(const unsigned char *bytes, size_t length)
{
    while (length > 0 && *bytes == 0)
    {
        bytes++;
        length--;
    }

    return length == 0;
}

static void check_vector(const struct vector *vector)
{
    struct bytes key = from_hex(vector->key), iv = from_hex(vector->iv), add = from_hex(vector->add);
    struct bytes cipher = from_hex(vector->cipher), expected = from_hex(vector->tag);
    unsigned char output[BYTES_MAX], tag[TAG];

    set_key(key.at, key.length);
    memset(output, 0xFF, sizeof(output));
    if (vector->plain == NULL)
    {
        assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, cipher.length, iv.at, iv.length, add.at, add.length,
                                                  expected.at, expected.length, cipher.at, output),
                         MBEDTLS_ERR_GCM_AUTH_FAILED);
        assert_true(is_zero(output, cipher.length));
    }
    else
    {
        struct bytes plain = from_hex(vector->plain);

        assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, cipher.length, iv.at, iv.length, add.at, add.length,
                                                  expected.at, expected.length, cipher.at, output), 0);
        assert_memory_equal(output, plain.at, plain.length);
        assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plain.length, iv.at, iv.length, add.at,
                                                   add.length, plain.at, output, expected.length, tag), 0);
        assert_memory_equal(output, cipher.at, cipher.length);
        assert_memory_equal(tag, expected.at, expected.length);
    }
    mbedtls_gcm_free(&gcm);
}

static void vectors_of_nist_give_the_stated_results(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(vectors_128); i++)
    {
        check_vector(&vectors_128[i]);
    }
#ifdef PKG_MBEDTLS_AES_256
    for (i = 0; i < COUNT(vectors_256); i++)
    {
        check_vector(&vectors_256[i]);
    }
#endif
}

/* Adds an encrypted message and its tag to the hash. */
static void hash_message(mbedtls_sha256_context *sha, const unsigned char *message, size_t length, size_t add_length,
                         const unsigned char *iv, size_t iv_length)
{
    unsigned char output[BYTES_MAX], tag[TAG];

    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, length, iv, iv_length, message, add_length,
                                               message, output, TAG, tag), 0);
    assert_int_equal(mbedtls_sha256_update(sha, output, length), 0);
    assert_int_equal(mbedtls_sha256_update(sha, tag, TAG), 0);
}

static void thousands_of_messages_equal_those_of_the_engines_module(void **state)
{
    static const unsigned char expected[32] =
    {
        0x51, 0x88, 0x49, 0x1a, 0xd7, 0x4b, 0x5e, 0x96, 0xf8, 0xe9, 0xe5, 0xf0, 0xcf, 0x26, 0xe0, 0x5f,
        0x9b, 0x0a, 0xb8, 0x9e, 0x33, 0x22, 0x30, 0x46, 0x09, 0x6c, 0x14, 0x7a, 0xb2, 0x4c, 0x42, 0x6e
    };
    static const unsigned char key[16];
    struct bytes late = from_hex(iv_before_the_end);
    unsigned char message[BYTES_MAX], hash[32];
    mbedtls_sha256_context sha;
    size_t length, other;

    (void)state;
    mbedtls_sha256_init(&sha);
    assert_int_equal(mbedtls_sha256_starts(&sha, 0), 0);
    begin(message);
    for (length = 0; length <= 70; length++)
    {
        for (other = 0; other <= 40; other++)
        {
            hash_message(&sha, message, length, other, message + 100, IV);
        }
        hash_message(&sha, message, 20, 13, message + 60, length + 1);
    }
    mbedtls_gcm_free(&gcm);
    /* The counter wraps from FFFFFFFF to 0. */
    set_key(key, sizeof(key));
    hash_message(&sha, message, BYTES_MAX, 13, late.at, late.length);
    mbedtls_gcm_free(&gcm);
    assert_int_equal(mbedtls_sha256_finish(&sha, hash), 0);
    mbedtls_sha256_free(&sha);
    assert_memory_equal(hash, expected, sizeof(hash));
}

static void update(const unsigned char *input, size_t length, unsigned char *output)
{
    size_t done = 99;

    assert_int_equal(mbedtls_gcm_update(&gcm, input, length, output, length, &done), 0);
    assert_int_equal(done, length);
}

/* A message of 70 bytes with 40 bytes of additional data, each in three parts and in one. */
static void check_parts(int mode, size_t first, size_t second)
{
    unsigned char message[BYTES_MAX], output[BYTES_MAX], expected[BYTES_MAX], tag[TAG], expected_tag[TAG];
    size_t end = 70, add_end = 40, done = 99;
    size_t add_first = first % (add_end + 1), add_second = add_first + (second - first) % (add_end + 1 - add_first);

    begin(message);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, mode, end, message, IV, message, add_end, message, expected,
                                               TAG, expected_tag), 0);
    assert_int_equal(mbedtls_gcm_starts(&gcm, mode, message, IV), 0);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message, add_first), 0);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message + add_first, add_second - add_first), 0);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message + add_second, add_end - add_second), 0);
    update(message, first, output);
    update(message + first, second - first, output + first);
    update(message + second, end - second, output + second);
    assert_int_equal(mbedtls_gcm_finish(&gcm, NULL, 0, &done, tag, TAG), 0);
    assert_int_equal(done, 0);
    assert_memory_equal(output, expected, end);
    assert_memory_equal(tag, expected_tag, TAG);
    mbedtls_gcm_free(&gcm);
}

static void a_message_in_parts_gives_the_same_result_as_in_one(void **state)
{
    size_t first, second;

    (void)state;
    for (first = 0; first <= 70; first++)
    {
        for (second = first; second <= 70; second++)
        {
            check_parts(MBEDTLS_GCM_ENCRYPT, first, second);
            check_parts(MBEDTLS_GCM_DECRYPT, first, second);
        }
    }
}

static void a_message_byte_by_byte_gives_the_same_result_as_in_one(void **state)
{
    unsigned char message[BYTES_MAX], output[BYTES_MAX], expected[BYTES_MAX], tag[TAG], expected_tag[TAG];
    size_t i, done;

    (void)state;
    begin(message);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, BYTES_MAX, message, IV, message, BYTES_MAX,
                                               message, expected, TAG, expected_tag), 0);
    assert_int_equal(mbedtls_gcm_starts(&gcm, MBEDTLS_GCM_ENCRYPT, message, IV), 0);
    for (i = 0; i < BYTES_MAX; i++)
    {
        assert_int_equal(mbedtls_gcm_update_ad(&gcm, message + i, 1), 0);
    }
    for (i = 0; i < BYTES_MAX; i++)
    {
        update(message + i, 1, output + i);
    }
    assert_int_equal(mbedtls_gcm_finish(&gcm, NULL, 0, &done, tag, TAG), 0);
    assert_memory_equal(output, expected, BYTES_MAX);
    assert_memory_equal(tag, expected_tag, TAG);
    mbedtls_gcm_free(&gcm);
}

static void a_message_may_be_encrypted_in_place(void **state)
{
    unsigned char message[BYTES_MAX], expected[BYTES_MAX], buffer[BYTES_MAX], tag[TAG], expected_tag[TAG];
    size_t length, offset;

    (void)state;
    begin(message);
    for (length = 0; length <= 70; length++)
    {
        assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, length, message, IV, message, 13,
                                                   message, expected, TAG, expected_tag), 0);
        /* In place, or some bytes lower, as a record is decrypted over its explicit nonce. */
        for (offset = 0; offset <= 20; offset += 4)
        {
            memcpy(buffer + offset, message, length);
            assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, length, message, IV, message, 13,
                                                       buffer + offset, buffer, TAG, tag), 0);
            assert_memory_equal(buffer, expected, length);
            assert_memory_equal(tag, expected_tag, TAG);
        }
        memcpy(buffer, expected, length);
        assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, length, message, IV, message, 13, expected_tag, TAG,
                                                  buffer, buffer), 0);
        assert_memory_equal(buffer, message, length);
    }
    /* Higher addresses would overwrite input that is still to be read. */
    for (offset = 1; offset < 40; offset++)
    {
        assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 40, message, IV, NULL, 0, buffer,
                                                   buffer + offset, TAG, tag), MBEDTLS_ERR_GCM_BAD_INPUT);
    }
    mbedtls_gcm_free(&gcm);
}

static void any_changed_bit_makes_the_tag_wrong(void **state)
{
    unsigned char message[BYTES_MAX], cipher[BYTES_MAX], output[BYTES_MAX], tag[TAG];
    unsigned char *const parts[] = { message, message + 50, tag, cipher };
    static const size_t lengths[] = { IV, 21, TAG, 37 };
    size_t part, bit;

    (void)state;
    begin(message);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 37, message, IV, message + 50, 21,
                                               message + 100, cipher, TAG, tag), 0);
    for (part = 0; part < COUNT(parts); part++)
    {
        for (bit = 0; bit < 8 * lengths[part]; bit++)
        {
            parts[part][bit / 8] ^= (unsigned char)(1 << bit % 8);
            memset(output, 0xFF, sizeof(output));
            assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, 37, message, IV, message + 50, 21, tag, TAG, cipher,
                                                      output), MBEDTLS_ERR_GCM_AUTH_FAILED);
            assert_true(is_zero(output, 37));
            assert_int_equal(output[37], 0xFF);
            parts[part][bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
    }
    /* Bytes moved from the additional data to the message. */
    assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, 37, message, IV, message + 50, 20, tag, TAG, cipher, output),
                     MBEDTLS_ERR_GCM_AUTH_FAILED);
    assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, 36, message, IV, message + 50, 21, tag, TAG, cipher, output),
                     MBEDTLS_ERR_GCM_AUTH_FAILED);
    assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, 37, message, IV, message + 50, 21, tag, TAG, cipher, output), 0);
    assert_memory_equal(output, message + 100, 37);
    mbedtls_gcm_free(&gcm);
}

static void tags_have_4_to_16_bytes(void **state)
{
    unsigned char message[BYTES_MAX], cipher[BYTES_MAX], output[BYTES_MAX], whole[TAG], tag[32];
    size_t length;

    (void)state;
    begin(message);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 20, message, IV, NULL, 0, message, cipher,
                                               TAG, whole), 0);
    for (length = 0; length <= 20; length++)
    {
        int expected = length < 4 || length > TAG ? MBEDTLS_ERR_GCM_BAD_INPUT : 0;

        memset(tag, 0, sizeof(tag));
        assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 20, message, IV, NULL, 0, message,
                                                   cipher, length, tag), expected);
        assert_memory_equal(tag, whole, expected == 0 ? length : 0);
        assert_true(is_zero(tag + length, sizeof(tag) - length));
        assert_int_equal(mbedtls_gcm_auth_decrypt(&gcm, 20, message, IV, NULL, 0, tag, length, cipher, output),
                         expected);
    }
    mbedtls_gcm_free(&gcm);
}

static void an_abandoned_message_does_not_change_the_next(void **state)
{
    unsigned char message[BYTES_MAX], output[BYTES_MAX], tag[TAG], expected[TAG];

    (void)state;
    begin(message);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 30, message, IV, message, 5, message,
                                               output, TAG, expected), 0);
    assert_int_equal(mbedtls_gcm_starts(&gcm, MBEDTLS_GCM_DECRYPT, message + 50, 17), 0);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message, 7), 0);
    update(message, 21, output);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 30, message, IV, message, 5, message,
                                               output, TAG, tag), 0);
    assert_memory_equal(tag, expected, TAG);
    /* Neither does an earlier key. */
    assert_int_equal(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, message, 128), 0);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 30, message, IV, message, 5, message,
                                               output, TAG, tag), 0);
    assert_memory_not_equal(tag, expected, TAG);
    mbedtls_gcm_free(&gcm);
    begin(message);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 30, message, IV, message, 5, message,
                                               output, TAG, tag), 0);
    assert_memory_equal(tag, expected, TAG);
    mbedtls_gcm_free(&gcm);
}

static void lengths_beyond_the_limits_of_gcm_are_refused(void **state)
{
    unsigned char message[BYTES_MAX], output[BYTES_MAX], tag[TAG];
    size_t done;

    (void)state;
    (void)tag;
    begin(message);
    assert_int_equal(mbedtls_gcm_starts(&gcm, MBEDTLS_GCM_ENCRYPT, message, 0), MBEDTLS_ERR_GCM_BAD_INPUT);
    assert_int_equal(mbedtls_gcm_starts(&gcm, MBEDTLS_GCM_ENCRYPT, message, IV), 0);
    assert_int_equal(mbedtls_gcm_update(&gcm, message, 20, output, 19, &done), MBEDTLS_ERR_GCM_BUFFER_TOO_SMALL);
#if SIZE_MAX > 0xFFFFFFFFu
    /* With one byte more the counter would return to its start. The input is not read. */
    assert_int_equal(mbedtls_gcm_update(&gcm, message, 0xFFFFFFFE1u, message, SIZE_MAX, &done),
                     MBEDTLS_ERR_GCM_BAD_INPUT);
    update(message, 1, output);
    assert_int_equal(mbedtls_gcm_update(&gcm, message, 0xFFFFFFFE0u, message, SIZE_MAX, &done),
                     MBEDTLS_ERR_GCM_BAD_INPUT);
    assert_int_equal(mbedtls_gcm_starts(&gcm, MBEDTLS_GCM_ENCRYPT, message, IV), 0);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message, (size_t)1 << 61), MBEDTLS_ERR_GCM_BAD_INPUT);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message, 1), 0);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message, ((size_t)1 << 61) - 1), MBEDTLS_ERR_GCM_BAD_INPUT);
    assert_int_equal(mbedtls_gcm_update_ad(&gcm, message, SIZE_MAX), MBEDTLS_ERR_GCM_BAD_INPUT);
#endif
#ifdef PKG_MBEDTLS_GCM_SMALL
    /* The engine's module would go on and return a tag that does not depend on the message. */
    assert_int_equal(mbedtls_gcm_starts(&gcm, 2, message, IV), MBEDTLS_ERR_GCM_BAD_INPUT);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, -1, 20, message, IV, NULL, 0, message, output, TAG, tag),
                     MBEDTLS_ERR_GCM_BAD_INPUT);
#endif
    mbedtls_gcm_free(&gcm);
    assert_int_not_equal(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, message, 64), 0);
    assert_int_not_equal(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_NONE, message, 128), 0);
    assert_int_not_equal(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_DES, message, 128), 0);
    mbedtls_gcm_free(&gcm);
}

static void free_overwrites_the_key(void **state)
{
    static const unsigned char zeros[sizeof(gcm)];
    unsigned char message[BYTES_MAX], tag[TAG];

    (void)state;
    begin(message);
    assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 20, message, IV, NULL, 0, message, message,
                                               TAG, tag), 0);
    mbedtls_gcm_free(&gcm);
    assert_memory_equal(&gcm, zeros, sizeof(zeros));
    mbedtls_gcm_free(NULL);
}

#ifdef PKG_MBEDTLS_SELF_TEST
static void self_test_of_the_engine_passes(void **state)
{
    (void)state;
    assert_int_equal(mbedtls_gcm_self_test(0), 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(vectors_of_nist_give_the_stated_results),
        UNIT_TEST(thousands_of_messages_equal_those_of_the_engines_module),
        UNIT_TEST(a_message_in_parts_gives_the_same_result_as_in_one),
        UNIT_TEST(a_message_byte_by_byte_gives_the_same_result_as_in_one),
        UNIT_TEST(a_message_may_be_encrypted_in_place),
        UNIT_TEST(any_changed_bit_makes_the_tag_wrong),
        UNIT_TEST(tags_have_4_to_16_bytes),
        UNIT_TEST(an_abandoned_message_does_not_change_the_next),
        UNIT_TEST(lengths_beyond_the_limits_of_gcm_are_refused),
        UNIT_TEST(free_overwrites_the_key),
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
