/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A report (tls_report.h) in words: what went wrong, on which certificate, and
 * what to change. Without PKG_MBEDTLS_DIAGNOSE the texts hold numbers only.
 *
 * Nothing here waits or allocates memory.
 */
#ifndef TLS_DIAGNOSE_H
#define TLS_DIAGNOSE_H

#include <stddef.h>

#include "tls_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes that hold every text that the functions below write. */
#define TLS_REPORT_TEXT         320

/**
 * @return a word for the step, e.g. "handshake"
 */
const char *tls_report_step(const struct tls_report *report);

/**
 * Write what happened.
 *
 * @param text  receives one line without a line end, cut to size
 * @param size  bytes of text, at least 1; TLS_REPORT_TEXT is enough
 * @return text
 */
char *tls_report_what(const struct tls_report *report, char *text, size_t size);

/**
 * Write what to change; "" if there is no advice.
 *
 * @param text  as above
 * @return text
 */
char *tls_report_remedy(const struct tls_report *report, char *text, size_t size);

/**
 * Write the report to the log as errors, in the manual's words first (5.12).
 */
void tls_report_log(const struct tls_report *report);

/**
 * @return the name of an alert, e.g. "handshake_failure", or "unknown"; "" without
 *         PKG_MBEDTLS_DIAGNOSE
 */
const char *tls_alert_name(unsigned alert);

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_H */
