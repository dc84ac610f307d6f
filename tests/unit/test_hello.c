/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_hello, tls_record and tls_cookie: what a DTLS server reads and writes
 * before it has verified the client's address.
 *
 * wrap: tls_seed_slot_read tls_seed_slot_write
 */
#include "unit.h"

#include "tls_config.h"

#if defined(PKG_MBEDTLS_SERVER) && defined(PKG_MBEDTLS_DTLS)
#include <stdlib.h>
#include <string.h>

#include "../../ports/src/server/tls_cookie.h"
#include "../../ports/src/server/tls_hello.h"
#include "../../ports/src/engine/tls_record.h"
#include "unit_seed.h"

#define HELLO_MAX       600

/* Writes a ClientHello with 50 bytes after the cookie, as one fragment. Returns its length. */
static size_t make_hello(unsigned char *p, size_t session, size_t cookie)
{
    size_t body = 2 + 32 + 1 + session + 1 + cookie + 50;
    size_t length = 25 + body;
    size_t i;

    for (i = 0; i < length; i++)
    {
        p[i] = (unsigned char)(i * 7);
    }
    memcpy(p, "\x16\xFE\xFF\x00\x00\x11\x12\x13\x14\x15\x16", 11);
    p[11] = (unsigned char)((body + 12) >> 8);
    p[12] = (unsigned char)(body + 12);
    memcpy(p + 13, "\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00", 10);
    p[15] = p[23] = (unsigned char)(body >> 8);
    p[16] = p[24] = (unsigned char)body;
    p[59] = (unsigned char)session;
    p[60 + session] = (unsigned char)cookie;

    return length;
}

static void parts_of_a_hello_are_found(void **state)
{
    static const size_t sessions[] = { 0, 1, 32 };
    static const size_t cookies[] = { 0, 1, 16, 32, 255 };
    unsigned char datagram[HELLO_MAX];
    struct tls_hello hello;
    size_t i, j, length;

    (void)state;
    for (i = 0; i < 3; i++)
    {
        for (j = 0; j < 5; j++)
        {
            length = make_hello(datagram, sessions[i], cookies[j]);
            assert_true(tls_hello_parse(&hello, datagram, length));
            assert_ptr_equal(hello.parameters, datagram + 25);
            assert_int_equal(hello.parameters_length, 35 + sessions[i]);
            assert_ptr_equal(hello.cookie, datagram + 61 + sessions[i]);
            assert_int_equal(hello.cookie_length, cookies[j]);
        }
    }
}

static void a_first_fragment_with_the_cookie_suffices(void **state)
{
    unsigned char datagram[HELLO_MAX];
    struct tls_hello hello;
    size_t whole = make_hello(datagram, 8, 16);
    size_t need = 25 + 34 + 1 + 8 + 1 + 16;
    size_t length;

    (void)state;
    for (length = 26; length <= whole; length++)
    {
        datagram[12] = (unsigned char)(length - 13);
        datagram[24] = (unsigned char)(length - 25);
        assert_int_equal(tls_hello_parse(&hello, datagram, length), length >= need);
    }
}

/* The datagram gets a block of its own, so that a sanitizer checks its bounds. */
static int parse_copy(const unsigned char *datagram, size_t length)
{
    unsigned char *copy = malloc(length > 0 ? length : 1);
    struct tls_hello hello;
    int ret;

    memcpy(copy, datagram, length);
    ret = tls_hello_parse(&hello, copy, length);
    if (ret)
    {
        assert_true(hello.parameters >= copy && hello.cookie + hello.cookie_length <= copy + length);
        assert_true(hello.parameters + hello.parameters_length < hello.cookie);
    }
    free(copy);

    return ret;
}

