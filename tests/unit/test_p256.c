/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * P-256 through the engine's functions, against numbers from OpenSSL. The tests
 * hold for the engine's arithmetic and for the kernel that replaces it
 * (PKG_MBEDTLS_P256_M).
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "unit.h"

#include "tls_config.h"

#include "mbedtls/asn1.h"
#include "mbedtls/ecdh.h"
#include "mbedtls/ecdsa.h"
#include "mbedtls/pk.h"

#include "p256_vectors.h"

#define COUNT(array)        (sizeof(array) / sizeof((array)[0]))

static const unsigned char field[32] =
{
    0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
};
static const unsigned char order[32] =
{
    0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51
};

/* The state of a test. */
static mbedtls_ecp_group group;
static mbedtls_ecp_point point;
static mbedtls_mpi scalar, r, s, secret;

static void begin(void)
{
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&scalar);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mbedtls_mpi_init(&secret);
    assert_int_equal(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1), 0);
}

static void end(void)
{
    mbedtls_mpi_free(&secret);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&scalar);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
}

/* The engine's f_rng: the same in every run. */
static int numbers(void *context, unsigned char *output, size_t length)
{
    static uint64_t state;

    (void)context;
    while (length-- > 0)
    {
        *output++ = (unsigned char)unit_number(&state);
    }

    return 0;
}

static void read_number(mbedtls_mpi *number, const unsigned char *bytes, size_t length)
{
    assert_int_equal(mbedtls_mpi_read_binary(number, bytes, length), 0);
}

static void read_point(const unsigned char bytes[65])
{
    assert_int_equal(mbedtls_ecp_point_read_binary(&group, &point, bytes, 65), 0);
}

static int share(void)
{
    return mbedtls_ecdh_compute_shared(&group, &secret, &point, &scalar, numbers, RT_NULL);
}

/* Reads r and s of the signature of a digest. */
static void read_signature(size_t number)
{
    unsigned char *p = (unsigned char *)signatures[number] + 2;
    const unsigned char *last = p + signatures[number][1];

    assert_int_equal(mbedtls_asn1_get_mpi(&p, last, &r), 0);
    assert_int_equal(mbedtls_asn1_get_mpi(&p, last, &s), 0);
    assert_ptr_equal(p, last);
}

static int verify(size_t number)
{
    return mbedtls_ecdsa_verify(&group, digests[number], digest_lengths[number], &point, &r, &s);
}

static void the_group_has_the_parameters_of_the_curve(void **state)
{
    unsigned char bytes[32];

    (void)state;
    begin();
    assert_int_equal(group.id, MBEDTLS_ECP_DP_SECP256R1);
    assert_int_equal(group.pbits, 256);
    assert_int_equal(group.nbits, 256);
    assert_int_equal(mbedtls_mpi_write_binary(&group.P, bytes, 32), 0);
    assert_memory_equal(bytes, field, 32);
    assert_int_equal(mbedtls_mpi_write_binary(&group.N, bytes, 32), 0);
    assert_memory_equal(bytes, order, 32);
    assert_true(mbedtls_ecp_group_a_is_minus_3(&group));
    /* The base point is on the curve, and y^2 = x^3 - 3x + B there. */
    assert_int_equal(mbedtls_ecp_check_pubkey(&group, &group.G), 0);
    assert_int_equal(mbedtls_mpi_mul_mpi(&r, &group.G.X, &group.G.X), 0);
    assert_int_equal(mbedtls_mpi_sub_int(&r, &r, 3), 0);
    assert_int_equal(mbedtls_mpi_mul_mpi(&r, &r, &group.G.X), 0);
    assert_int_equal(mbedtls_mpi_add_mpi(&r, &r, &group.B), 0);
    assert_int_equal(mbedtls_mpi_mul_mpi(&s, &group.G.Y, &group.G.Y), 0);
    assert_int_equal(mbedtls_mpi_sub_mpi(&r, &r, &s), 0);
    assert_int_equal(mbedtls_mpi_mod_mpi(&r, &r, &group.P), 0);
    assert_int_equal(mbedtls_mpi_cmp_int(&r, 0), 0);
    end();
}

