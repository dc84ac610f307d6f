/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Steps through DER, and the names in it.
 */
#include <string.h>

#include "tls_der.h"
#include "tls_report_fill.h"

#include "mbedtls/asn1.h"

int tls_der_next(struct tls_der *from, struct tls_der *found)
{
    const unsigned char *end;
    unsigned char *p;
    size_t length;

    if (from->length < 2)
    {
        return 0;
    }
    end = from->p + from->length;
    p = (unsigned char *)from->p + 1;
    if (mbedtls_asn1_get_len(&p, end, &length) != 0)
    {
        return 0;
    }
    found->tag = from->p[0];
    found->p = p;
    found->length = length;
    from->p = p + length;
    from->length = (size_t)(end - from->p);

    return 1;
}

void tls_der_enter(struct tls_der *element)
{
    struct tls_der found = { 0, element->p, 0 };

    (void)tls_der_next(element, &found);
    *element = found;
}

/* Of id-at (2.5.4): common name, organization, and unit before the rest. */
static int rank_of(const struct tls_der *oid)
{
    static const unsigned char ranked[] = { 11, 10, 3 };
    const unsigned char *found;

    if (oid->length != 3 || oid->p[0] != 0x55 || oid->p[1] != 0x04)
    {
        return 0;
    }
    found = memchr(ranked, oid->p[2], sizeof(ranked));

    return found != NULL ? (int)(found - ranked) + 1 : 0;
}

void tls_der_put_name(struct tls_der names, char *text, size_t size)
{
    struct tls_der set, attribute, oid, value, chosen = { 0, NULL, 0 };
    int best = 0, rank;

    while (tls_der_next(&names, &set))
    {
        while (tls_der_next(&set, &attribute))
        {
            if (tls_der_next(&attribute, &oid) && tls_der_next(&attribute, &value) && (rank = rank_of(&oid)) >= best)
            {
                best = rank;
                chosen = value;
            }
        }
    }
    if (chosen.length > 0)
    {
        tls_report_append(text, size, chosen.tag, chosen.p, chosen.length);
    }
}