static void other_datagrams_are_not_a_hello(void **state)
{
    static const struct
    {
        size_t at;
        unsigned char value;
    }
    changes[] =
    {
        { 0, 23 }, { 1, 3 }, { 4, 1 }, { 13, 2 }, { 21, 1 }, { 11, 200 }, { 59, 33 }, { 59, 255 }, { 22, 1 },
    };
    unsigned char datagram[HELLO_MAX];
    size_t length = make_hello(datagram, 0, 16);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
    {
        make_hello(datagram, 0, 16);
        datagram[changes[i].at] = changes[i].value;
        assert_false(parse_copy(datagram, length));
    }
    make_hello(datagram, 0, 16);
    datagram[60] = 200;                 /* a cookie beyond the end */
    assert_false(parse_copy(datagram, length));
    make_hello(datagram, 0, 16);
    for (i = 0; i < length; i++)
    {
        assert_false(parse_copy(datagram, i));
    }
}

static void random_bytes_are_parsed_within_bounds(void **state)
{
    unsigned char datagram[HELLO_MAX];
    uint64_t numbers = 41;
    int turn, changes;

    (void)state;
    for (turn = 0; turn < 200000; turn++)
    {
        size_t length = make_hello(datagram, unit_number(&numbers) % 33, unit_number(&numbers) % 256);

        for (changes = (int)(unit_number(&numbers) % 5); changes >= 0; changes--)
        {
            datagram[unit_number(&numbers) % 70] = (unsigned char)unit_number(&numbers);
        }
        (void)parse_copy(datagram, unit_number(&numbers) % (length + 1));
        (void)parse_copy(datagram, length);
    }
}

static void verify_request_is_small_and_well_formed(void **state)
{
    unsigned char datagram[HELLO_MAX], request[TLS_HELLO_VERIFY + TLS_COOKIE_SIZE];
    unsigned char cookie[TLS_COOKIE_SIZE];
    size_t length;

    (void)state;
    memset(cookie, 0xC7, sizeof(cookie));
    make_hello(datagram, 0, 0);
    length = tls_hello_verify_request(datagram, cookie, sizeof(cookie), request);
    assert_int_equal(length, sizeof(request));
    assert_true(length < 61);           /* the shortest hello */
    assert_memory_equal(request, datagram, 11);
    assert_int_equal(request[11] << 8 | request[12], length - 13);
    assert_int_equal(request[13], 3);
    assert_memory_equal(request + 14, "\x00\x00\x13\x00\x01\x00\x00\x00\x00\x00\x13\xFE\xFF\x10", 14);
    assert_memory_equal(request + 28, cookie, sizeof(cookie));
}

static void bytes_after_the_last_record_are_cut_off(void **state)
{
    /* A record of 3 bytes, one with a connection ID of 4 bytes and 2 bytes of data, and trailing bytes. */
    static const unsigned char datagram[] =
    {
        23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 1, 0, 3, 'a', 'b', 'c',
        25, 254, 253, 0, 1, 0, 0, 0, 0, 0, 2, 'i', 'd', 'i', 'd', 0, 2, 'x', 'y',
        23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 3, 0, 1,
    };
    size_t length;

    (void)state;
    for (length = 0; length <= sizeof(datagram); length++)
    {
        unsigned char *copy = malloc(length > 0 ? length : 1);

        memcpy(copy, datagram, length);
        assert_int_equal(tls_record_whole(copy, length, 4), length < 16 ? 0 : length < 35 ? 16 : 35);
        free(copy);
    }
    assert_int_equal(tls_record_whole(datagram, 16, 0), 16);
    /* With empty connection IDs the second record's length reads as too long. */
    assert_int_equal(tls_record_whole(datagram, sizeof(datagram), 0), 16);
}

static const unsigned char id[] = "127.0.0.1:4433", other_id[] = "127.0.0.1:4434", parameters[] = "what a hello says";

static int is_good(struct tls_cookie_jar *jar, const unsigned char *cookie, size_t length)
{
    return tls_cookie_is_good(jar, id, sizeof(id), parameters, sizeof(parameters), cookie, length);
}

