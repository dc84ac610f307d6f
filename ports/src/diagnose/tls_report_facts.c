/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The facts about a certificate that failed: dates, issuer, names. In builds with
 * PKG_MBEDTLS_DIAGNOSE and PKG_MBEDTLS_CERTIFICATES.
 */
#include <string.h>

#include <rtthread.h>

#include "../base/tls_has.h"
#include "../engine/tls_engine.h"
#include "tls_clock.h"
#include "tls_der.h"
#include "tls_report_fill.h"

/* GeneralName, RFC 5280 4.2.1.6. */
#define SAN_DNS                 2
#define SAN_ADDRESS             7

#define SECONDS_PER_DAY         86400

static void put_name(const mbedtls_x509_buf *raw, char *text, size_t size)
{
    struct tls_der names = { 0, raw->p, raw->len };

    tls_der_enter(&names);
    tls_der_put_name(names, text, size);
}

static void put_date(const mbedtls_x509_time *date, char *text, size_t size)
{
    size_t at = strlen(text);

    rt_snprintf(text + at, size - at, "%04d-%02d-%02d %02d:%02d:%02d UTC", date->year, date->mon, date->day,
                date->hour, date->min, date->sec);
}

/* Whether a session whose host is this name can accept it: no address, port, scheme, dot at the end, or other wildcard. */
static int is_host(const unsigned char *p, size_t length)
{
    int labels = 0, letters = 0;
    size_t i = length > 2 && p[0] == '*' && p[1] == '.' ? 2 : 0;
    int least = i == 2;

    for (; i < length; i++)
    {
        unsigned char lower = p[i] | 0x20;

        if (lower >= 'a' && lower <= 'z')
        {
            letters++;
        }
        else if (p[i] == '.' && i + 1 < length)
        {
            labels++;
        }
        else if (p[i] != '-' && p[i] != '_' && (p[i] < '0' || p[i] > '9'))
        {
            return 0;
        }
    }

    return letters > 0 && labels >= least;
}

/* An address in text; 0 if it has not the length of one. */
static int put_address(const unsigned char *p, size_t length, char *text, size_t size)
{
    const char *format = length == 4 ? ".%u" : ":%x";
    size_t i, at = 0, step = length / 4 > 1 ? 2 : 1;

    if (length != 4 && length != 16)
    {
        return 0;
    }
    for (i = 0; i < length; i += step)
    {
        rt_snprintf(text + at, size - at, format + (i == 0), step == 1 ? p[i] : p[i] << 8 | p[i + 1]);
        at = strlen(text);
    }

    return 1;
}

#define BEGIN                   "names that match: "
#define MORE                    ", ..."

/* Add a name to the list, as a whole: a part of it would be another name. Returns non-zero if there is no room. */
static int add_name(char *text, size_t size, const unsigned char *name, size_t length)
{
    size_t at = strlen(text);

    if (at + 2 + length + sizeof(MORE) > size)
    {
        return 1;
    }
    rt_snprintf(text + at, size - at, text[at - 1] == ' ' ? "" : ", ");
    tls_report_append(text, size, TLS_REPORT_UTF8, name, length);

    return 0;
}

/* The names by which a session could accept the certificate, as tls_client_verify.c compares them. */
static int put_names(const mbedtls_x509_crt *crt, char *text, size_t size)
{
    const mbedtls_x509_sequence *name = &crt->subject_alt_names;
    int has_alternative = name->buf.p != RT_NULL;
    const mbedtls_x509_name *common = &crt->subject;
    char address[40];

    int is_cut = 0;
    size_t at;

    rt_snprintf(text, size, BEGIN);
    for (; has_alternative && name != RT_NULL; name = name->next)
    {
        const unsigned char *p = name->buf.p;
        size_t length = name->buf.len;
        unsigned kind = name->buf.tag & 0x1F;

        if (kind == SAN_ADDRESS && put_address(p, length, address, sizeof(address)))
        {
            is_cut |= add_name(text, size, (const unsigned char *)address, strlen(address));
        }
        else if (kind == SAN_DNS && is_host(p, length))
        {
            is_cut |= add_name(text, size, p, length);
        }
    }
    for (; TLS_HAS(PKG_MBEDTLS_COMMON_NAME) && !has_alternative && common != RT_NULL; common = common->next)
    {
        if (tls_engine_is_attribute(common, TLS_ENGINE_COMMON_NAME) && is_host(common->val.p, common->val.len))
        {
            is_cut |= add_name(text, size, common->val.p, common->val.len);
        }
    }
    at = strlen(text);
    rt_snprintf(text + at, size - at, "%s", is_cut ? (at > strlen(BEGIN) ? MORE : "...") : at > strlen(BEGIN) ? "" :
                !TLS_HAS(PKG_MBEDTLS_COMMON_NAME) && !has_alternative ? "none (PKG_MBEDTLS_COMMON_NAME is off)" :
                "none (a common name counts only as a host name, and without alternative names)");

    return is_cut || at > strlen(BEGIN);
}

