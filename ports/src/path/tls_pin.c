/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pinned public keys, compared as text: menuconfig, applications and reports use the
 * same notation.
 */
#include <string.h>

#include "../engine/tls_engine.h"
#include "tls_memory.h"
#include "tls_pin.h"

#include "mbedtls/pk.h"

#define SCHEME                  "sha256//"
#define SCHEME_LENGTH           8
#define PIN_LENGTH              (TLS_PIN_TEXT_SIZE - 1)
#define DIGEST_SIZE             32

/* All pins have one length, with a separator between; an empty text is no pin. */
#ifdef PKG_MBEDTLS_PINS
typedef char menuconfig_pins_are_whole[sizeof(PKG_MBEDTLS_PINS) == 1 ||
                                       sizeof(PKG_MBEDTLS_PINS) % TLS_PIN_TEXT_SIZE == 0 ? 1 : -1];
#endif

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 32 bytes become 43 characters and one of padding (RFC 4648 4). */
static void put_base64(const unsigned char *digest, char *text)
{
    size_t i;

    for (i = 0; i < 43; i++)
    {
        unsigned at = (unsigned)i * 6;
        unsigned two = (unsigned)digest[at / 8] << 8 | (at / 8 + 1 < DIGEST_SIZE ? digest[at / 8 + 1] : 0U);

        text[i] = alphabet[two >> (10 - at % 8) & 0x3F];
    }
    text[43] = '=';
    text[44] = '\0';
}

static int is_pin(const char *pin)
{
    return strncmp(pin, SCHEME, SCHEME_LENGTH) == 0 && strspn(pin + SCHEME_LENGTH, alphabet) == 43 &&
           pin[PIN_LENGTH - 1] == '=';
}

int tls_pin_check(const char *pins)
{
    while (is_pin(pins))
    {
        pins += PIN_LENGTH;
        if (*pins == '\0')
        {
            return 0;
        }
        if (*pins++ != ';')
        {
            break;
        }
    }

    return TLS_ERR_PINS;
}

/* A root of a store has no certificate to hash a part of: write its key in DER. */
static int hash_root(const mbedtls_x509_crt *crt, unsigned char *digest)
{
    size_t size = mbedtls_pk_get_len(&crt->pk) * 2 + 64;
    unsigned char *buffer = tls_malloc(size);
    int length;
    int ret;

    if (buffer == NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    length = mbedtls_pk_write_pubkey_der((mbedtls_pk_context *)&crt->pk, buffer, size);
    ret = length < 0 ? length : tls_engine_sha256(buffer + size - length, (size_t)length, digest, 0);
    tls_free(buffer);

    return ret;
}

int tls_pin_of(const mbedtls_x509_crt *crt, char *text)
{
    unsigned char digest[DIGEST_SIZE];
    int ret = crt->pk_raw.p != NULL ? tls_engine_sha256(crt->pk_raw.p, crt->pk_raw.len, digest, 0) :
              hash_root(crt, digest);

    text[0] = '\0';
    if (ret == 0)
    {
        memcpy(text, SCHEME, SCHEME_LENGTH);
        put_base64(digest, text + SCHEME_LENGTH);
    }

    return ret;
}

int tls_pin_matches(const char *pins, const mbedtls_x509_crt *crt)
{
    char text[TLS_PIN_TEXT_SIZE];

    return tls_pin_of(crt, text) == 0 && strstr(pins, text) != NULL;
}
