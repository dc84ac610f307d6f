/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_cookie: no cookie is good but the one that was made for this address and these
 * parameters. The input is the lengths of the three, then their bytes.
 */
#include <string.h>

#include "../../ports/src/server/tls_cookie.h"
#include "fuzz.h"

static struct tls_cookie_jar jar;

static void prepare(void)
{
    FUZZ_CHECK(tls_cookie_init(&jar) == 0);
}

static void one(const uint8_t *data, size_t size)
{
    size_t id_length = fuzz_byte(&data, &size);
    size_t length = fuzz_byte(&data, &size);
    unsigned char made[TLS_COOKIE_SIZE];
    const uint8_t *parameters;

    id_length = id_length < size ? id_length : size;
    parameters = data + id_length;
    length = length < size - id_length ? length : size - id_length;

    FUZZ_CHECK(!tls_cookie_is_good(&jar, data, id_length, parameters, length,
                                   parameters + length, size - id_length - length));
    FUZZ_CHECK(tls_cookie_make(&jar, data, id_length, parameters, length, made) == 0);
    FUZZ_CHECK(tls_cookie_is_good(&jar, data, id_length, parameters, length, made, sizeof(made)));
    FUZZ_CHECK(!tls_cookie_is_good(&jar, data, id_length, parameters, length, made, sizeof(made) - 1));
    /* A byte of the address is no byte of the parameters, and the other way round. */
    FUZZ_CHECK(id_length == 0 ||
               !tls_cookie_is_good(&jar, data, id_length - 1, parameters - 1, length + 1, made, sizeof(made)));
    FUZZ_CHECK(length == 0 ||
               !tls_cookie_is_good(&jar, data, id_length, parameters, length - 1, made, sizeof(made)));
}

FUZZ_HARNESS(cookie, one, prepare)
