/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Name constraints, RFC 5280 4.2.1.10.
 */
#include <string.h>

#include "../base/tls_compare.h"
#include "tls_constraints.h"
#include "tls_extension.h"

#include "mbedtls/asn1.h"

#define SEQUENCE        (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define PERMITTED       (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED)
#define EXCLUDED        (PERMITTED | 1)
#define COMMON_NAME     3               /* last arc below id-at, RFC 5280 appendix A */

/* GeneralName, RFC 5280 4.2.1.6. */
enum kind
{
    KIND_DNS = 2,
    KIND_DIRECTORY = 4,
    KIND_ADDRESS = 7,
};

struct name
{
    unsigned kind;
    unsigned char *p;
    size_t length;
};

enum match
{
    MATCH_NO,
    MATCH_YES,
    MATCH_ERROR,                        /* malformed, or a kind that is not compared */
};

static int ends_with(const struct name *name, const unsigned char *tail, size_t length)
{
    return name->length >= length && tls_text_is_same(name->p + name->length - length, tail, length);
}

static enum match match_dns(const struct name *name, const struct name *base, int is_excluded)
{
    if (base->length == 0)
    {
        return MATCH_YES;
    }
    if (base->p[0] == '.' || name->length == 0 || name->p[0] == '.')
    {
        return MATCH_ERROR;
    }
    /* A wildcard matches excluded names, too. */
    if (is_excluded && name->p[0] == '*' && ends_with(base, name->p + 1, name->length - 1))
    {
        return MATCH_YES;
    }

    return ends_with(name, base->p, base->length) &&
           (name->length == base->length || name->p[name->length - base->length - 1] == '.');
}

/* The constraint is an address and a mask of ones, then zeros (RFC 4632). */
static enum match match_address(const struct name *name, const struct name *base)
{
    const unsigned char *mask = base->p + base->length / 2;
    enum match result = MATCH_YES;
    size_t i;

    if (base->length != 8 && base->length != 32)
    {
        return MATCH_ERROR;
    }
    if (base->length != name->length * 2)
    {
        return MATCH_NO;
    }
    for (i = 0; i < name->length; i++)
    {
        unsigned zeros = ~mask[i] & 0xFFU;

        if ((zeros & (zeros + 1)) != 0 || (i > 0 && mask[i] != 0 && mask[i - 1] != 0xFF))
        {
            return MATCH_ERROR;
        }
        if (((name->p[i] ^ base->p[i]) & mask[i]) != 0)
        {
            result = MATCH_NO;
        }
    }

    return result;
}

/*
 * Whether a directory name begins with another, attribute by attribute, without
 * regard to string types and case (RFC 5280 7.1).
 */
static enum match match_directory(const struct name *name, const struct name *base)
{
    const unsigned char *end = name->p + name->length;
    const unsigned char *base_end = base->p + base->length;
    unsigned char *p = name->p;
    unsigned char *base_p = base->p;
    size_t length, base_length;

    if (mbedtls_asn1_get_tag(&base_p, base_end, &base_length, SEQUENCE) != 0 ||
        mbedtls_asn1_get_tag(&p, end, &length, SEQUENCE) != 0)
    {
        return MATCH_ERROR;
    }
    while (base_p < base_end)
    {
        unsigned char base_tag = *base_p++;
        unsigned char tag = p < end ? *p++ : 0;

        if (mbedtls_asn1_get_len(&base_p, base_end, &base_length) != 0)
        {
            return MATCH_ERROR;
        }
        if (tag == 0 || mbedtls_asn1_get_len(&p, end, &length) != 0 || length != base_length ||
            ((base_tag & MBEDTLS_ASN1_CONSTRUCTED) != 0 && tag != base_tag))
        {
            return MATCH_NO;
        }
        if ((base_tag & MBEDTLS_ASN1_CONSTRUCTED) == 0)
        {
            if (base_tag == MBEDTLS_ASN1_OID ? tag != base_tag || memcmp(p, base_p, length) != 0 :
                !tls_text_is_same(p, base_p, length))
            {
                return MATCH_NO;
            }
            p += length;
            base_p += length;
        }
    }

    return MATCH_YES;
}

static enum match match(const struct name *name, const struct name *base, int is_excluded)
{
    switch (base->kind)
    {
    case KIND_DNS:
        return match_dns(name, base, is_excluded);

    case KIND_DIRECTORY:
        return match_directory(name, base);

    case KIND_ADDRESS:
        return match_address(name, base);

    default:
        return MATCH_ERROR;
    }
}

