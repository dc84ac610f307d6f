/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Comparing text of certificates.
 */
#include "tls_compare.h"

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

int tls_text_is_same(const void *one, const void *other, size_t length)
{
    const unsigned char *a = one;
    const unsigned char *b = other;

    while (length > 0 && lower(*a) == lower(*b))
    {
        a++;
        b++;
        length--;
    }

    return length == 0;
}
