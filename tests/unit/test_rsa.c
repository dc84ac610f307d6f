/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * RSA with public keys through the engine's functions, against numbers from
 * OpenSSL. The tests hold for the engine's module and for the one that replaces it
 * (PKG_MBEDTLS_RSA_PUBLIC).
 */
#include <string.h>

#include "unit.h"

#include "tls_config.h"

#ifdef PKG_MBEDTLS_RSA

#include "../../ports/src/base/tls_has.h"
#include "../../ports/src/base/tls_threading.h"

#include "mbedtls/error.h"
#include "mbedtls/rsa.h"

#include "rsa_vectors.h"

#define COUNT(array)        (sizeof(array) / sizeof((array)[0]))
#define LENGTH_MAX          512

static mbedtls_rsa_context key;

static void begin(size_t number)
{
    mbedtls_rsa_init(&key);
    assert_int_equal(mbedtls_rsa_import_raw(&key, moduli[number], lengths[number], NULL, 0, NULL, 0, NULL, 0,
                                            exponents[number], sizeof(exponents[number])), 0);
    assert_int_equal(mbedtls_rsa_complete(&key), 0);
    assert_int_equal(mbedtls_rsa_check_pubkey(&key), 0);
    assert_int_equal(mbedtls_rsa_get_len(&key), lengths[number]);
}

static int verify(const unsigned char *signature)
{
    return mbedtls_rsa_pkcs1_verify(&key, MBEDTLS_MD_SHA256, 32, digest[0], signature);
}

static void powers_equal_those_of_openssl(void **state)
{
    unsigned char output[LENGTH_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(lengths); i++)
    {
        begin(i);
        assert_int_equal(mbedtls_rsa_public(&key, inputs[i], output), 0);
        assert_memory_equal(output, outputs[i], lengths[i]);
        mbedtls_rsa_free(&key);
    }
}

static void the_smallest_and_largest_bases_give_the_right_power(void **state)
{
    unsigned char input[LENGTH_MAX] = { 0 };
    unsigned char output[LENGTH_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(lengths); i++)
    {
        begin(i);
        memset(input, 0, sizeof(input));
        assert_int_equal(mbedtls_rsa_public(&key, input, output), 0);
        assert_memory_equal(output, input, lengths[i]);
        input[lengths[i] - 1] = 1;
        assert_int_equal(mbedtls_rsa_public(&key, input, output), 0);
        assert_memory_equal(output, input, lengths[i]);
        /* The modulus minus 1 is -1; exponents are odd. */
        memcpy(input, moduli[i], lengths[i]);
        input[lengths[i] - 1]--;
        assert_int_equal(mbedtls_rsa_public(&key, input, output), 0);
        assert_memory_equal(output, input, lengths[i]);
        mbedtls_rsa_free(&key);
    }
}

static void bases_not_below_the_modulus_are_refused(void **state)
{
    unsigned char input[LENGTH_MAX];
    unsigned char output[LENGTH_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(lengths); i++)
    {
        begin(i);
        assert_int_not_equal(mbedtls_rsa_public(&key, moduli[i], output), 0);
        assert_int_not_equal(verify(moduli[i]), 0);
        memset(input, 0xFF, sizeof(input));
        assert_int_not_equal(mbedtls_rsa_public(&key, input, output), 0);
        mbedtls_rsa_free(&key);
    }
}

static void signatures_of_openssl_verify(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(lengths); i++)
    {
        begin(i);
        assert_int_equal(verify(signatures[i]), 0);
        mbedtls_rsa_free(&key);
    }
}

static void any_changed_bit_of_signature_or_digest_fails(void **state)
{
    unsigned char bytes[LENGTH_MAX];
    size_t bit;

    (void)state;
    begin(0);
    for (bit = 0; bit < 2048; bit += 31)
    {
        memcpy(bytes, signatures[0], 256);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_int_not_equal(verify(bytes), 0);
    }
    for (bit = 0; bit < 256; bit += 7)
    {
        memcpy(bytes, digest[0], 32);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_int_equal(mbedtls_rsa_pkcs1_verify(&key, MBEDTLS_MD_SHA256, 32, bytes, signatures[0]),
                         MBEDTLS_ERR_RSA_VERIFY_FAILED);
    }
    mbedtls_rsa_free(&key);
}