static void shared_secrets_equal_those_of_openssl(void **state)
{
    unsigned char bytes[32];
    size_t i;

    (void)state;
    begin();
    for (i = 0; i < COUNT(secrets); i++)
    {
        read_number(&scalar, private_keys[i], 32);
        read_point(public_keys[(i + 1) % COUNT(secrets)]);
        assert_int_equal(share(), 0);
        assert_int_equal(mbedtls_mpi_write_binary(&secret, bytes, 32), 0);
        assert_memory_equal(bytes, secrets[i], 32);
    }
    end();
}

static void signatures_of_openssl_verify(void **state)
{
    size_t i;

    (void)state;
    begin();
    read_point(public_keys[0]);
    for (i = 0; i < COUNT(signatures); i++)
    {
        read_signature(i);
        assert_int_equal(verify(i), 0);
    }
    end();
}

static void a_signature_fails_with_another_key_or_digest(void **state)
{
    size_t i;

    (void)state;
    begin();
    for (i = 0; i < COUNT(signatures); i++)
    {
        read_signature(i);
        read_point(public_keys[1]);
        assert_int_equal(verify(i), MBEDTLS_ERR_ECP_VERIFY_FAILED);
        read_point(public_keys[0]);
        assert_int_equal(mbedtls_ecdsa_verify(&group, digests[(i + 1) % COUNT(digests)],
                                              digest_lengths[(i + 1) % COUNT(digests)], &point, &r, &s),
                         MBEDTLS_ERR_ECP_VERIFY_FAILED);
        mbedtls_mpi_swap(&r, &s);
        assert_int_equal(verify(i), MBEDTLS_ERR_ECP_VERIFY_FAILED);
    }
    end();
}

