/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Failures in words.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_clock.h"
#include "tls_diagnose.h"
#include "tls_engine.h"
#include "tls_log.h"

#include "mbedtls/ssl.h"

/* RT-Thread's console cuts a longer line (RT_CONSOLEBUF_SIZE is 128 by default). */
#define LINE_LENGTH             110

static const char *const step_names[] =
{
    "none", "init", "context", "name look-up", "TCP connect", "handshake", "certificate check", "write", "read",
};

/* What to change, by the flag of a certificate. Of several flags the first here is told about. */
static const struct
{
    uint32_t flag;
    const char *remedy;
}
certificate_remedies[] =
{
    { MBEDTLS_X509_BADCERT_EXPIRED,
      "the server's operator has to renew it; if the clock is wrong, set it with date or ntp_sync" },
    { MBEDTLS_X509_BADCERT_FUTURE,
      "check the clock and set it with date or ntp_sync (manual 5.12.2)" },
    { MBEDTLS_X509_BADCERT_NOT_TRUSTED,
      "put the root certificate of this issuer into certs/ (PEM or DER, manual 5.11) or select it in menuconfig, "
      "Select Root Certificate" },
    { MBEDTLS_X509_BADCERT_CN_MISMATCH,
      "connect by one of these names, or set options.server_name to the one that you mean" },
    { MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK,
      "its key is too short, or on a curve that is not compiled in: see menuconfig, Protocol" },
    { MBEDTLS_X509_BADCERT_BAD_MD,
      "it is signed with a hash that is refused or not compiled in: see menuconfig, SHA-384 and SHA-512" },
    { MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
      "the server needs a certificate that is made out for TLS servers" },
};

const char *tls_report_step(const struct tls_report *report)
{
    return report->step < sizeof(step_names) / sizeof(step_names[0]) ? step_names[report->step] : "?";
}

static uint32_t first_flag(uint32_t flags)
{
    size_t i;

    for (i = 0; i < sizeof(certificate_remedies) / sizeof(certificate_remedies[0]); i++)
    {
        if (flags & certificate_remedies[i].flag)
        {
            return flags & certificate_remedies[i].flag;
        }
    }

    return flags;
}

static const char *remedy_of_certificate(const struct tls_report *report)
{
    uint32_t flags = report->number;
    size_t i;

    if (report->depth == 0 && flags == MBEDTLS_X509_BADCERT_NOT_TRUSTED)
    {
        return "put the root certificate of this issuer into certs/ (manual 5.11) or select it in menuconfig, Select Root "
               "Certificate; if it is no root, the server does not send it, or its algorithm is not compiled in";
    }
    if (report->is_root && flags == MBEDTLS_X509_BADCERT_EXPIRED)
    {
        return "it is a root of this device: replace it in certs/ or menuconfig; or set the clock with date or ntp_sync";
    }
    for (i = 0; i < sizeof(certificate_remedies) / sizeof(certificate_remedies[0]); i++)
    {
        if (flags & certificate_remedies[i].flag)
        {
            return certificate_remedies[i].remedy;
        }
    }

    return "ask the server's operator for a valid certificate";
}

static void what_certificate(const struct tls_report *report, char *text, size_t size)
{
    char sentence[96];

    tls_engine_verify_text(report->number, sentence, sizeof(sentence));
    rt_snprintf(text, size, "certificate %d \"%s\" failed (flags 0x%x): %s%s%s", report->depth, report->subject,
                (unsigned)report->flags, sentence, report->detail[0] != '\0' ? ": " : "", report->detail);
}

static const char *what_other(int code)
{
    switch (code)
    {
    case MBEDTLS_ERR_SSL_BAD_INPUT_DATA:
        return "the engine refuses what it was given";

    case MBEDTLS_ERR_SSL_INVALID_MAC:
        return "a record was damaged on its way";

    case MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE:
        return "the server wants something that this engine or configuration lacks";

    case MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED:
        return "there is no root certificate to verify the server with";

#ifdef MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER
    case MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER:
        return "the server sent what the protocol forbids, or what this engine cannot read";
#endif

    default:
        return "the engine reports an error";
    }
}

char *tls_report_what(const struct tls_report *report, char *text, size_t size)
{
    char when[TLS_CLOCK_TEXT_SIZE];
    unsigned number = (unsigned)report->number;

    switch (report->reason)
    {
    case TLS_REASON_NONE:
        rt_snprintf(text, size, "no failure");
        break;

    case TLS_REASON_CERTIFICATE:
        what_certificate(report, text, size);
        break;

    case TLS_REASON_CLOCK_UNSET:
        rt_snprintf(text, size, "clock not set: it says %s", tls_clock_text(report->clock, when));
        break;

    case TLS_REASON_NO_MEMORY:
        rt_snprintf(text, size, number != 0 ? "out of memory: no %u bytes in the heap" : "out of memory", number);
        break;

    case TLS_REASON_TIMEOUT:
        rt_snprintf(text, size, "no answer within %u ms", number);
        break;

    case TLS_REASON_NAME_NOT_FOUND:
        rt_snprintf(text, size, "the host's name has no address (getaddrinfo: %d)", (int)report->number);
        break;

    case TLS_REASON_REFUSED:
        rt_snprintf(text, size, "the host does not take the connection (errno %u)", number);
        break;

    case TLS_REASON_RESET:
        rt_snprintf(text, size, "the peer reset the connection");
        break;

    case TLS_REASON_CLOSED:
        rt_snprintf(text, size, "the peer closed the connection without close_notify: data may be cut short");
        break;

    case TLS_REASON_ALERT:
        rt_snprintf(text, size, "the peer sent the alert %s (%u)", tls_alert_name(number), number);
        break;

    case TLS_REASON_TOO_LONG:
        rt_snprintf(text, size, "the peer sent %u bytes at once, the input buffer holds %u", number,
                    (unsigned)MBEDTLS_SSL_IN_CONTENT_LEN);
        break;

    case TLS_REASON_NOT_TLS:
        rt_snprintf(text, size, "the peer answered with something that is not TLS");
        break;

    case TLS_REASON_NO_RANDOM:
        rt_snprintf(text, size, "the random source failed");
        break;

    case TLS_REASON_NO_ROOTS:
        rt_snprintf(text, size, "no root certificate can be used");
        break;

    case TLS_REASON_NO_HOST:
        rt_snprintf(text, size, "the session has no host or no port from 1 to 65535");
        break;

    case TLS_REASON_STATE:
        rt_snprintf(text, size, "called at the wrong time: init, context, connect, then read and write");
        break;

    default:
        rt_snprintf(text, size, "%s (-0x%x)", what_other(report->code), (unsigned)-report->code);
        break;
    }

    return text;
}

