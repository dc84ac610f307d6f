/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Facts of a failure: its reason, and what is wrong with a certificate, noted
 * while the engine shows it.
 */
#include <string.h>

#include <rtthread.h>

#include "../base/tls_has.h"
#include "../engine/tls_engine.h"
#include "tls_clock.h"
#include "tls_report_fill.h"

#include "mbedtls/net_sockets.h"

/* Reasons that the code alone tells; a build without a feature leaves its rows out, as tls_diagnose_words.c does. */
static const struct
{
    unsigned short code;                /* without its sign */
    unsigned char reason;
}
reasons[] =
{
    { -TLS_ERR_NO_HOST, TLS_REASON_NO_HOST },
    { -TLS_ERR_STATE, TLS_REASON_STATE },
    { -TLS_ERR_UNSUPPORTED, TLS_REASON_UNSUPPORTED },
    { -TLS_ERR_RANDOM, TLS_REASON_NO_RANDOM },
    { -TLS_ERR_NO_ROOTS, TLS_REASON_NO_ROOTS },
    { -MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED, TLS_REASON_NO_ROOTS },
#ifdef PKG_MBEDTLS_PINNING
    { -TLS_ERR_PINS, TLS_REASON_PINS },
#endif
#ifdef PKG_MBEDTLS_PSK
    { -TLS_ERR_PSK, TLS_REASON_PSK },
#endif
#ifdef PKG_MBEDTLS_ALPN
    { -TLS_ERR_ALPN, TLS_REASON_ALPN },
#endif
#ifdef PKG_MBEDTLS_SESSION_TICKETS
    { -TLS_ERR_RESUME, TLS_REASON_RESUME },
#endif
    { -TLS_ERR_CLOCK_UNSET, TLS_REASON_CLOCK_UNSET },
    { -TLS_ERR_TRUNCATED, TLS_REASON_CLOSED },
    { -TLS_ERR_TIMEOUT, TLS_REASON_TIMEOUT },
    { -MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, TLS_REASON_ALERT },   /* close_notify is number 0 */
    { -MBEDTLS_ERR_SSL_CONN_EOF, TLS_REASON_CLOSED },
    { -MBEDTLS_ERR_SSL_ALLOC_FAILED, TLS_REASON_NO_MEMORY },
    { -MBEDTLS_ERR_NET_UNKNOWN_HOST, TLS_REASON_NAME_NOT_FOUND },
    { -MBEDTLS_ERR_NET_SOCKET_FAILED, TLS_REASON_REFUSED },
    { -MBEDTLS_ERR_NET_CONNECT_FAILED, TLS_REASON_REFUSED },
    { -MBEDTLS_ERR_NET_CONN_RESET, TLS_REASON_RESET },
    { -MBEDTLS_ERR_X509_CERT_VERIFY_FAILED, TLS_REASON_CERTIFICATE },
    { -MBEDTLS_ERR_SSL_BAD_CERTIFICATE, TLS_REASON_CERTIFICATE },
};

int tls_report_reason(struct tls_report *report, const mbedtls_ssl_context *ssl, int code)
{
    size_t i, length;
    int alert;

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
    {
        if (reasons[i].code == -code)
        {
            return reasons[i].reason;
        }
    }
    alert = tls_engine_alert(ssl, code);
    if (alert >= 0)
    {
        report->number = (uint32_t)alert;
        return TLS_REASON_ALERT;
    }
    length = tls_engine_length_needed(ssl, code);
    if (length > 0)
    {
        report->number = (uint32_t)length;
        return TLS_REASON_TOO_LONG;
    }

    return TLS_REASON_OTHER;
}

/* Of several flags of a certificate the report is about the first of these. */
static const uint32_t precedence[] =
{
    TLS_BADCERT_PIN,
    MBEDTLS_X509_BADCERT_EXPIRED,
    MBEDTLS_X509_BADCERT_FUTURE,
    MBEDTLS_X509_BADCERT_NOT_TRUSTED,
    MBEDTLS_X509_BADCERT_CN_MISMATCH,
    MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK,
    MBEDTLS_X509_BADCERT_BAD_MD,
    MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
};