static void any_changed_bit_of_signature_or_digest_fails(void **state)
{
    unsigned char bytes[64], digest[32];
    int bit;

    (void)state;
    begin();
    read_point(public_keys[0]);
    for (bit = 0; bit < 512; bit += 5)
    {
        read_signature(1);
        assert_int_equal(mbedtls_mpi_write_binary(&r, bytes, 32), 0);
        assert_int_equal(mbedtls_mpi_write_binary(&s, bytes + 32, 32), 0);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        read_number(&r, bytes, 32);
        read_number(&s, bytes + 32, 32);
        assert_int_equal(verify(1), MBEDTLS_ERR_ECP_VERIFY_FAILED);
    }
    read_signature(1);
    for (bit = 0; bit < 256; bit += 5)
    {
        memcpy(digest, digests[1], 32);
        digest[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_int_equal(mbedtls_ecdsa_verify(&group, digest, 32, &point, &r, &s), MBEDTLS_ERR_ECP_VERIFY_FAILED);
    }
    end();
}

/* Tries each value as r and as s, with the other one correct. */
static void check_out_of_range(const unsigned char *bytes, size_t length, int sign)
{
    mbedtls_mpi *numbers[] = { &r, &s };
    size_t i;

    for (i = 0; i < 2; i++)
    {
        read_signature(1);
        read_number(numbers[i], bytes, length);
        numbers[i]->s = (short)sign;
        assert_int_equal(verify(1), MBEDTLS_ERR_ECP_VERIFY_FAILED);
    }
}

static void r_and_s_outside_1_to_order_minus_1_are_refused(void **state)
{
    static const unsigned char zero[32];
    static const unsigned char long_number[33] = { 1 };
    unsigned char bytes[33];
    size_t i;

    (void)state;
    begin();
    read_point(public_keys[0]);
    check_out_of_range(zero, 1, 1);
    check_out_of_range(zero, 32, 1);
    check_out_of_range(order, 32, 1);
    memcpy(bytes, order, 32);
    bytes[31]++;
    check_out_of_range(bytes, 32, 1);
    memset(bytes, 0xFF, 33);
    check_out_of_range(bytes, 32, 1);
    check_out_of_range(bytes, 33, 1);
    check_out_of_range(long_number, 33, 1);

    /* The correct value negated, or with the order added. */
    for (i = 0; i < 2; i++)
    {
        mbedtls_mpi *number = i == 0 ? &r : &s;

        read_signature(1);
        number->s = -1;
        assert_int_equal(verify(1), MBEDTLS_ERR_ECP_VERIFY_FAILED);
        read_signature(1);
        assert_int_equal(mbedtls_mpi_add_mpi(number, number, &group.N), 0);
        assert_int_equal(verify(1), MBEDTLS_ERR_ECP_VERIFY_FAILED);
    }
    end();
}

/* A point that neither key exchange nor verification may accept. */
static void check_bad_point(void)
{
    assert_int_equal(mbedtls_ecp_check_pubkey(&group, &point), MBEDTLS_ERR_ECP_INVALID_KEY);
    read_number(&scalar, private_keys[0], 32);
    assert_int_not_equal(share(), 0);
    read_signature(1);
    assert_int_not_equal(verify(1), 0);
}

static void points_off_the_curve_are_refused(void **state)
{
    static const unsigned char infinity[1];
    unsigned char bytes[65];
    int bit;

    (void)state;
    begin();
    for (bit = 8; bit < 520; bit += 37)
    {
        memcpy(bytes, public_keys[0], 65);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        read_point(bytes);
        check_bad_point();
    }

    memset(bytes + 1, 0, 64);
    read_point(bytes);
    check_bad_point();

    /* Coordinates not below the field's prime, although x mod p belongs to a point on the curve. */
    memcpy(bytes + 1, field, 32);
    memcpy(bytes + 33, field, 32);
    read_point(bytes);
    check_bad_point();
    memset(bytes + 1, 0xFF, 64);
    read_point(bytes);
    check_bad_point();
    read_point(public_keys[0]);
    assert_int_equal(mbedtls_mpi_add_mpi(&point.X, &point.X, &group.P), 0);
    check_bad_point();
    read_point(public_keys[0]);
    point.Y.s = -1;
    check_bad_point();

    assert_int_equal(mbedtls_ecp_point_read_binary(&group, &point, infinity, 1), 0);
    assert_true(mbedtls_ecp_is_zero(&point));
    check_bad_point();
    read_point(public_keys[0]);
    assert_int_equal(mbedtls_mpi_lset(&point.Z, 2), 0);
    assert_int_equal(mbedtls_ecp_check_pubkey(&group, &point), MBEDTLS_ERR_ECP_INVALID_KEY);
    end();
}

static void points_in_another_encoding_are_refused(void **state)
{
    static const unsigned char forms[] = { 0, 1, 5, 6, 7, 8, 0xFF };
    unsigned char bytes[70];
    const unsigned char *at;
    size_t i;

    (void)state;
    begin();
    memset(bytes, 0, sizeof(bytes));
    memcpy(bytes, public_keys[0], 65);
    for (i = 0; i < 70; i++)
    {
        if (i != 65 && i != 33)         /* 33: compressed, which the engine's code may read */
        {
            assert_int_not_equal(mbedtls_ecp_point_read_binary(&group, &point, bytes, i), 0);
        }
    }
    for (i = 0; i < COUNT(forms); i++)
    {
        bytes[0] = forms[i];
        assert_int_not_equal(mbedtls_ecp_point_read_binary(&group, &point, bytes, 65), 0);
    }

    /* In TLS a length byte precedes the point. */
    bytes[0] = 65;
    memcpy(bytes + 1, public_keys[0], 65);
    at = bytes;
    assert_int_equal(mbedtls_ecp_tls_read_point(&group, &point, &at, 66), 0);
    assert_ptr_equal(at, bytes + 66);
    for (i = 0; i < 66; i++)
    {
        at = bytes;
        assert_int_not_equal(mbedtls_ecp_tls_read_point(&group, &point, &at, i), 0);
    }
    bytes[0] = 0;
    at = bytes;
    assert_int_not_equal(mbedtls_ecp_tls_read_point(&group, &point, &at, 66), 0);
    end();
}

static void points_are_written_as_they_were_read(void **state)
{
    unsigned char bytes[70];
    size_t length, room;

    (void)state;
    begin();
    read_point(public_keys[2]);
    for (room = 0; room < 65; room++)
    {
        assert_int_equal(mbedtls_ecp_point_write_binary(&group, &point, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, bytes,
                                                        room), MBEDTLS_ERR_ECP_BUFFER_TOO_SMALL);
    }
    assert_int_equal(mbedtls_ecp_point_write_binary(&group, &point, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, bytes, 65),
                     0);
    assert_int_equal(length, 65);
    assert_memory_equal(bytes, public_keys[2], 65);
    assert_int_equal(mbedtls_ecp_point_write_binary(&group, &point, MBEDTLS_ECP_PF_COMPRESSED, &length, bytes, 65),
                     0);
    assert_int_equal(length, 33);
    assert_int_equal(bytes[0], 2 + public_keys[2][64] % 2);
    assert_memory_equal(bytes + 1, public_keys[2] + 1, 32);
    assert_int_equal(mbedtls_ecp_tls_write_point(&group, &point, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, bytes, 66), 0);
    assert_int_equal(length, 66);
    assert_int_equal(bytes[0], 65);
    assert_memory_equal(bytes + 1, public_keys[2], 65);
    assert_int_equal(mbedtls_ecp_set_zero(&point), 0);
    assert_int_equal(mbedtls_ecp_point_write_binary(&group, &point, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, bytes, 65),
                     0);
    assert_int_equal(length, 1);
    assert_int_equal(bytes[0], 0);
    end();
}

static void private_keys_outside_1_to_order_minus_1_are_refused(void **state)
{
    static const unsigned char zero[32];
    unsigned char bytes[33];

    (void)state;
    begin();
    read_point(public_keys[0]);
    read_number(&scalar, zero, 32);
    assert_int_equal(mbedtls_ecp_check_privkey(&group, &scalar), MBEDTLS_ERR_ECP_INVALID_KEY);
    assert_int_not_equal(share(), 0);
    read_number(&scalar, order, 32);
    assert_int_equal(mbedtls_ecp_check_privkey(&group, &scalar), MBEDTLS_ERR_ECP_INVALID_KEY);
    assert_int_not_equal(share(), 0);
    memset(bytes, 0xFF, 33);
    read_number(&scalar, bytes, 33);
    assert_int_equal(mbedtls_ecp_check_privkey(&group, &scalar), MBEDTLS_ERR_ECP_INVALID_KEY);
    assert_int_not_equal(share(), 0);

    /* The largest and the smallest valid key. */
    memcpy(bytes, order, 32);
    bytes[31]--;
    read_number(&scalar, bytes, 32);
    assert_int_equal(mbedtls_ecp_check_privkey(&group, &scalar), 0);
    assert_int_equal(share(), 0);
    assert_int_equal(mbedtls_mpi_cmp_mpi(&secret, &point.X), 0);    /* x of -Q is x of Q */
    assert_int_equal(mbedtls_mpi_lset(&scalar, 1), 0);
    assert_int_equal(mbedtls_ecp_check_privkey(&group, &scalar), 0);
    assert_int_equal(share(), 0);
    assert_int_equal(mbedtls_mpi_cmp_mpi(&secret, &point.X), 0);
    end();
}

static void fresh_keys_differ_and_agree(void **state)
{
    mbedtls_ecp_point peer;
    mbedtls_mpi other;

    (void)state;
    begin();
    mbedtls_ecp_point_init(&peer);
    mbedtls_mpi_init(&other);
    assert_int_equal(mbedtls_ecdh_gen_public(&group, &scalar, &point, numbers, RT_NULL), 0);
    assert_int_equal(mbedtls_ecdh_gen_public(&group, &other, &peer, numbers, RT_NULL), 0);
    assert_int_equal(mbedtls_ecp_check_privkey(&group, &scalar), 0);
    assert_int_equal(mbedtls_ecp_check_pubkey(&group, &point), 0);
    assert_int_not_equal(mbedtls_mpi_cmp_mpi(&scalar, &other), 0);
    assert_int_not_equal(mbedtls_ecp_point_cmp(&point, &peer), 0);

    assert_int_equal(mbedtls_ecdh_compute_shared(&group, &r, &peer, &scalar, numbers, RT_NULL), 0);
    assert_int_equal(mbedtls_ecdh_compute_shared(&group, &s, &point, &other, numbers, RT_NULL), 0);
    assert_int_equal(mbedtls_mpi_cmp_mpi(&r, &s), 0);
    mbedtls_mpi_free(&other);
    mbedtls_ecp_point_free(&peer);
    end();
}

static int calls;

static int no_random(void *context, unsigned char *output, size_t length)
{
    (void)context;
    (void)output;
    (void)length;
    calls++;

    return -0x1234;
}

/* All ones, which is above the order, or all zeros. */
static int stuck_random(void *context, unsigned char *output, size_t length)
{
    memset(output, *(int *)context, length);
    calls++;

    return 0;
}

static void a_bad_random_source_makes_no_key(void **state)
{
    int value;

    (void)state;
    begin();
    calls = 0;
    assert_int_not_equal(mbedtls_ecdh_gen_public(&group, &scalar, &point, no_random, RT_NULL), 0);
    assert_int_equal(calls, 1);
    for (value = 0; value <= 0xFF; value += 0xFF)
    {
        calls = 0;
        assert_int_not_equal(mbedtls_ecdh_gen_public(&group, &scalar, &point, stuck_random, &value), 0);
        assert_in_range(calls, 1, 300);
    }
    end();
}

static void a_key_file_without_a_public_key_gets_it(void **state)
{
    unsigned char bytes[65];
    mbedtls_pk_context key;
    size_t i, length;

    (void)state;
    begin();
    for (i = 0; i < COUNT(key_files); i++)
    {
        mbedtls_pk_init(&key);
        assert_int_equal(mbedtls_pk_parse_key(&key, key_files[i], sizeof(key_files[i]), NULL, 0, numbers,
                                              RT_NULL), 0);
        assert_int_equal(mbedtls_ecp_write_public_key(mbedtls_pk_ec(key), MBEDTLS_ECP_PF_UNCOMPRESSED, &length, bytes,
                                                      65), 0);
        assert_memory_equal(bytes, public_keys[i], 65);
        assert_int_equal(mbedtls_ecp_check_pub_priv(mbedtls_pk_ec(key), mbedtls_pk_ec(key), numbers,
                                                    RT_NULL), 0);
        read_point(public_keys[(i + 1) % COUNT(key_files)]);
        assert_int_equal(mbedtls_ecp_set_public_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key), &point), 0);
        assert_int_not_equal(mbedtls_ecp_check_pub_priv(mbedtls_pk_ec(key), mbedtls_pk_ec(key), numbers,
                                                        RT_NULL), 0);
        mbedtls_pk_free(&key);
    }
    end();
}

