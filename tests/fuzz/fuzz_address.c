/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_address_parse() reads what the C library's inet_pton() reads, and nothing else.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "../../ports/src/base/tls_address.h"
#include "fuzz.h"

static void one(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    unsigned char address[16], expected[16] = { 0 };
    size_t length;
    int is_v6;

    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    length = tls_address_parse(text, address);
    FUZZ_CHECK(length == 0 || length == 4 || length == 16);

    is_v6 = strchr(text, ':') != NULL;
    if (is_v6)
    {
        text[strcspn(text, "%")] = '\0';        /* a zone, which inet_pton() does not know */
    }
    FUZZ_CHECK((length != 0) == (inet_pton(is_v6 ? AF_INET6 : AF_INET, text, expected) == 1));
    FUZZ_CHECK(memcmp(address, expected, length) == 0);
    free(text);
}

FUZZ_HARNESS(address, one, NULL)
