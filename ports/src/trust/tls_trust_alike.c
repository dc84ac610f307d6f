/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Looks for a root whose name differs from an issuer's only in its encoding or its
 * other parts. For words about a failure.
 */
#include <rtthread.h>

#include "tls_trust_search.h"

/* The next byte that counts, in lower case; 0 at the end. Blanks do not count, and no zeros, which BMPString has. */
static unsigned char next(const unsigned char **p, const unsigned char *end)
{
    while (*p < end)
    {
        unsigned char byte = *(*p)++;

        if (byte > ' ')
        {
            return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
        }
    }

    return 0;
}

void tls_trust_compare(struct tls_trust_search *search, const unsigned char *label, size_t length)
{
    const unsigned char *p = search->alike->p;
    const unsigned char *end = label + length;
    unsigned char byte;

    do
    {
        byte = next(&p, search->alike->p + search->alike->len);
        if (byte != next(&label, end))
        {
            return;
        }
    }
    while (byte != 0);
    search->is_alike = 1;
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
    const mbedtls_x509_buf *label = tls_trust_common_name(name);

    tls_trust_compare(search, label->p, label->len);
}