static void signatures_in_der_are_read_to_their_end(void **state)
{
    mbedtls_ecdsa_context context;
    unsigned char der[80];
    size_t length = 2 + signatures[1][1];
    size_t i;

    (void)state;
    mbedtls_ecdsa_init(&context);
    assert_int_equal(mbedtls_ecp_group_load(&context.grp, MBEDTLS_ECP_DP_SECP256R1), 0);
    assert_int_equal(mbedtls_ecp_point_read_binary(&context.grp, &context.Q, public_keys[0], 65), 0);
    memset(der, 0, sizeof(der));
    memcpy(der, signatures[1], length);
    assert_int_equal(mbedtls_ecdsa_read_signature(&context, digests[1], 32, der, length), 0);
    for (i = 0; i < length; i++)
    {
        assert_int_not_equal(mbedtls_ecdsa_read_signature(&context, digests[1], 32, der, i), 0);
    }
    assert_int_not_equal(mbedtls_ecdsa_read_signature(&context, digests[1], 32, der, length + 1), 0);
    mbedtls_ecdsa_free(&context);
}

static void signing_is_in_the_build_only_if_selected(void **state)
{
    (void)state;
    begin();
    read_number(&scalar, private_keys[1], 32);
    read_point(public_keys[1]);
#ifdef PKG_MBEDTLS_ECDSA_SIGN
    {
        size_t i;

        for (i = 0; i < COUNT(digests); i++)
        {
            assert_int_equal(mbedtls_ecdsa_sign(&group, &r, &s, &scalar, digests[i], digest_lengths[i],
                                                numbers, RT_NULL), 0);
            assert_int_equal(verify(i), 0);
            assert_int_equal(mbedtls_mpi_copy(&secret, &r), 0);
            assert_int_equal(mbedtls_ecdsa_sign(&group, &r, &s, &scalar, digests[i], digest_lengths[i],
                                                numbers, RT_NULL), 0);
            assert_int_not_equal(mbedtls_mpi_cmp_mpi(&secret, &r), 0);
        }
        read_number(&scalar, order, 32);
        assert_int_not_equal(mbedtls_ecdsa_sign(&group, &r, &s, &scalar, digests[1], 32, numbers, RT_NULL),
                             0);
        assert_int_equal(mbedtls_mpi_lset(&scalar, 0), 0);
    }
#endif
    assert_int_not_equal(mbedtls_ecdsa_sign(&group, &r, &s, &scalar, digests[1], 32, numbers, RT_NULL), 0);
    end();
}

