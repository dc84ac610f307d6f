/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The words of tls_diagnose, in builds with PKG_MBEDTLS_DIAGNOSE. For the files of
 * tls_diagnose. Texts are cut to size.
 */
#ifndef TLS_DIAGNOSE_WORDS_H
#define TLS_DIAGNOSE_WORDS_H

#include <stddef.h>
#include <stdint.h>

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

/** Remedies that several tables share. */
#define TLS_WORDS_NETWORK       "check the DNS server and the network: ifconfig, ping"
#define TLS_WORDS_RANDOM        "see menuconfig, Random source"
#define TLS_WORDS_OPERATOR      "the server's operator has to change it"

/** What happened, and what to change. */
struct tls_words
{
    const char *what;
    const char *remedy;
};

/**
 * @param message  type of the handshake message that was not expected, 0: not known
 * @return words for a code of the engine, of the general kind for one that is not in the table
 */
const struct tls_words *tls_words_of_code(int code, uint32_t message);

/** @return a word for an enum tls_step, "?" for another number */
const char *tls_words_step(unsigned step);

/** Write what happened and what to change, for any report. */
void tls_words_what(const struct tls_report *report, char *text, size_t size);
void tls_words_remedy(const struct tls_report *report, char *text, size_t size);

/** The same for TLS_REASON_CERTIFICATE. */
void tls_words_certificate_what(const struct tls_report *report, char *text, size_t size);
void tls_words_certificate_remedy(const struct tls_report *report, char *text, size_t size);

/** The same for TLS_REASON_UNREADABLE. */
void tls_words_unreadable_what(const struct tls_report *report, char *text, size_t size);
void tls_words_unreadable_remedy(const struct tls_report *report, char *text, size_t size);

/** @return a sentence for the lowest flag of a verification result */
const char *tls_words_verdict(uint32_t flags);

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
