/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports as text and in the log: in words, or without PKG_MBEDTLS_DIAGNOSE in
 * numbers.
 */
#include <rtthread.h>

#include "../base/tls_has.h"
#include "../base/tls_log.h"
#include "tls_diagnose.h"
#include "tls_diagnose_words.h"
#include "tls_line.h"
#include "tls_report_fill.h"

/* A format and its arguments: the command that turns the numbers into words on the host. */
#define NUMBERS(report) \
    "tools/explain step %d reason %d code -0x%x flags 0x%x depth %d number %u", (report)->step, (report)->reason, \
    (unsigned)-(report)->code, (unsigned)(report)->flags, (report)->depth, (unsigned)(report)->number

const char *tls_report_step(const struct tls_report *report)
{
    return TLS_HAS(PKG_MBEDTLS_DIAGNOSE) ? tls_words_step(report->step) : "step";
}

char *tls_report_what(const struct tls_report *report, char *text, size_t size)
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        tls_words_put(tls_words_what, report, text, size);
    }
    else
    {
        rt_snprintf(text, size, NUMBERS(report));
    }

    return text;
}

char *tls_report_remedy(const struct tls_report *report, char *text, size_t size)
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        tls_words_put(tls_words_remedy, report, text, size);
    }
    else if (size > 0)
    {
        text[0] = '\0';
    }

    return text;
}

const char *tls_alert_name(unsigned alert)
{
    return TLS_HAS(PKG_MBEDTLS_DIAGNOSE) ? tls_words_alert(alert) : "";
}

static void log_lines(const char *text, int is_error)
{
    size_t length;

    do
    {
        length = tls_line_piece(text, TLS_LINE_LENGTH);
        if (is_error)
        {
            LOG_E("%.*s", (int)length, text);
        }
        else
        {
            LOG_W("%.*s", (int)length, text);
        }
        text += length + (text[length] == ' ');
    }
    while (*text != '\0');
}

/* The manual's lines: one for each flag. */
static void log_verdict(uint32_t flags)
{
    LOG_E("verify peer certificate fail....");
    for (; flags != 0; flags &= flags - 1)
    {
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
        {
            LOG_E("verification info: ! %s", tls_words_verdict(flags));
        }
    }
}

static void log_words(const struct tls_report *report)
{
    char text[TLS_REPORT_TEXT];

    LOG_E("%s failed: -0x%x", tls_report_step(report), (unsigned)-report->code);
    if (report->reason == TLS_REASON_CERTIFICATE)
    {
        log_verdict(report->flags);
    }
    log_lines(tls_report_what(report, text, sizeof(text)), 1);
    if (tls_report_remedy(report, text, sizeof(text))[0] != '\0')
    {
        LOG_E("what to change:");
        log_lines(text, 1);
    }
}

void tls_report_log(const struct tls_report *report)
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        log_words(report);
    }
    else
    {
        LOG_E(NUMBERS(report));
    }
}

void tls_report_log_client(const struct tls_report *report, const char *peer)
{
    char text[TLS_REPORT_TEXT];

    (void)peer;                         /* at log level 0 */
    LOG_W("%s: %s failed: -0x%x", peer, tls_report_step(report), (unsigned)-report->code);
    log_lines(tls_report_what(report, text, sizeof(text)), 0);
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && tls_report_remedy(report, text, sizeof(text))[0] != '\0')
    {
        log_lines(text, 0);
    }
}