static void a_forged_padding_is_refused(void **state)
{
    size_t i;

    (void)state;
    begin(1);
    assert_int_equal(verify(forgeries[0]), 0);
    for (i = 1; i < COUNT(forgeries); i++)
    {
        assert_int_equal(verify(forgeries[i]), MBEDTLS_ERR_RSA_VERIFY_FAILED);
    }
    mbedtls_rsa_free(&key);
}

static void a_digest_of_another_length_or_kind_is_refused(void **state)
{
    unsigned char bytes[64] = { 0 };
    unsigned length;

    (void)state;
    begin(0);
    memcpy(bytes, digest[0], 32);
    for (length = 0; length <= 64; length++)
    {
        if (length != 32)
        {
            assert_int_not_equal(mbedtls_rsa_pkcs1_verify(&key, MBEDTLS_MD_SHA256, length, bytes, signatures[0]), 0);
        }
    }
    assert_int_not_equal(mbedtls_rsa_pkcs1_verify(&key, MBEDTLS_MD_RIPEMD160, 20, bytes, signatures[0]), 0);
    assert_int_not_equal(mbedtls_rsa_pkcs1_verify(&key, MBEDTLS_MD_NONE, 32, bytes, signatures[0]), 0);
    mbedtls_rsa_free(&key);
}

static int import(const unsigned char *modulus, size_t length, const unsigned char *exponent, size_t size)
{
    int ret;

    mbedtls_rsa_init(&key);
    ret = mbedtls_rsa_import_raw(&key, modulus, length, NULL, 0, NULL, 0, NULL, 0, exponent, size);
    ret = ret == 0 ? mbedtls_rsa_complete(&key) : ret;
    ret = ret == 0 ? mbedtls_rsa_check_pubkey(&key) : ret;

    return ret;
}

static void malformed_keys_are_refused(void **state)
{
    static const unsigned char bad[][2] = { { 0, 0 }, { 0, 1 }, { 0, 2 }, { 1, 0 } };
    static const unsigned char large[1025] = { 1, [1024] = 1 };
    unsigned char modulus[256];
    unsigned char output[LENGTH_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(bad); i++)
    {
        assert_int_not_equal(import(moduli[0], 256, bad[i], 2), 0);
        mbedtls_rsa_free(&key);
    }
    assert_int_not_equal(import(moduli[0], 256, moduli[0], 256), 0);
    mbedtls_rsa_free(&key);
    memcpy(modulus, moduli[0], 256);
    modulus[255] &= 0xFE;
    assert_int_not_equal(import(modulus, 256, exponents[0], 5), 0);
    assert_int_not_equal(mbedtls_rsa_public(&key, inputs[0], output), 0);
    mbedtls_rsa_free(&key);
    memset(modulus, 0, 256);
    assert_int_not_equal(import(modulus, 256, exponents[0], 5), 0);
    assert_int_not_equal(mbedtls_rsa_public(&key, inputs[0], output), 0);
    mbedtls_rsa_free(&key);
    modulus[255] = 0xFF;
    assert_int_not_equal(import(modulus, 256, exponents[0], 5), 0);
    mbedtls_rsa_free(&key);
    assert_int_not_equal(import(large, 1025, exponents[0], 5), 0);
    mbedtls_rsa_free(&key);
}

/* Returns zero for every third byte. */
static int numbers(void *context, unsigned char *output, size_t length)
{
    static uint64_t state;

    (void)context;
    while (length-- > 0)
    {
        uint64_t number = unit_number(&state);

        *output++ = number % 3 == 0 ? 0 : (unsigned char)(number >> 8);
    }

    return 0;
}

static int zeros(void *context, unsigned char *output, size_t length)
{
    (void)context;
    memset(output, 0, length);

    return 0;
}

static int broken(void *context, unsigned char *output, size_t length)
{
    (void)context;
    (void)output;
    (void)length;

    return -1;
}

static void encryption_has_the_right_length_and_is_random(void **state)
{
    unsigned char secret[LENGTH_MAX] = { 3, 3 };
    unsigned char first[LENGTH_MAX], second[LENGTH_MAX];
    size_t length;

    (void)state;
    begin(0);
    assert_int_equal(mbedtls_rsa_pkcs1_encrypt(&key, numbers, NULL, 48, secret, first), 0);
    assert_int_equal(mbedtls_rsa_pkcs1_encrypt(&key, numbers, NULL, 48, secret, second), 0);
    assert_memory_not_equal(first, second, 256);
    for (length = 246; length <= 512; length++)
    {
        assert_int_not_equal(mbedtls_rsa_pkcs1_encrypt(&key, numbers, NULL, length, secret, first), 0);
    }
    assert_int_equal(mbedtls_rsa_pkcs1_encrypt(&key, numbers, NULL, 245, secret, first), 0);
    assert_int_not_equal(mbedtls_rsa_pkcs1_encrypt(&key, zeros, NULL, 48, secret, first), 0);
    assert_int_not_equal(mbedtls_rsa_pkcs1_encrypt(&key, broken, NULL, 48, secret, first), 0);
    mbedtls_rsa_free(&key);
}