static uint32_t first_flag(uint32_t flags)
{
    size_t i;

    for (i = 0; i < sizeof(precedence) / sizeof(precedence[0]); i++)
    {
        if (flags & precedence[i])
        {
            return flags & precedence[i];
        }
    }

    return flags;
}

void tls_report_append(char *text, size_t size, const unsigned char *from, size_t length)
{
    size_t at = strlen(text);

    while (length-- > 0 && at + 1 < size)
    {
        /* A certificate's text goes to a terminal: printable characters only. */
        text[at++] = *from >= 0x20 && *from < 0x7F ? (char)*from : '?';
        from++;
    }
    text[at] = '\0';
}

static int is_attribute(const mbedtls_x509_name *name, unsigned char attribute)
{
    return TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && tls_engine_is_attribute(name, attribute);
}

/* The common name, else the organization, else the first attribute. */
static void put_name(const mbedtls_x509_name *name, char *text, size_t size)
{
    const mbedtls_x509_name *chosen = name;
    const mbedtls_x509_name *next;

    for (next = name->next; next != RT_NULL; next = next->next)
    {
        if (is_attribute(next, TLS_ENGINE_COMMON_NAME) ||
            (is_attribute(next, TLS_ENGINE_ORGANIZATION) && !is_attribute(chosen, TLS_ENGINE_COMMON_NAME)))
        {
            chosen = next;
        }
    }
    if (chosen->val.p != RT_NULL)
    {
        tls_report_append(text, size, chosen->val.p, chosen->val.len);
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
        tls_report_append(text, size, (const unsigned char *)", ", names++ > 0 ? 2 : 0);
        if (kind == 2)
        {
            tls_report_append(text, size, name->buf.p, name->buf.len);
        }
        for (i = 0; kind == 7 && i < name->buf.len; i++)
        {
            size_t at = strlen(text);

            rt_snprintf(text + at, size - at, name->buf.len == 4 ? "%s%u" : "%s%02x",
                        i == 0 ? "" : name->buf.len == 4 ? "." : i % 2 == 0 ? ":" : "", name->buf.p[i]);
        }
    }
    if (names == 0 && TLS_HAS(PKG_MBEDTLS_COMMON_NAME))
    {
        put_name(&crt->subject, text, size);
    }
    else if (names == 0)
    {
        size_t at = strlen(text);

        rt_snprintf(text + at, size - at, "none (PKG_MBEDTLS_COMMON_NAME is off)");
    }
}

static int is_self_issued(const mbedtls_x509_crt *crt)
{
    return crt->issuer_raw.len == crt->subject_raw.len &&
           memcmp(crt->issuer_raw.p, crt->subject_raw.p, crt->subject_raw.len) == 0;
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

static void put_facts(struct tls_report *report, const mbedtls_x509_crt *crt, int depth, uint32_t flags)
{
    report->is_root = depth > 0 && is_self_issued(crt);
    report->subject[0] = '\0';
    report->detail[0] = '\0';
    put_name(&crt->subject, report->subject, sizeof(report->subject));

    report->number = first_flag(flags);
    put_detail(report, crt);
}

void tls_report_detail(struct tls_report *report, const char *text)
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        rt_snprintf(report->detail, sizeof(report->detail), "%s", text);
    }
}

void tls_report_certificate(struct tls_report *report, const mbedtls_x509_crt *crt, int depth,
                            uint32_t flags, time_t clock)
{
    int is_first = report->flags == 0;

    report->flags |= flags;
    report->clock = clock;
    if (is_first)
    {
        report->depth = (signed char)depth;
        report->number = flags;
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
        {
            put_facts(report, crt, depth, flags);
        }
    }
}