static const char *remedy_of_alert(unsigned alert)
{
    switch (alert)
    {
    case 40:
    case 71:
        return "server and device share no cipher suite, curve or signature: see menuconfig, Protocol";

    case 70:
        return "server and device share no protocol version: see menuconfig, Protocol";

    case 112:
        return "the server does not serve this name: check session->host or options.server_name";

    case 22:
        return "a record was too long for the server: lower \"Maximum length of a record sent\"";

    case 42:
    case 116:
        return "the server wants a certificate of the device";

    default:
        return "the server's log says why";
    }
}

/* For those reasons whose remedy is a fixed sentence. */
static const char *remedy_of_reason(unsigned reason)
{
    switch (reason)
    {
    case TLS_REASON_CLOCK_UNSET:
        return "set it with date or ntp_sync (manual 3.2.2)";

    case TLS_REASON_NO_MEMORY:
        return "free heap, or lower \"Maxium fragment length in bytes\" (MBEDTLS_SSL_MAX_CONTENT_LEN)";

    case TLS_REASON_NAME_NOT_FOUND:
        return "check the name, the DNS server and the network: ifconfig, ping";

    case TLS_REASON_REFUSED:
        return "check host and port, and that the server runs";

    case TLS_REASON_RESET:
        return "the server's log says why; servers reset when they speak no protocol version that is offered";

    case TLS_REASON_NOT_TLS:
        return "check the port: it may be the one for plain connections";

    case TLS_REASON_NO_RANDOM:
        return "see menuconfig, Random source";

    case TLS_REASON_NO_ROOTS:
        return "put one into certs/ or select one in menuconfig, Select Root Certificate";

    case TLS_REASON_NO_HOST:
        return "set session->host and session->port before mbedtls_client_context()";

    default:
        return "";
    }
}

static const char *remedy_of_timeout(unsigned step)
{
    switch (step)
    {
    case TLS_STEP_RESOLVE:
        return "check the DNS server and the network: ifconfig, ping";

    case TLS_STEP_CONNECT:
        return "check host, port and network; raise options.connect_timeout if the network is slow";

    case TLS_STEP_HANDSHAKE:
        return "raise options.connect_timeout (PKG_MBEDTLS_CONNECT_TIMEOUT) if the server or this CPU is slow";

    default:
        return "raise options.io_timeout (PKG_MBEDTLS_IO_TIMEOUT) if the server is slow";
    }
}

char *tls_report_remedy(const struct tls_report *report, char *text, size_t size)
{
    const char *remedy = remedy_of_reason(report->reason);

    switch (report->reason)
    {
    case TLS_REASON_CERTIFICATE:
        remedy = remedy_of_certificate(report);
        break;

    case TLS_REASON_TIMEOUT:
        remedy = remedy_of_timeout(report->step);
        break;

    case TLS_REASON_ALERT:
        remedy = remedy_of_alert((unsigned)report->number);
        break;

    case TLS_REASON_TOO_LONG:
        rt_snprintf(text, size, "set \"Maxium fragment length in bytes\" (MBEDTLS_SSL_MAX_CONTENT_LEN) to %u or more",
                    (unsigned)report->number);
        return text;

    default:
        break;
    }
    rt_snprintf(text, size, "%s", remedy);

    return text;
}

/* Log a text in lines that the console does not cut, broken at blanks. */
static void log_lines(const char *text)
{
    while (strlen(text) > LINE_LENGTH)
    {
        int length = LINE_LENGTH;

        while (length > 0 && text[length] != ' ')
        {
            length--;
        }
        length = length > 0 ? length : LINE_LENGTH;
        LOG_E("%.*s", length, text);
        text += length + (text[length] == ' ');
    }
    LOG_E("%s", text);
}

void tls_report_log(const struct tls_report *report)
{
    char text[TLS_REPORT_TEXT];
    uint32_t flags = report->flags;

    LOG_E("%s failed: -0x%x", tls_report_step(report), (unsigned)-report->code);
    if (report->reason == TLS_REASON_CERTIFICATE)
    {
        LOG_E("verify peer certificate fail....");
    }
    for (; report->reason == TLS_REASON_CERTIFICATE && flags != 0; flags &= flags - 1)
    {
        tls_engine_verify_text(flags, text, sizeof(text));
        LOG_E("verification info: ! %s", text);
    }
    log_lines(tls_report_what(report, text, sizeof(text)));
    if (tls_report_remedy(report, text, sizeof(text))[0] != '\0')
    {
        LOG_E("what to change:");
        log_lines(text);
    }
}

/*
 * Facts of a certificate.
 */

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
