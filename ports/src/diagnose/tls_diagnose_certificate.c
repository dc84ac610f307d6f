/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with a certificate: the facts, while the engine shows it, and
 * the words.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_clock.h"
#include "tls_diagnose_certificate.h"
#include "../engine/tls_engine.h"

/* What to change, by flag. Of several flags the first here is told about. */
static const struct remedy
{
    uint32_t flag;
    const char *remedy;
}
remedies[] =
{
#ifdef PKG_MBEDTLS_PINNING
    { TLS_BADCERT_PIN,
      "if the server has a new key and its operator confirms it, add this to the pins; otherwise somebody sits in "
      "between" },
#endif
    { MBEDTLS_X509_BADCERT_EXPIRED,
      "the server's operator has to renew it; if the clock is wrong, set it with date or ntp_sync" },
    { MBEDTLS_X509_BADCERT_FUTURE,
      "check the clock and set it with date or ntp_sync (manual 5.12.2)" },
    { MBEDTLS_X509_BADCERT_NOT_TRUSTED, "" },       /* depends: remedy_of_untrusted() */
    { MBEDTLS_X509_BADCERT_CN_MISMATCH,
      "connect by one of these names, or set options.server_name to the one that you mean" },
    { MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK,
      "its key is too short, or on a curve that is not compiled in: see menuconfig, Curves" },
    { MBEDTLS_X509_BADCERT_BAD_MD,
      "it is signed with a hash that is refused or not compiled in: see menuconfig, SHA-384 and SHA-512" },
    { MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
      "the server needs a certificate that is made out for TLS servers" },
};

