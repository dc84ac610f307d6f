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

/**
 * Phrases that many sentences share. A sentence holds one byte for each, which
 * tls_words_put() replaces by the phrase; in the order of tls_diagnose_phrase.c. In a
 * server's report they say "client" for "server".
 */
#define W_OPERATOR              "\1"    /* the server's operator has to change it */
#define W_LIMIT                 "\2"    /* the prompt and the symbol of the input buffer's length */
#define W_DATE                  "\3"    /* with date or ntp_sync */
#define W_LOG                   "\4"    /* the server's log says why */
#define W_SERVER                "\5"    /* the server */
#define W_MENU                  "\6"    /* menuconfig */
#define W_CERTIFICATE           "\7"    /* certificate */
#define W_HOST                  "\10"   /* session->host */
#define W_OLD                   "\11"   /* what else an old server needs, if something */
#define W_ROOTS                 "\12"   /* into certs/ (user guide 3.1) or select it in menuconfig, ... */
#define W_SUITES                "\13"   /* server and device share no cipher suite, ... */
#define W_ROLE                  "\14"   /* server */

/** Remedies that several tables share. */
#define TLS_WORDS_NETWORK       "check the DNS server and the network: ifconfig, ping"
#define TLS_WORDS_RANDOM        "see " W_MENU ", Random source"
#define TLS_WORDS_OPERATOR      W_OPERATOR

/** What happened, and what to change. */
struct tls_words
{
    const char *what;
    const char *remedy;
};

/** @return words for the code of a report, of the general kind for one that is not in the table */
const struct tls_words *tls_words_of_code(const struct tls_report *report);

/** @return a word for an enum tls_step, "?" for another number */
const char *tls_words_step(unsigned step);

/**
 * Write a text with its phrases.
 *
 * @param write  tls_words_what() or tls_words_remedy()
 */
void tls_words_put(void (*write)(const struct tls_report *report, char *text, size_t size),
                   const struct tls_report *report, char *text, size_t size);

/** Write what happened and what to change, for any report. */
void tls_words_what(const struct tls_report *report, char *text, size_t size);
void tls_words_remedy(const struct tls_report *report, char *text, size_t size);

/** The same for TLS_REASON_CERTIFICATE. */
void tls_words_certificate_what(const struct tls_report *report, char *text, size_t size);
void tls_words_certificate_remedy(const struct tls_report *report, char *text, size_t size);

/** The same for TLS_REASON_IDENTITY, with PKG_MBEDTLS_CLIENT_CERTIFICATE. */
void tls_words_identity_what(const struct tls_report *report, char *text, size_t size);
void tls_words_identity_remedy(const struct tls_report *report, char *text, size_t size);

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

/** @return non-zero if an alert is about the device's certificate, and the server has named issuers */
int tls_words_are_about_issuers(const struct tls_report *report);

/** @return what to change after an alert of the peer */
const char *tls_words_alert_remedy(const struct tls_report *report);

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_WORDS_H */
