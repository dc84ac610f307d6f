/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The part of tls_diagnose that is about certificates; for tls_diagnose.c. The
 * reports are those with TLS_REASON_CERTIFICATE.
 */
#ifndef TLS_DIAGNOSE_CERTIFICATE_H
#define TLS_DIAGNOSE_CERTIFICATE_H

#include <stddef.h>

#include "tls_diagnose.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef PKG_MBEDTLS_CERTIFICATES
/**
 * Write what is wrong, as tls_report_what().
 */
void tls_certificate_what(const struct tls_report *report, char *text, size_t size);

/**
 * @return what to change, a text that lives for ever
 */
const char *tls_certificate_remedy(const struct tls_report *report);
#else
#define tls_certificate_what(report, text, size)    ((void)(report), (void)rt_snprintf(text, size, "certificate"))
#define tls_certificate_remedy(report)              ((void)(report), "")
#endif

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_CERTIFICATE_H */
