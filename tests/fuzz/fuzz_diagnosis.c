/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_report and tls_diagnose: whatever a certificate holds and whatever failed, the
 * texts are terminated, and a terminal can show them. The input is the facts of the
 * failure, then certificates in DER.
 */
#include <string.h>

#include <rtthread.h>

#include "../../ports/src/diagnose/tls_report_fill.h"
#include "tls_diagnose.h"
#include "fuzz.h"

static uint32_t number(const uint8_t **data, size_t *size)
{
    uint32_t value = 0;
    int i;

    for (i = 0; i < 4; i++)
    {
        value = value << 8 | fuzz_byte(data, size);
    }

    return value;
}

static void check_report(const struct tls_report *report)
{
    char text[TLS_REPORT_TEXT];

    fuzz_check_text(report->subject, sizeof(report->subject));
    fuzz_check_text(report->detail, sizeof(report->detail));
    memset(text, 0xEE, sizeof(text));
    fuzz_check_text(tls_report_what(report, text, sizeof(text)), sizeof(text));
    memset(text, 0xEE, sizeof(text));
    fuzz_check_text(tls_report_remedy(report, text, sizeof(text)), sizeof(text));
    fuzz_check_text(tls_report_step(report), TLS_REPORT_TEXT);
    tls_report_log(report);
}

static void one(const uint8_t *data, size_t size)
{
    struct tls_report report = { 0 };
    mbedtls_x509_crt list;
    uint32_t flags;
    time_t clock;

    report.code = -(int)(number(&data, &size) & 0xFFFF);
    report.step = (unsigned char)fuzz_byte(&data, &size);
    report.reason = (unsigned char)fuzz_byte(&data, &size);
    report.missing = (int)(number(&data, &size) & 0x3FF);
    if (report.reason == TLS_REASON_UNREADABLE)
    {
        report.missing = 0;             /* a row that tls_unreadable has found: fuzz_unreadable */
    }
    report.is_name_known = (unsigned char)fuzz_byte(&data, &size);
    report.number = number(&data, &size);
    flags = number(&data, &size);
    clock = (time_t)number(&data, &size);

    mbedtls_x509_crt_init(&list);
    if (fuzz_certificates(&list, data, size) > 0)
    {
        tls_report_certificate(&report, &list, (int)(flags & 7), flags, clock);
    }
    check_report(&report);
    mbedtls_x509_crt_free(&list);
}

FUZZ_HARNESS(diagnosis, one, NULL)
