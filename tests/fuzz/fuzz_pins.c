/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_pin_check(): a text that passes is whole pins with one separator between them,
 * each of which passes alone.
 */
#include <stdlib.h>
#include <string.h>

#include "../../ports/src/path/tls_pin.h"
#include "fuzz.h"

static void one(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char one[TLS_PIN_TEXT_SIZE];
    size_t at, length;

    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    length = strlen(text);
    if (tls_pin_check(text) == 0)
    {
        FUZZ_CHECK((length + 1) % TLS_PIN_TEXT_SIZE == 0);
        for (at = 0; at < length; at += TLS_PIN_TEXT_SIZE)
        {
            memcpy(one, text + at, sizeof(one) - 1);
            one[sizeof(one) - 1] = '\0';
            FUZZ_CHECK(tls_pin_check(one) == 0);
            FUZZ_CHECK(at == 0 || text[at - 1] == ';');
        }
        text[length - 1] = 'A';         /* in place of the padding */
        FUZZ_CHECK(tls_pin_check(text) == TLS_ERR_PINS);
    }
    free(text);
}

FUZZ_HARNESS(pins, one, NULL)
