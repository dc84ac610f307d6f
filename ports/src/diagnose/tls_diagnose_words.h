/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The words of tls_diagnose, in builds with PKG_MBEDTLS_DIAGNOSE. For the files of
 * tls_diagnose. Texts are cut to size.
 */
#ifndef TLS_DIAGNOSE_WORDS_H
#define TLS_DIAGNOSE_WORDS_H

#include <stddef.h>

#include "tls_diagnose.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a build needs before it can select a protocol older than TLS 1.2. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define TLS_WORDS_ENGINE        ""
#else
#define TLS_WORDS_ENGINE        "PKG_MBEDTLS_ENGINE_2_28, "
#endif

/** @return a word for an enum tls_step, "?" for another number */
const char *tls_words_step(unsigned step);

/** Write what happened and what to change, for any report. */
void tls_words_what(const struct tls_report *report, char *text, size_t size);
void tls_words_remedy(const struct tls_report *report, char *text, size_t size);

/** The same for TLS_REASON_CERTIFICATE. */
void tls_words_certificate_what(const struct tls_report *report, char *text, size_t size);
void tls_words_certificate_remedy(const struct tls_report *report, char *text, size_t size);

/** Write a sentence for the lowest flag of a verification result. */
void tls_words_verdict(uint32_t flags, char *text, size_t size);

/** The same for TLS_REASON_VERSION. */
void tls_words_version_what(const struct tls_report *report, char *text, size_t size);
void tls_words_version_remedy(const struct tls_report *report, char *text, size_t size);

/** @return the name of an alert, "unknown" for another number */
const char *tls_words_alert(unsigned alert);

/** @return what to change after an alert of the peer */
const char *tls_words_alert_remedy(unsigned alert, unsigned step);

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_WORDS_H */