static void a_cookie_is_valid_for_its_client_and_hello_only(void **state)
{
    unsigned char cookie[TLS_COOKIE_SIZE + 1];
    struct tls_cookie_jar jar, other;
    size_t i;

    (void)state;
    assert_int_equal(tls_cookie_init(&jar), 0);
    assert_int_equal(tls_cookie_init(&other), 0);
    assert_int_equal(tls_cookie_make(&jar, id, sizeof(id), parameters, sizeof(parameters), cookie), 0);
    assert_true(is_good(&jar, cookie, TLS_COOKIE_SIZE));
    assert_false(is_good(&other, cookie, TLS_COOKIE_SIZE));
    assert_false(tls_cookie_is_good(&jar, other_id, sizeof(other_id), parameters, sizeof(parameters), cookie,
                                    TLS_COOKIE_SIZE));
    assert_false(tls_cookie_is_good(&jar, id, sizeof(id), parameters, sizeof(parameters) - 2, cookie, TLS_COOKIE_SIZE));
    /* A byte moved from the address to the hello. */
    assert_false(tls_cookie_is_good(&jar, id, sizeof(id) - 1, parameters, sizeof(parameters), cookie, TLS_COOKIE_SIZE));
    for (i = 0; i <= TLS_COOKIE_SIZE + 1; i++)
    {
        assert_int_equal(is_good(&jar, cookie, i), i == TLS_COOKIE_SIZE);
    }
    for (i = 0; i < TLS_COOKIE_SIZE; i++)
    {
        cookie[i] ^= 1;
        assert_false(is_good(&jar, cookie, TLS_COOKIE_SIZE));
        cookie[i] ^= 1;
    }
    tls_cookie_free(&jar);
    tls_cookie_free(&other);
}

static void a_cookie_is_valid_for_one_change_of_the_secret_but_not_two(void **state)
{
    static const struct
    {
        uint32_t first, second;         /* milliseconds, with a check of another cookie in between */
        int is_good;
    }
    cases[] =
    {
        { 0, 29000, 1 }, { 29000, 2000, 1 }, { 31000, 28000, 1 }, { 31000, 31000, 0 }, { 0, 59000, 1 }, { 0, 61000, 0 },
        { 0, 100000000, 0 },
    };
    unsigned char cookie[TLS_COOKIE_SIZE];
    struct tls_cookie_jar jar;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        assert_int_equal(tls_cookie_init(&jar), 0);
        assert_int_equal(tls_cookie_make(&jar, id, sizeof(id), parameters, sizeof(parameters), cookie), 0);
        standin_tick_advance(cases[i].first / 1000 * RT_TICK_PER_SECOND);
        (void)tls_cookie_is_good(&jar, other_id, sizeof(other_id), parameters, 1, cookie, TLS_COOKIE_SIZE);
        standin_tick_advance(cases[i].second / 1000 * RT_TICK_PER_SECOND);
        assert_int_equal(is_good(&jar, cookie, TLS_COOKIE_SIZE), cases[i].is_good);
        tls_cookie_free(&jar);
    }
}

static void cookies_use_no_heap(void **state)
{
    unsigned char cookie[TLS_COOKIE_SIZE];
    struct standin_heap_stats before, after;
    struct tls_cookie_jar jar;
    int turn;

    (void)state;
    assert_int_equal(tls_cookie_init(&jar), 0);
    standin_heap_stats(&before);
    for (turn = 0; turn < 100; turn++)
    {
        assert_int_equal(tls_cookie_make(&jar, id, sizeof(id), parameters, sizeof(parameters), cookie), 0);
        assert_true(is_good(&jar, cookie, TLS_COOKIE_SIZE));
        standin_tick_advance(10 * RT_TICK_PER_SECOND);
    }
    standin_heap_stats(&after);
    assert_int_equal(after.allocations, before.allocations);
    tls_cookie_free(&jar);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(parts_of_a_hello_are_found),
        UNIT_TEST(a_first_fragment_with_the_cookie_suffices),
        UNIT_TEST(other_datagrams_are_not_a_hello),
        UNIT_TEST(random_bytes_are_parsed_within_bounds),
        UNIT_TEST(verify_request_is_small_and_well_formed),
        UNIT_TEST(bytes_after_the_last_record_are_cut_off),
        UNIT_TEST(a_cookie_is_valid_for_its_client_and_hello_only),
        UNIT_TEST(a_cookie_is_valid_for_one_change_of_the_secret_but_not_two),
        UNIT_TEST(cookies_use_no_heap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return UNIT_SKIPPED;
}
#endif
