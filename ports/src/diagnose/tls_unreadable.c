/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Finds the certificate that the engine could not read, and the part at fault. The
 * engine keeps nothing of such a certificate, but its code names the part; here the
 * DER is read once more (RFC 5280 4.1).
 */
#include <string.h>

#include <rtthread.h>

#include "../engine/tls_engine.h"
#include "tls_memory.h"
#include "tls_der.h"
#include "tls_report_fill.h"
#include "tls_unreadable.h"

#include "mbedtls/asn1.h"
#include "mbedtls/oid.h"

#define PART(code)              (-(code) & ~0x7F)
#define SKIPPED                 (MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND)
#define VERSION                 0xA0    /* [0] */
#define EXTENSIONS              0xA3    /* [3] */

/* In the order of TBSCertificate. */
enum field
{
    SERIAL,
    SIGNATURE,
    ISSUER,
    VALIDITY,
    SUBJECT,
    KEY,
    REST,
    FIELDS,
};

/* Read as many fields as can be read; the last one holds the elements behind the key. */
static void read_fields(const struct tls_engine_shown *shown, struct tls_der *fields)
{
    struct tls_der rest = { 0, shown->der, shown->length };
    int i;

    memset(fields, 0, FIELDS * sizeof(fields[0]));
    tls_der_enter(&rest);
    tls_der_enter(&rest);
    for (i = 0; i < REST && tls_der_next(&rest, &fields[i]); i++)
    {
        i -= i == SERIAL && fields[i].tag == VERSION;
    }
    fields[REST] = rest;
}

/* In digits with dots. */
static void put_oid(struct tls_report *report, const struct tls_der *oid)
{
    const char *format = "%u.%u";
    unsigned arc = 0, top;
    char digits[24];
    size_t i;

    for (i = 0; i < oid->length; i++)
    {
        arc = arc << 7 | (oid->p[i] & 0x7F);
        if (oid->p[i] & 0x80)
        {
            continue;
        }
        /* The first two arcs are one number. */
        top = arc < 80 ? arc / 40 : 2;
        rt_snprintf(digits, sizeof(digits), format, i == 0 ? top : arc, arc - top * 40);
        tls_report_add(report, digits);
        format = ".%u";
        arc = 0;
    }
}

/* "its key: SECP384R1, 1.3.132.0.34" */
static void put_part(struct tls_report *report, const char *kind, const struct tls_der *oid)
{
    const char *name;
    size_t length;

    report->missing = tls_unreadable_find(oid->p, oid->length);
    name = tls_unreadable_name(report->missing, &length);
    tls_report_add(report, kind);
    tls_report_append(report->detail, sizeof(report->detail), TLS_REPORT_UTF8, (const unsigned char *)name, length);
    tls_report_add(report, length > 0 ? ", " : "");
    put_oid(report, oid);
}

/* Policies it reads only if any is allowed. */
static int is_read(const struct tls_der *oid)
{
    const mbedtls_asn1_buf name = { MBEDTLS_ASN1_OID, oid->length, (unsigned char *)oid->p };
    int type = 0;

    return mbedtls_oid_get_x509_ext_type(&name, &type) == 0 && type != MBEDTLS_OID_X509_EXT_CERTIFICATE_POLICIES;
}

/* Find a critical extension that the engine does not read. */
static int find_critical(struct tls_der *rest, struct tls_der *oid)
{
    struct tls_der found, extension, critical;

    do
    {
        if (!tls_der_next(rest, &found))
        {
            return 0;
        }
    }
    while (found.tag != EXTENSIONS);
    for (tls_der_enter(&found); tls_der_next(&found, &extension);)
    {
        if (tls_der_next(&extension, oid) && tls_der_next(&extension, &critical) && critical.tag == MBEDTLS_ASN1_BOOLEAN &&
            !is_read(oid))
        {
            return 1;
        }
    }

    return 0;
}

/* The algorithm, and the curve where that is not known. */
static void put_key(struct tls_report *report, struct tls_der *algorithm, int part)
{
    struct tls_der oid = { 0, RT_NULL, 0 };

    tls_der_enter(algorithm);
    (void)tls_der_next(algorithm, &oid);
    if (part == -MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE)
    {
        (void)tls_der_next(algorithm, &oid);
    }
    put_part(report, "its key: ", &oid);
}

