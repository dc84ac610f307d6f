/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_resolve: numeric addresses need no resolver, and a look-up works although
 * lwIP has no room for its result.
 */
#include <string.h>

#include "unit.h"

#include "../../ports/src/net/tls_resolve.h"

static const struct sockaddr_in *first(const struct tls_addresses *addresses)
{
    return (const struct sockaddr_in *)&addresses->list[0];
}

static void a_numeric_address_needs_no_resolver(void **state)
{
    struct tls_addresses addresses;

    (void)state;
    /* getaddrinfo() would fail. */
    assert_int_equal(standin_resolve_add("10.1.2.3=!nxdomain"), RT_EOK);
    tls_resolve_now("10.1.2.3", "443", SOCK_STREAM, &addresses);
    standin_resolve_clear();
    assert_int_equal(addresses.error, 0);
    assert_int_equal(addresses.count, 1);
    assert_int_equal(ntohl(first(&addresses)->sin_addr.s_addr), 0x0A010203);
    assert_int_equal(ntohs(first(&addresses)->sin_port), 443);
}

static void a_port_is_a_number_from_1_to_65535(void **state)
{
    static const char *const bad[] = { "", "0", "65536", "-1", "443x", "https", "99999999999999999999" };
    struct tls_addresses addresses;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    {
        tls_resolve_now("10.1.2.3", bad[i], SOCK_STREAM, &addresses);
        assert_int_not_equal(addresses.error, 0);
        assert_int_equal(addresses.count, 0);
    }
}

/* Look broker.test up while another result of getaddrinfo() is held: lwIP has room for one. */
static void resolve_while_held(const char *broker, struct tls_addresses *addresses)
{
    struct addrinfo *held;

    assert_int_equal(standin_resolve_add("other.test=10.1.1.1"), RT_EOK);
    assert_int_equal(standin_resolve_add(broker), RT_EOK);
    assert_int_equal(getaddrinfo("other.test", "1", RT_NULL, &held), 0);
    standin_resolve_limit(1);
    tls_resolve_now("broker.test", "8883", SOCK_STREAM, addresses);
    standin_resolve_limit(0);
    freeaddrinfo(held);
    standin_resolve_clear();
}

/* paho-mqtt holds its result while it connects. */
static void a_name_is_found_while_another_result_is_held(void **state)
{
    struct tls_addresses addresses;

    (void)state;
    resolve_while_held("broker.test=10.9.8.7", &addresses);
    assert_int_equal(addresses.error, 0);
    assert_int_equal(ntohl(first(&addresses)->sin_addr.s_addr), 0x0A090807);
    assert_int_equal(ntohs(first(&addresses)->sin_port), 8883);
}

static void an_unknown_name_is_reported_while_another_result_is_held(void **state)
{
    struct tls_addresses addresses;

    (void)state;
    resolve_while_held("broker.test=!nxdomain", &addresses);
    assert_int_not_equal(addresses.error, 0);
    assert_int_equal(addresses.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(a_numeric_address_needs_no_resolver),
        UNIT_TEST(a_port_is_a_number_from_1_to_65535),
        UNIT_TEST(a_name_is_found_while_another_result_is_held),
        UNIT_TEST(an_unknown_name_is_reported_while_another_result_is_held),
    };

    return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
