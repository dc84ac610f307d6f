/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_address_parse() reads what inet_pton() reads, and ignores an IPv6 zone.
 */
#include <arpa/inet.h>
#include <string.h>

#include "unit.h"

#include "../../ports/src/base/tls_address.h"

#define STRINGS     300000

static const char *const table[] =
{
    "", "0", "1.2.3", "1.2.3.4", "0.0.0.0", "255.255.255.255", "256.1.1.1", "1.2.3.256", "1.2.3.999", "1.2.3.1000",
    "01.2.3.4", "1.2.3.04", "1.2.3.00", "1.2.3.4.", ".1.2.3.4", "1..2.3", "1.2.3.4.5", " 1.2.3.4", "1.2.3.4 ",
    "1.2.3.-4", "1.2.3.+4", "0x1.2.3.4", "1.2.3.4/8", "1.2.3.a", "4294967296.0.0.0", "www.rt-thread.org", "localhost",
    ":", "::", ":::", "::1", "1::", "1::1", "::1::", "1::2::3", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:", ":1", "12345::", "::12345",
    "::00001", "ffff:FFFF::AbCd", "::g", "::-1", " ::1", "::1 ", "1:::2", "::1.2.3.4", "::ffff:1.2.3.4",
    "::ffff:0:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1:2:3:4:5:6:1.2.3.4",
    "::1:2:3:4:5:1.2.3.4", "1:2:3:4:5:1.2.3.4", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4", "1.2.3.4::",
    "::1.2.3.4:1", "::1.2.3.4:", "[::1]", "::/64", "fe80::1", "2001:db8::8a2e:370:7334", "::ffff:1.2.3.4 ",
    "0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:00000", "::0.0.0.0", "1.2.3.4:443", "\xff\xff::", "::\x01",
};

static void check(const char *text)
{
    unsigned char expected[16] = { 0 };
    unsigned char address[16];
    size_t length = inet_pton(AF_INET, text, expected) == 1 ? 4 : inet_pton(AF_INET6, text, expected) == 1 ? 16 : 0;
    size_t found;

    memset(address, 0xEE, sizeof(address));
    found = tls_address_parse(text, address);
    if (found != length || memcmp(address, expected, length) != 0)
    {
        fail_msg("\"%s\": %u instead of %u", text, (unsigned)found, (unsigned)length);
    }
}

static void known_texts_give_the_same_as_inet_pton(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
    {
        check(table[i]);
    }
}

/* A random sequence of pieces of addresses. */
static void make_text(uint64_t *numbers, char *text, size_t size)
{
    static const char *const pieces[] =
    {
        ":", ":", ":", ":", "::", ".", ".", ".", "0", "1", "25", "255", "256", "f", "ab", "CDEF", "12345", "g",
        "1.2.3.4",
    };
    unsigned count = 1 + (unsigned)(unit_number(numbers) % 18);

    text[0] = '\0';
    while (count-- > 0)
    {
        const char *piece = pieces[unit_number(numbers) % (sizeof(pieces) / sizeof(pieces[0]))];

        if (strlen(text) + strlen(piece) < size)
        {
            strcat(text, piece);
        }
    }
}

/* An address; half of them have one character changed. */
static void make_address(uint64_t *numbers, char *text, size_t size)
{
    static const char characters[] = "0123456789abcdefABCDEF:.g ";
    unsigned char address[16];
    uint64_t kind = unit_number(numbers);
    size_t i;

    for (i = 0; i < sizeof(address); i++)
    {
        uint64_t number = unit_number(numbers);

        address[i] = (number >> 8) % 3 == 0 ? (unsigned char)number : 0;
    }
    assert_non_null(inet_ntop(kind % 3 == 0 ? AF_INET : AF_INET6, address, text, (socklen_t)size));
    if (kind / 3 % 2 == 0)
    {
        text[unit_number(numbers) % strlen(text)] = characters[unit_number(numbers) % (sizeof(characters) - 1)];
    }
}

static void random_texts_give_the_same_as_inet_pton(void **state)
{
    uint64_t numbers = 11;
    char text[96];
    int i;

    (void)state;
    for (i = 0; i < STRINGS / 2; i++)
    {
        make_text(&numbers, text, sizeof(text));
        check(text);
        make_address(&numbers, text, sizeof(text));
        check(text);
    }
}

static void check_zone(const char *text, const void *expected)
{
    unsigned char address[16];

    assert_int_equal(tls_address_parse(text, address), 16);
    assert_memory_equal(address, expected, 16);
}

static void a_zone_is_ignored(void **state)
{
    static const unsigned char one[16] = { 0xFE, 0x80, [15] = 1 };
    static const unsigned char zero[16] = { 0xFE, 0x80 };
    unsigned char address[16];

    (void)state;
    check_zone("fe80::1%eth0", one);
    check_zone("fe80:0:0:0:0:0:0:1%1", one);
    check_zone("fe80::%1", zero);
    assert_int_equal(tls_address_parse("fe80:%1", address), 0);
    assert_int_equal(tls_address_parse("fe80::1:%1", address), 0);
    assert_int_equal(tls_address_parse("1:2:3:4:5:6:7%1", address), 0);
    assert_int_equal(tls_address_parse("%eth0", address), 0);
    assert_int_equal(tls_address_parse("1.2.3.4%eth0", address), 0);
}

static void a_zone_after_an_embedded_ipv4_address_is_ignored(void **state)
{
    static const unsigned char expected[16] = { 0xFE, 0x80, [12] = 1, 2, 3, 4 };

    (void)state;
    check_zone("fe80::1.2.3.4%eth0", expected);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(known_texts_give_the_same_as_inet_pton),
        UNIT_TEST(random_texts_give_the_same_as_inet_pton),
        UNIT_TEST(a_zone_is_ignored),
        UNIT_TEST(a_zone_after_an_embedded_ipv4_address_is_ignored),
    };

    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
