/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: other roots than those of the build.
 */
#include <stdio.h>
#include <string.h>

#include <tls_trust.h>

#include "mbedtls/asn1.h"
#include "mbedtls/oid.h"

#include "tls_case.h"

#include "../../ports/src/base/tls_has.h"

const struct tls_case_key tls_case_trust_keys[] =
{
    TLS_CASE_READ("roots", "FILE: trust these instead: DER certificates, one after the other"),
    TLS_CASE_READ("form", "added|session|store|file: added at run time, parsed into the session, "
                  "a store in memory or on disk"),
    TLS_CASE_END_OF_KEYS,
};

#ifdef PKG_MBEDTLS_CERTIFICATES
/* What the file holds; until the next one is read. */
static struct
{
    unsigned char data[65536];
    size_t length;
    struct tls_trust_root added[16];
}
given;

static void read_roots(const char *path)
{
    FILE *file = fopen(path, "rb");

    RT_ASSERT(file != RT_NULL);
    given.length = fread(given.data, 1, sizeof(given.data), file);
    fclose(file);
}

/* The next certificate of the file, or RT_NULL. */
static const unsigned char *next_root(size_t *at, size_t *length)
{
    unsigned char *start = given.data + *at;
    unsigned char *body = start;

    if (*at == given.length ||
        mbedtls_asn1_get_tag(&body, given.data + given.length, length,
                             MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0)
    {
        return RT_NULL;
    }
    *length += (size_t)(body - start);
    *at += *length;

    return start;
}

/* Skips certificates that are refused. */
static void add_roots(void)
{
    const unsigned char *der;
    size_t at = 0, length, i;

    for (i = 0; (der = next_root(&at, &length)) != RT_NULL; i++)
    {
        RT_ASSERT(i < sizeof(given.added) / sizeof(given.added[0]));
        (void)tls_trust_add(&given.added[i], der, length);
    }
}

void tls_case_replace_roots(const struct tls_case *test)
{
    const char *path = tls_case_text(test, "roots");
    size_t i;

    if (path == RT_NULL)
    {
        return;
    }
    for (i = 0; i < sizeof(given.added) / sizeof(given.added[0]); i++)
    {
        (void)tls_trust_remove(&given.added[i]);
    }
    tls_trust_use(TLS_TRUST_NOTHING, 0);
    read_roots(path);
    if (TLS_HAS(PKG_MBEDTLS_TRUST_FILE) && tls_case_is(test, "form", "file"))
    {
        RT_ASSERT(tls_trust_use_file(path, RT_NULL) == 0);
    }
    else if (tls_case_is(test, "form", "store"))
    {
        RT_ASSERT(tls_trust_use(given.data, given.length) == 0);
    }
    else if (tls_case_is(test, "form", "added"))
    {
        add_roots();
    }
    else
    {
        RT_ASSERT(tls_case_is(test, "form", "session"));
    }
}
#else
void tls_case_replace_roots(const struct tls_case *test)
{
    RT_ASSERT(tls_case_text(test, "roots") == RT_NULL);
}
#endif

#if defined(PKG_MBEDTLS_CERTIFICATES) && defined(PKG_MBEDTLS_SESSION_CACERT)
/* PKG_MBEDTLS_PATH_RULES checks name constraints, so an application may accept roots that have them. */
static int accept_name_constraints(void *context, mbedtls_x509_crt const *crt, mbedtls_x509_buf const *oid,
                                   int critical, const unsigned char *p, const unsigned char *end)
{
    (void)context;
    (void)crt;
    (void)critical;
    (void)p;
    (void)end;

    return MBEDTLS_OID_CMP(MBEDTLS_OID_NAME_CONSTRAINTS, oid) == 0 ? 0 : -1;
}

void tls_case_parse_roots(struct tls_case *test)
{
    const unsigned char *der;
    size_t at = 0, length;

    while (tls_case_is(test, "form", "session") && (der = next_root(&at, &length)) != RT_NULL)
    {
        (void)mbedtls_x509_crt_parse_der_with_ext_cb(&test->session->cacert, der, length, 0, accept_name_constraints,
                                                     RT_NULL);
    }
}
#else
void tls_case_parse_roots(struct tls_case *test)
{
    RT_ASSERT(!tls_case_is(test, "form", "session"));
}
#endif
