/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Looks for a root whose name differs from an issuer's only in its encoding or its
 * other parts. For words about a failure.
 */
#include <rtthread.h>

#include "../base/tls_character.h"
#include "tls_trust_search.h"

/* The next character that counts, in lower case where that is simple; 0 at the end. Blanks do not count. */
static uint32_t next(mbedtls_x509_buf *text)
{
    uint32_t character = 0;

    while (text->len > 0)
    {
        size_t length = tls_character_read(text->p, text->len, text->tag, &character);

        text->p += length;
        text->len -= length;
        if (character > ' ')
        {
            return (character >= 'A' && character <= 'Z') || (character >= 0xC0 && character <= 0xDE) ? character | 0x20 :
                   character;
        }
    }

    return 0;
}

static void compare(struct tls_trust_search *search, const mbedtls_x509_buf *name)
{
    mbedtls_x509_buf wanted = *search->alike, other = *name;
    uint32_t character;

    do
    {
        character = next(&wanted);
        if (character != next(&other))
        {
            return;
        }
    }
    while (character != 0);
    search->is_alike = 1;
}

void tls_trust_compare_label(struct tls_trust_search *search, const unsigned char *label, size_t length)
{
    const mbedtls_x509_buf text = { MBEDTLS_ASN1_UTF8_STRING, length, (unsigned char *)label };

    compare(search, &text);
}

const mbedtls_x509_buf *tls_trust_common_name(const mbedtls_x509_name *name)
{
    while (name->next != RT_NULL && !tls_engine_is_attribute(name, TLS_ENGINE_COMMON_NAME))
    {
        name = name->next;
    }

    return &name->val;
}

void tls_trust_compare_name(struct tls_trust_search *search, const mbedtls_x509_name *name)
{
    compare(search, tls_trust_common_name(name));
}
