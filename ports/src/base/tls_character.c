/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Characters of the texts in certificates (RFC 5280 4.1.2.4, RFC 3629).
 */
#include "tls_character.h"

#include "mbedtls/asn1.h"

#define LAST                    0x10FFFFU

static int is_surrogate(uint32_t character)
{
    return character >> 11 == 0xD800 >> 11;
}

static size_t read_utf8(const unsigned char *p, size_t left, uint32_t *character)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    size_t more = p[0] < 0xC0 ? 0 : p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
    uint32_t value = more == 0 ? p[0] : p[0] & (0x3FU >> more);
    size_t i;

    *character = TLS_CHARACTER_NONE;
    if (more >= left || p[0] >= 0xF8 || (more == 0 && p[0] >= 0x80))
    {
        return 1;
    }
    for (i = 1; i <= more; i++)
    {
        if ((p[i] & 0xC0) != 0x80)
        {
            return 1;
        }
        value = value << 6 | (p[i] & 0x3F);
    }
    if (value < least[more] || value > LAST || is_surrogate(value))
    {
        return 1;
    }
    *character = value;

    return more + 1;
}

/* BMPString, UniversalString: big endian. */
static size_t read_wide(const unsigned char *p, size_t left, size_t width, uint32_t *character)
{
    uint32_t value = 0;
    size_t i;

    for (i = 0; i < width && i < left; i++)
    {
        value = value << 8 | p[i];
    }
    *character = i < width || value > LAST || is_surrogate(value) ? TLS_CHARACTER_NONE : value;

    return i;
}

size_t tls_character_read(const unsigned char *p, size_t left, int tag, uint32_t *character)
{
    size_t length;

    if (tag == MBEDTLS_ASN1_BMP_STRING || tag == MBEDTLS_ASN1_UNIVERSAL_STRING)
    {
        return read_wide(p, left, tag == MBEDTLS_ASN1_BMP_STRING ? 2 : 4, character);
    }
    length = read_utf8(p, left, character);
    if (tag == MBEDTLS_ASN1_T61_STRING && *character == TLS_CHARACTER_NONE)
    {
        *character = p[0];
    }

    return length;
}

size_t tls_character_write(uint32_t character, unsigned char text[4])
{
    size_t more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    size_t i;

    for (i = more; i > 0; i--)
    {
        text[i] = (unsigned char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    text[0] = (unsigned char)(more == 0 ? character : (0xF0U << (3 - more)) | character);

    return more + 1;
}