/* Reads a GeneralName; returns 0 if it is malformed. */
static int read_name(unsigned char **p, const unsigned char *end, struct name *name)
{
    unsigned char tag = *(*p)++;

    if ((tag & MBEDTLS_ASN1_TAG_CLASS_MASK) != MBEDTLS_ASN1_CONTEXT_SPECIFIC ||
        mbedtls_asn1_get_len(p, end, &name->length) != 0)
    {
        return 0;
    }
    name->kind = tag & MBEDTLS_ASN1_TAG_VALUE_MASK;
    name->p = *p;
    *p += name->length;

    return 1;
}

/* Whether one list of subtrees permits a name. */
static int list_permits(unsigned char *p, const unsigned char *end, const struct name *name, int is_excluded)
{
    int is_limited = 0;
    int is_inside = 0;
    size_t length;

    while (p < end)
    {
        const unsigned char *subtree_end;
        struct name base;
        enum match result;

        if (mbedtls_asn1_get_tag(&p, end, &length, SEQUENCE) != 0)
        {
            return 0;
        }
        subtree_end = p + length;
        /* Minimum and maximum are not used (RFC 5280 4.2.1.10): nothing may follow. */
        if (length == 0 || !read_name(&p, subtree_end, &base) || p != subtree_end)
        {
            return 0;
        }
        if (base.kind != name->kind)
        {
            continue;
        }
        result = match(name, &base, is_excluded);
        if (result == MATCH_ERROR || (is_excluded && result == MATCH_YES))
        {
            return 0;
        }
        is_limited = !is_excluded;
        is_inside |= result == MATCH_YES;
    }

    return !is_limited || is_inside;
}

static int extension_permits(const struct tls_extension *extension, const struct name *name)
{
    const unsigned char *end = extension->value + extension->length;
    unsigned char *p = extension->value;
    size_t length;

    if (mbedtls_asn1_get_tag(&p, end, &length, SEQUENCE) != 0 || p + length != end)
    {
        return 0;
    }
    while (p < end)
    {
        unsigned char tag = *p++;

        if ((tag != PERMITTED && tag != EXCLUDED) || mbedtls_asn1_get_len(&p, end, &length) != 0 ||
            !list_permits(p, p + length, name, tag == EXCLUDED))
        {
            return 0;
        }
        p += length;
    }

    return 1;
}

static int issuer_permits(const mbedtls_x509_crt *issuer, const struct name *name)
{
    struct tls_extension extension = { 0 };

    while (tls_extension_find(issuer, TLS_EXTENSION_NAME_CONSTRAINTS, &extension))
    {
        if (!extension_permits(&extension, name))
        {
            return 0;
        }
    }

    return 1;
}

/* A client's common name is often a serial number; as in OpenSSL, one with a dot counts as a host name. */
static int is_host_name(const mbedtls_x509_name *part, enum tls_path_role role)
{
    return part->oid.len == 3 && part->oid.p[2] == COMMON_NAME &&
           (role == TLS_PATH_SERVER || memchr(part->val.p, '.', part->val.len) != NULL);
}

static int common_names_permitted(const mbedtls_x509_crt *issuer, const mbedtls_x509_crt *crt, enum tls_path_role role)
{
    const mbedtls_x509_name *part;

    for (part = &crt->subject; part != NULL; part = part->next)
    {
        struct name name = { KIND_DNS, part->val.p, part->val.len };

        if (is_host_name(part, role) && !issuer_permits(issuer, &name))
        {
            return 0;
        }
    }

    return 1;
}

int tls_constraints_permit(const mbedtls_x509_crt *issuer, const mbedtls_x509_crt *crt, int depth,
                           enum tls_path_role role)
{
    struct name name = { KIND_DIRECTORY, crt->subject_raw.p, crt->subject_raw.len };
    struct tls_extension extension = { 0 };
    unsigned char *p;
    const unsigned char *end;
    size_t length;

    if (crt->subject.val.p != NULL && !issuer_permits(issuer, &name))
    {
        return 0;
    }
    if (!tls_extension_find(crt, TLS_EXTENSION_ALTERNATIVE_NAMES, &extension))
    {
        return depth > 0 || common_names_permitted(issuer, crt, role);
    }

    p = extension.value;
    end = p + extension.length;
    if (mbedtls_asn1_get_tag(&p, end, &length, SEQUENCE) != 0)
    {
        return 0;
    }
    while (p < end)
    {
        if (!read_name(&p, end, &name) || !issuer_permits(issuer, &name))
        {
            return 0;
        }
    }

    return 1;
}