static int is_self_issued(const mbedtls_x509_crt *crt)
{
    return crt->issuer_raw.len == crt->subject_raw.len &&
           memcmp(crt->issuer_raw.p, crt->subject_raw.p, crt->subject_raw.len) == 0;
}

/* Dates sort as text. */
static int starts_before(const mbedtls_x509_crt *crt, time_t when)
{
    char start[TLS_CLOCK_TEXT_SIZE] = "", limit[TLS_CLOCK_TEXT_SIZE];

    put_date(&crt->valid_from, start, sizeof(start));

    return strncmp(start, tls_clock_text(when, limit), TLS_CLOCK_TEXT_SIZE - 1) < 0;
}

static void put_dates(struct tls_report *report, const mbedtls_x509_crt *crt)
{
    int is_expired = report->number == MBEDTLS_X509_BADCERT_EXPIRED;
    char *detail = report->detail;
    char when[TLS_CLOCK_TEXT_SIZE];

    report->missing = !is_expired && starts_before(crt, report->clock + SECONDS_PER_DAY);
    rt_snprintf(detail, sizeof(report->detail), "valid %s ", is_expired ? "until" : "from");
    put_date(is_expired ? &crt->valid_to : &crt->valid_from, detail, sizeof(report->detail));
    rt_snprintf(detail + strlen(detail), sizeof(report->detail) - strlen(detail), ", the clock says %s",
                tls_clock_text(report->clock, when));
}

/* Whether the server sends the issuer, too: then that may not issue, or has not. */
static int shows_issuer(const mbedtls_x509_crt *crt)
{
    const mbedtls_x509_crt *next = crt->next;

    while (next != RT_NULL && (next->subject_raw.len != crt->issuer_raw.len ||
                               memcmp(next->subject_raw.p, crt->issuer_raw.p, crt->issuer_raw.len) != 0))
    {
        next = next->next;
    }

    return next != RT_NULL && !is_self_issued(crt);
}

static void put_issuer(struct tls_report *report, const mbedtls_x509_crt *crt)
{
    rt_snprintf(report->detail, sizeof(report->detail), is_self_issued(crt) ? "self-signed by " : "issued by ");
    put_name(&crt->issuer_raw, report->detail, sizeof(report->detail));
}

/* The facts about the flag: dates, issuer, or names. */
static void put_detail(struct tls_report *report, const mbedtls_x509_crt *crt)
{
    char *detail = report->detail;
    size_t size = sizeof(report->detail);

    switch (report->number)
    {
    case MBEDTLS_X509_BADCERT_EXPIRED:
    case MBEDTLS_X509_BADCERT_FUTURE:
        put_dates(report, crt);
        break;

    case MBEDTLS_X509_BADCERT_BAD_KEY:
    case MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK:
        report->missing = mbedtls_pk_get_type(&crt->pk) == MBEDTLS_PK_RSA ? (int)mbedtls_pk_get_bitlen(&crt->pk) : 0;
        put_issuer(report, crt);
        break;

    case MBEDTLS_X509_BADCERT_NOT_TRUSTED:
        if (report->missing == 0 && !report->is_name_known && shows_issuer(crt))
        {
            report->missing = TLS_ISSUER_IS_SHOWN;
        }
        put_issuer(report, crt);
        break;

    case MBEDTLS_X509_BADCERT_CN_MISMATCH:
        report->missing = !put_names(crt, detail, size);
        break;

    default:
        break;
    }
}

void tls_report_facts(struct tls_report *report, const mbedtls_x509_crt *crt)
{
    report->is_root = report->depth > 0 && is_self_issued(crt);
    report->subject[0] = '\0';
    report->detail[0] = '\0';
    put_name(&crt->subject_raw, report->subject, sizeof(report->subject));
    put_detail(report, crt);
}
