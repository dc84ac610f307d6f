/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Failures in numbers only: in builds without PKG_MBEDTLS_DIAGNOSE.
 */
#include <rtthread.h>

#include "tls_diagnose.h"
#include "../base/tls_log.h"

void tls_report_certificate(struct tls_report *report, const mbedtls_x509_crt *crt, int depth,
                            uint32_t flags, time_t clock)
{
    (void)crt;

    if (report->flags == 0)
    {
        report->depth = (signed char)depth;
        report->number = flags;
    }
    report->flags |= flags;
    report->clock = clock;
}

void tls_report_detail(struct tls_report *report, const char *text)
{
    (void)report;
    (void)text;
}

const char *tls_report_step(const struct tls_report *report)
{
    (void)report;

    return "step";
}

char *tls_report_what(const struct tls_report *report, char *text, size_t size)
{
    rt_snprintf(text, size, "step %d reason %d code -0x%x flags 0x%x depth %d number %u", report->step,
                report->reason, (unsigned)-report->code, (unsigned)report->flags, report->depth,
                (unsigned)report->number);

    return text;
}

char *tls_report_remedy(const struct tls_report *report, char *text, size_t size)
{
    (void)report;

    if (size > 0)
    {
        text[0] = '\0';
    }

    return text;
}

void tls_report_log(const struct tls_report *report)
{
    char text[TLS_REPORT_TEXT];

    LOG_E("%s", tls_report_what(report, text, sizeof(text)));
}

const char *tls_alert_name(unsigned alert)
{
    (void)alert;

    return "";
}
