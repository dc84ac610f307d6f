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
 * Write what to change, as tls_report_remedy().
 */
void tls_certificate_remedy(const struct tls_report *report, char *text, size_t size);

/**
 * Write a sentence for the lowest flag of a verification result, as
 * tls_engine_verify_text() does for the engine's own.
 */
void tls_certificate_verdict(uint32_t flags, char *text, size_t size);
#else
#define tls_certificate_what(report, text, size)    ((void)(report), (void)rt_snprintf(text, size, "certificate"))
#define tls_certificate_remedy(report, text, size)  ((void)(report), (void)(size), (void)((text)[0] = '\0'))
#define tls_certificate_verdict(flags, text, size)  ((void)(flags), (void)(size), (void)((text)[0] = '\0'))
#endif

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_CERTIFICATE_H */
