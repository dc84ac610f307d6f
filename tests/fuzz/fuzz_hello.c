/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_hello: the first datagram of a stranger. Its parts are inside of it and in
 * order, and the reply is no longer than the datagram.
 */
#include <string.h>

#include "../../ports/src/server/tls_cookie.h"
#include "../../ports/src/server/tls_hello.h"
#include "fuzz.h"

static void one(const uint8_t *data, size_t size)
{
    static const unsigned char cookie[TLS_COOKIE_SIZE] = "fifteen of them";
    unsigned char reply[TLS_HELLO_VERIFY + TLS_COOKIE_SIZE];
    struct tls_hello hello, again;
    size_t length;

    if (!tls_hello_parse(&hello, data, size))
    {
        return;
    }
    FUZZ_CHECK(hello.parameters > data && hello.parameters_length >= 35);
    FUZZ_CHECK(hello.cookie == hello.parameters + hello.parameters_length + 1);
    FUZZ_CHECK(hello.cookie[-1] == hello.cookie_length);
    FUZZ_CHECK(hello.cookie_length <= (size_t)(data + size - hello.cookie));

    length = tls_hello_verify_request(data, cookie, sizeof(cookie), reply);
    FUZZ_CHECK(length == sizeof(reply) && length <= size);
    FUZZ_CHECK(memcmp(reply + length - sizeof(cookie), cookie, sizeof(cookie)) == 0);
    /* Two servers must not answer each other for ever. */
    FUZZ_CHECK(!tls_hello_parse(&again, reply, length));
}

FUZZ_HARNESS(hello, one, NULL)
