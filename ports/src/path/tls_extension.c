/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The extensions of a certificate.
 */
#include "tls_extension.h"

#include "mbedtls/asn1.h"

#define SEQUENCE        (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)

int tls_extension_next(const mbedtls_x509_crt *crt, struct tls_extension *extension)
{
    const unsigned char *end;
    unsigned char *p = extension->next;
    size_t length;

    if (crt->v3_ext.p == NULL)
    {
        return 0;
    }
    end = crt->v3_ext.p + crt->v3_ext.len;
    if (p == NULL)
    {
        p = crt->v3_ext.p;
        if (mbedtls_asn1_get_tag(&p, end, &length, SEQUENCE) != 0)
        {
            return 0;
        }
    }
    if (mbedtls_asn1_get_tag(&p, end, &length, SEQUENCE) != 0)
    {
        return 0;
    }
    end = p + length;

    if (mbedtls_asn1_get_tag(&p, end, &length, MBEDTLS_ASN1_OID) != 0)
    {
        return 0;
    }
    extension->id = length == 3 && p[0] == 0x55 && p[1] == 0x1D ? p[2] : TLS_EXTENSION_OTHER;
    p += length;
    extension->is_critical = 0;
    (void)mbedtls_asn1_get_bool(&p, end, &extension->is_critical);      /* absent: FALSE */
    if (mbedtls_asn1_get_tag(&p, end, &extension->length, MBEDTLS_ASN1_OCTET_STRING) != 0)
    {
        return 0;
    }
    extension->value = p;
    extension->next = (unsigned char *)end;

    return 1;
}

int tls_extension_find(const mbedtls_x509_crt *crt, unsigned char id, struct tls_extension *extension)
{
    while (tls_extension_next(crt, extension))
    {
        if (extension->id == id)
        {
            return 1;
        }
    }

    return 0;
}