static const struct remedy *find_remedy(uint32_t flags)
{
    size_t i;

    for (i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
    {
        if (flags & remedies[i].flag)
        {
            return &remedies[i];
        }
    }

    return RT_NULL;
}

static uint32_t first_flag(uint32_t flags)
{
    const struct remedy *remedy = find_remedy(flags);

    return remedy != RT_NULL ? flags & remedy->flag : flags;
}

static const char *remedy_of_untrusted(const struct tls_report *report)
{
    if (report->is_name_known)
    {
        return "a root of this name is trusted, but with another key: somebody may sit in between. Do not trust the new "
               "one before the server's operator confirms it";
    }

    return report->depth > 0 ?
           "put the root certificate of this issuer into certs/ (PEM or DER, manual 5.11) or select it in menuconfig, "
           "Select Root Certificate" :
           "put the root certificate of this issuer into certs/ (manual 5.11) or select it in menuconfig, Select Root "
           "Certificate; if it is no root, the server does not send it, or its algorithm is not compiled in";
}

static const char *remedy_of(const struct tls_report *report)
{
    const struct remedy *remedy = find_remedy(report->number);

    if (report->number == MBEDTLS_X509_BADCERT_NOT_TRUSTED)
    {
        return remedy_of_untrusted(report);
    }
    if (report->number == MBEDTLS_X509_BADCERT_EXPIRED && report->is_root)
    {
        return "it is a root of this device: replace it in certs/ or menuconfig; or set the clock with date or ntp_sync";
    }

    return remedy != RT_NULL ? remedy->remedy : "ask the server's operator for a valid certificate";
}

void tls_certificate_remedy(const struct tls_report *report, char *text, size_t size)
{
    static const char here[] = "a root of this name is in the device: to use it, select";

    if (report->number != MBEDTLS_X509_BADCERT_NOT_TRUSTED || report->missing == 0)
    {
        rt_snprintf(text, size, "%s", remedy_of(report));
    }
    else if (report->missing == TLS_ENGINE_RSA)
    {
        rt_snprintf(text, size, "%s \"ECDHE-RSA\" in menuconfig, Key exchange", here);
    }
    else
    {
        rt_snprintf(text, size, "%s \"P-%d\" in menuconfig, Curves", here, report->missing);
    }
}

void tls_certificate_verdict(uint32_t flags, char *text, size_t size)
{
    if ((flags & (0 - flags)) == TLS_BADCERT_PIN)
    {
        rt_snprintf(text, size, "None of the pinned keys is there");
        return;
    }
    if ((flags & (0 - flags)) == MBEDTLS_X509_BADCERT_OTHER)
    {
        /* tls_path.c */
        rt_snprintf(text, size, "It breaks a limit that its issuers have (name constraints), or a rule of RFC 5280");
        return;
    }
    tls_engine_verify_text(flags, text, size);
}

void tls_certificate_what(const struct tls_report *report, char *text, size_t size)
{
    char sentence[96];

    tls_certificate_verdict(report->number, sentence, sizeof(sentence));
    rt_snprintf(text, size, "certificate %d \"%s\" failed (flags 0x%x): %s%s%s", report->depth, report->subject,
                (unsigned)report->flags, sentence, report->detail[0] != '\0' ? ": " : "", report->detail);
}

/* The last arc of id-at, RFC 5280 appendix A. */
#define ATTRIBUTE_COMMON_NAME   3
#define ATTRIBUTE_ORGANIZATION  10

static void append(char *text, size_t size, const unsigned char *from, size_t length)
{
    size_t at = strlen(text);

    while (length-- > 0 && at + 1 < size)
    {
        /* What a certificate holds goes to a terminal: printable characters only. */
        text[at++] = *from >= 0x20 && *from < 0x7F ? (char)*from : '?';
        from++;
    }
    text[at] = '\0';
}

static int is_attribute(const mbedtls_x509_name *name, unsigned char kind)
{
    return name->oid.len == 3 && name->oid.p[0] == 0x55 && name->oid.p[1] == 0x04 && name->oid.p[2] == kind;
}

/* The common name, or without one the organization, or whatever comes first. */
static void put_name(const mbedtls_x509_name *name, char *text, size_t size)
{
    const mbedtls_x509_name *chosen = name;
    const mbedtls_x509_name *next;

    for (next = name->next; next != RT_NULL; next = next->next)
    {
        if (is_attribute(next, ATTRIBUTE_COMMON_NAME) ||
            (is_attribute(next, ATTRIBUTE_ORGANIZATION) && !is_attribute(chosen, ATTRIBUTE_COMMON_NAME)))
        {
            chosen = next;
        }
    }
    if (chosen->val.p != RT_NULL)
    {
        append(text, size, chosen->val.p, chosen->val.len);
    }
}

static void put_date(const mbedtls_x509_time *date, char *text, size_t size)
{
    size_t at = strlen(text);

    rt_snprintf(text + at, size - at, "%04d-%02d-%02d %02d:%02d:%02d UTC", date->year, date->mon, date->day,
                date->hour, date->min, date->sec);
}

static void put_names(const mbedtls_x509_crt *crt, char *text, size_t size)
{
    const mbedtls_x509_sequence *name = &crt->subject_alt_names;
    int names = 0;
    size_t i;

    for (; name != RT_NULL && name->buf.p != RT_NULL; name = name->next)
    {
        unsigned kind = name->buf.tag & 0x1F;

        if (kind != 2 && kind != 7)     /* dNSName, iPAddress (RFC 5280 4.2.1.6) */
        {
            continue;
        }
        append(text, size, (const unsigned char *)", ", names++ > 0 ? 2 : 0);
        if (kind == 2)
        {
            append(text, size, name->buf.p, name->buf.len);
        }
        for (i = 0; kind == 7 && i < name->buf.len; i++)
        {
            size_t at = strlen(text);

            rt_snprintf(text + at, size - at, name->buf.len == 4 ? "%s%u" : "%s%02x",
                        i == 0 ? "" : name->buf.len == 4 ? "." : i % 2 == 0 ? ":" : "", name->buf.p[i]);
        }
    }
    if (names == 0)
    {
        put_name(&crt->subject, text, size);
    }
}

static int is_self_issued(const mbedtls_x509_crt *crt)
{
    return crt->issuer_raw.len == crt->subject_raw.len &&
           memcmp(crt->issuer_raw.p, crt->subject_raw.p, crt->subject_raw.len) == 0;
}

/*
 * The engine passes over a certificate whose signature it cannot read, so the
 * next one, an issuer, stands where the server's own should.
 */
static int is_issuer_in_front(const mbedtls_x509_crt *crt, int depth)
{
    return depth == 0 && tls_engine_is_authority(crt) && !is_self_issued(crt);
}

static void put_dates(struct tls_report *report, const mbedtls_x509_crt *crt)
{
    int is_expired = report->number == MBEDTLS_X509_BADCERT_EXPIRED;
    char *detail = report->detail;
    char when[TLS_CLOCK_TEXT_SIZE];

    rt_snprintf(detail, sizeof(report->detail), "valid %s ", is_expired ? "until" : "from");
    put_date(is_expired ? &crt->valid_to : &crt->valid_from, detail, sizeof(report->detail));
    rt_snprintf(detail + strlen(detail), sizeof(report->detail) - strlen(detail), ", the clock says %s",
                tls_clock_text(report->clock, when));
}

/* The facts that belong to the flag: dates, issuer, or names. */
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

    case MBEDTLS_X509_BADCERT_NOT_TRUSTED:
    case MBEDTLS_X509_BADCERT_BAD_KEY:
        rt_snprintf(detail, size, is_self_issued(crt) ? "self-signed by " : "issued by ");
        put_name(&crt->issuer, detail, size);
        break;

    case MBEDTLS_X509_BADCERT_CN_MISMATCH:
        rt_snprintf(detail, size, "names that match: ");
        put_names(crt, detail, size);
        break;

    default:
        break;
    }
}

void tls_report_detail(struct tls_report *report, const char *text)
{
    rt_snprintf(report->detail, sizeof(report->detail), "%s", text);
}

void tls_report_certificate(struct tls_report *report, const mbedtls_x509_crt *crt, int depth,
                            uint32_t flags, time_t clock)
{
    int is_first = report->flags == 0;

    report->flags |= flags;
    report->clock = clock;
    if (!is_first)
    {
        return;
    }

    report->depth = (signed char)depth;
    report->is_root = depth > 0 && is_self_issued(crt);
    report->subject[0] = '\0';
    report->detail[0] = '\0';
    put_name(&crt->subject, report->subject, sizeof(report->subject));

    if (flags != 0 && is_issuer_in_front(crt, depth))
    {
        report->number = MBEDTLS_X509_BADCERT_BAD_MD;
        rt_snprintf(report->detail, sizeof(report->detail), "the one that it issued to the server cannot be read");
        return;
    }
    report->number = first_flag(flags);
    put_detail(report, crt);
}