/* As they are written: the operator knows the form. */
static void put_dates(struct tls_report *report, struct tls_der dates)
{
    const char *between = "";
    struct tls_der date;

    while (tls_der_next(&dates, &date))
    {
        tls_report_add(report, between);
        tls_report_append(report->detail, sizeof(report->detail), date.tag, date.p, date.length);
        between = " to ";
    }
}

/* The engine's code tells the part. */
static void put_cause(struct tls_report *report, struct tls_der *fields, int code)
{
    struct tls_der oid;
    int part = PART(code);

    if (part == -MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG || part == -MBEDTLS_ERR_X509_INVALID_ALG)
    {
        tls_der_enter(&fields[SIGNATURE]);
        put_part(report, "its signature: ", &fields[SIGNATURE]);
    }
    else if (part >= 0x3880 && part < 0x5000)
    {
        put_key(report, &fields[KEY], part);
    }
    else if (find_critical(&fields[REST], &oid))
    {
        put_part(report, "critical extension: ", &oid);
    }
    else if (part == -MBEDTLS_ERR_X509_INVALID_DATE)
    {
        tls_report_add(report, "a date is malformed: ");
        put_dates(report, fields[VALIDITY]);
    }
    else
    {
        tls_report_add(report, part != -MBEDTLS_ERR_X509_INVALID_NAME ? "it is malformed" :
                       fields[ISSUER].length == 0 ? "the name of its issuer is empty" : "a name is malformed");
    }
}

/* Returns the engine's code, 0 when out of memory, for which it has several codes. */
static int parse(const struct tls_engine_shown *shown)
{
    struct tls_memory_watch watch;
    mbedtls_x509_crt crt;
    int ret;

    mbedtls_x509_crt_init(&crt);
    tls_memory_watch_begin(&watch);
    ret = mbedtls_x509_crt_parse_der_nocopy(&crt, shown->der, shown->length);
    tls_memory_watch_end(&watch);
    mbedtls_x509_crt_free(&crt);

    return watch.failures > 0 ? 0 : ret;
}

/* Whether another certificate names it as its issuer. */
static int is_issuer(const mbedtls_ssl_context *ssl, const struct tls_der *subject)
{
    struct tls_engine_shown shown = { RT_NULL, 0 };
    struct tls_der fields[FIELDS];

    while (tls_engine_next_shown(ssl, &shown))
    {
        read_fields(&shown, fields);
        if (fields[ISSUER].length == subject->length && memcmp(fields[ISSUER].p, subject->p, subject->length) == 0)
        {
            return 1;
        }
    }

    return 0;
}

/*
 * The engine goes on without a certificate whose signature algorithm it does not
 * know; in TLS 1.3 it fails if that is the last. Is it the reason of the failure?
 */
static int is_needed(const struct tls_report *report, const mbedtls_ssl_context *ssl, int failure, int depth,
                     const struct tls_der *subject)
{
    return depth == 0 || failure == SKIPPED ||
           ((report->number & (MBEDTLS_X509_BADCERT_NOT_TRUSTED | TLS_BADCERT_PIN)) && is_issuer(ssl, subject));
}

static void fill(struct tls_report *report, struct tls_der *fields, int depth, int code)
{
    report->depth = (signed char)depth;
    report->flags = 0;
    report->missing = 0;
    report->subject[0] = '\0';
    report->detail[0] = '\0';
    tls_der_put_name(fields[SUBJECT], report->subject, sizeof(report->subject));
    put_cause(report, fields, code);
    if (fields[ISSUER].length > 0)
    {
        tls_report_add(report, ", issued by ");
        tls_der_put_name(fields[ISSUER], report->detail, sizeof(report->detail));
    }
}

int tls_report_unreadable(struct tls_report *report, const mbedtls_ssl_context *ssl, int failure)
{
    struct tls_engine_shown shown = { RT_NULL, 0 };
    struct tls_der fields[FIELDS];
    int depth, code;

    for (depth = 0; tls_engine_next_shown(ssl, &shown); depth++)
    {
        code = parse(&shown);
        read_fields(&shown, fields);
        if (code != 0 && (code != SKIPPED || is_needed(report, ssl, failure, depth, &fields[SUBJECT])))
        {
            fill(report, fields, depth, code);
            return 1;
        }
    }

    return 0;
}
