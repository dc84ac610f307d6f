/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_pin: the pin of a certificate's key is in the notation, and matches this key
 * and no other pin.
 */
#include <string.h>

#include "../../ports/src/path/tls_pin.h"
#include "fuzz.h"

static void check(const mbedtls_x509_crt *crt)
{
    char pin[TLS_PIN_TEXT_SIZE];

    memset(pin, 0xEE, sizeof(pin));
    FUZZ_CHECK(tls_pin_of(crt, pin) == 0);
    fuzz_check_text(pin, sizeof(pin));
    FUZZ_CHECK(strlen(pin) == TLS_PIN_TEXT_SIZE - 1);
    FUZZ_CHECK(tls_pin_check(pin) == 0);
    FUZZ_CHECK(tls_pin_matches(pin, crt));
    pin[20] = pin[20] == 'A' ? 'B' : 'A';
    FUZZ_CHECK(tls_pin_check(pin) == 0);
    FUZZ_CHECK(!tls_pin_matches(pin, crt));
}

static void one(const uint8_t *data, size_t size)
{
    fuzz_with_certificates(data, size, check);
}

FUZZ_HARNESS(pin, one, NULL)