/* Fails each of the first allocations, then fewer and fewer of the thousands that the engine's code makes. */
static void an_exhausted_heap_returns_an_error_and_leaks_nothing(void **state)
{
    rt_uint32_t nth;
    int ret = -1;

    (void)state;
    for (nth = 1; ret != 0; nth += 1 + nth / 8)
    {
        assert_in_range(nth, 1, 1000000);
        begin();
        read_point(public_keys[0]);
        read_signature(1);
        read_number(&scalar, private_keys[2], 32);
        standin_heap_fail(nth, RT_FALSE);
        ret = verify(1);
        ret = ret == 0 ? share() : ret;
        ret = ret == 0 ? mbedtls_ecdh_gen_public(&group, &scalar, &point, numbers, RT_NULL) : ret;
        standin_heap_fail(0, RT_FALSE);
        end();
    }
    assert_true(nth > 2);
}

static void other_curves_are_refused(void **state)
{
    mbedtls_ecp_group other;

    (void)state;
    begin();
    read_point(public_keys[0]);
    read_number(&scalar, private_keys[0], 32);
    mbedtls_ecp_group_init(&other);
    assert_int_equal(other.id, MBEDTLS_ECP_DP_NONE);
    assert_int_not_equal(mbedtls_ecp_group_load(&other, MBEDTLS_ECP_DP_SECP192R1), 0);
    assert_int_not_equal(mbedtls_ecp_group_load(&other, MBEDTLS_ECP_DP_NONE), 0);
    assert_null(mbedtls_ecp_curve_info_from_tls_id(0x1234));
    assert_null(mbedtls_ecp_curve_info_from_name("nothing"));
    assert_int_equal(mbedtls_ecp_curve_info_from_tls_id(23)->grp_id, MBEDTLS_ECP_DP_SECP256R1);
    assert_int_equal(mbedtls_ecp_curve_info_from_name("secp256r1")->tls_id, 23);
    assert_int_equal(mbedtls_ecp_curve_info_from_grp_id(MBEDTLS_ECP_DP_SECP256R1)->bit_size, 256);
#ifdef PKG_MBEDTLS_P256_M
    assert_int_not_equal(mbedtls_ecp_check_pubkey(&other, &point), 0);
    assert_int_not_equal(mbedtls_ecp_check_privkey(&other, &scalar), 0);
    assert_int_not_equal(mbedtls_ecdh_compute_shared(&other, &secret, &point, &scalar, numbers, RT_NULL), 0);
    assert_int_not_equal(mbedtls_ecdh_gen_public(&other, &r, &point, numbers, RT_NULL), 0);
    read_signature(1);
    assert_int_not_equal(mbedtls_ecdsa_verify(&other, digests[1], 32, &point, &r, &s), 0);
    /* There is no such function then. */
    assert_int_equal(mbedtls_ecp_mul(&group, &point, &scalar, &point, numbers, RT_NULL),
                     MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE);
    assert_int_equal(mbedtls_ecp_muladd(&group, &point, &scalar, &point, &scalar, &point),
                     MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE);
#endif
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(the_group_has_the_parameters_of_the_curve),
        UNIT_TEST(shared_secrets_equal_those_of_openssl),
        UNIT_TEST(signatures_of_openssl_verify),
        UNIT_TEST(a_signature_fails_with_another_key_or_digest),
        UNIT_TEST(any_changed_bit_of_signature_or_digest_fails),
        UNIT_TEST(r_and_s_outside_1_to_order_minus_1_are_refused),
        UNIT_TEST(points_off_the_curve_are_refused),
        UNIT_TEST(points_in_another_encoding_are_refused),
        UNIT_TEST(points_are_written_as_they_were_read),
        UNIT_TEST(private_keys_outside_1_to_order_minus_1_are_refused),
        UNIT_TEST(fresh_keys_differ_and_agree),
        UNIT_TEST(a_bad_random_source_makes_no_key),
        UNIT_TEST(a_key_file_without_a_public_key_gets_it),
        UNIT_TEST(signatures_in_der_are_read_to_their_end),
        UNIT_TEST(signing_is_in_the_build_only_if_selected),
        UNIT_TEST(an_exhausted_heap_returns_an_error_and_leaks_nothing),
        UNIT_TEST(other_curves_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