static void an_exhausted_heap_returns_an_error_and_leaks_nothing(void **state)
{
    rt_uint32_t nth;
    int ret = -1;

    (void)state;
    for (nth = 1; ret != 0; nth++)
    {
        assert_in_range(nth, 1, 1000);
        begin(1);
        standin_heap_fail(nth, RT_FALSE);
        ret = verify(signatures[1]);
        standin_heap_fail(0, RT_FALSE);
        assert_int_not_equal(ret, MBEDTLS_ERR_RSA_VERIFY_FAILED);
        mbedtls_rsa_free(&key);
    }
    assert_true(nth > 2);
}

#ifdef PKG_MBEDTLS_RSA_PUBLIC
/* The engine's module accepts any exponent. */
static void an_exponent_that_would_take_minutes_is_refused(void **state)
{
    static const unsigned char longest[8] = { 0x80, [7] = 1 };
    static const unsigned char longer[9] = { 1, [8] = 1 };
    unsigned char exponent[256];
    unsigned char output[LENGTH_MAX];

    (void)state;
    assert_int_equal(import(moduli[0], 256, longest, sizeof(longest)), 0);
    assert_int_equal(mbedtls_rsa_public(&key, inputs[0], output), 0);
    mbedtls_rsa_free(&key);
    assert_int_not_equal(import(moduli[0], 256, longer, sizeof(longer)), 0);
    assert_int_not_equal(mbedtls_rsa_public(&key, inputs[0], output), 0);
    mbedtls_rsa_free(&key);
    /* Odd and below the modulus. */
    memcpy(exponent, moduli[0], sizeof(exponent));
    exponent[0]--;
    assert_int_not_equal(import(moduli[0], 256, exponent, sizeof(exponent)), 0);
    assert_int_not_equal(mbedtls_rsa_public(&key, inputs[0], output), 0);
    mbedtls_rsa_free(&key);
}

static void private_keys_are_not_in_the_build(void **state)
{
    unsigned char bytes[256] = { 0 };
    size_t length;

    (void)state;
    begin(0);
    assert_int_equal(mbedtls_rsa_import_raw(&key, NULL, 0, bytes, 1, NULL, 0, NULL, 0, NULL, 0),
                     MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED);
    assert_int_not_equal(mbedtls_rsa_pkcs1_sign(&key, numbers, NULL, MBEDTLS_MD_SHA256, 32, digest[0], bytes), 0);
    assert_int_not_equal(mbedtls_rsa_pkcs1_decrypt(&key, numbers, NULL, &length, signatures[0], bytes, 256), 0);
    assert_int_not_equal(mbedtls_rsa_check_pub_priv(&key, &key), 0);
    assert_int_not_equal(mbedtls_rsa_check_privkey(&key), 0);
    mbedtls_rsa_free(&key);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(powers_equal_those_of_openssl),
        UNIT_TEST(the_smallest_and_largest_bases_give_the_right_power),
        UNIT_TEST(bases_not_below_the_modulus_are_refused),
        UNIT_TEST(signatures_of_openssl_verify),
        UNIT_TEST(any_changed_bit_of_signature_or_digest_fails),
        UNIT_TEST(a_forged_padding_is_refused),
        UNIT_TEST(a_digest_of_another_length_or_kind_is_refused),
        UNIT_TEST(malformed_keys_are_refused),
        UNIT_TEST(encryption_has_the_right_length_and_is_random),
        UNIT_TEST(an_exhausted_heap_returns_an_error_and_leaks_nothing),
#ifdef PKG_MBEDTLS_RSA_PUBLIC
        UNIT_TEST(an_exponent_that_would_take_minutes_is_refused),
        UNIT_TEST(private_keys_are_not_in_the_build),
#endif
    };

    /* With TLS 1.3 the engine's keys have a mutex. */
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3))
    {
        tls_threading_start();
    }

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return UNIT_SKIPPED;
}

#endif
