/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Certificates that failed, in words.
 */
#include <rtthread.h>

#include "../base/tls_has.h"
#include "../engine/tls_engine.h"
#include "tls_diagnose_words.h"

#define WEAK_HASH       "its hash is refused or not compiled in: see " W_MENU ", SHA-384 and SHA-512"
#define OTHER_USE       W_SERVER " needs a " W_CERTIFICATE " that was issued for TLS " W_ROLE "s"

/* The sentences are the engine's, which the manual shows (5.12). */
static const struct
{
    uint32_t flags;
    struct tls_words words;
}
verdicts[] =
{
#ifdef PKG_MBEDTLS_PINNING
    { TLS_BADCERT_PIN,
      { "The chain has none of the pinned keys",
        "if " W_SERVER " has a new key and its operator confirms it, add this to the pins; otherwise someone may be "
        "intercepting the connection" } },
#endif
    { MBEDTLS_X509_BADCERT_EXPIRED,
      { "The certificate validity has expired",
        W_SERVER "'s operator has to renew it; if the clock is wrong, set it " W_DATE } },
    { MBEDTLS_X509_BADCERT_FUTURE,
      { "The certificate validity starts in the future",
        "check the clock and set it " W_DATE " (user guide 5.2)" } },
    { MBEDTLS_X509_BADCERT_NOT_TRUSTED,
      { "The certificate is not correctly signed by the trusted CA",
        "" } },                         /* remedy_of_untrusted() */
    { MBEDTLS_X509_BADCERT_CN_MISMATCH,
      { "The certificate Common Name (CN) does not match with the expected CN",
        "connect to one of these, or set options.server_name to it" } },
    { MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK,
      { "The certificate is signed with an unacceptable key (eg bad curve, RSA too short).",
        "its key is too short, or its curve not compiled in: see " W_MENU ", Curves" } },
    { MBEDTLS_X509_BADCERT_BAD_MD,
      { "The certificate is signed with an unacceptable hash.",
        WEAK_HASH } },
    { MBEDTLS_X509_BADCERT_KEY_USAGE,
      { "Usage does not match the keyUsage extension",
        OTHER_USE } },
    { MBEDTLS_X509_BADCERT_EXT_KEY_USAGE,
      { "Usage does not match the extendedKeyUsage extension",
        OTHER_USE } },
#ifdef PKG_MBEDTLS_SERVER
    { MBEDTLS_X509_BADCERT_MISSING,
      { "Certificate was missing",
        "the client needs a " W_CERTIFICATE ", or set options.client_auth to TLS_SERVER_ANYONE" } },
#endif
    /* tls_path.c; the last row is also for any other flag */
    { MBEDTLS_X509_BADCERT_OTHER,
      { "It violates a name constraint of its issuers or another rule of RFC 5280",
        TLS_WORDS_OPERATOR } },
};

static const struct tls_words *words_of(uint32_t flags)
{
    size_t i = 0;

    while (i < sizeof(verdicts) / sizeof(verdicts[0]) - 1 && (flags & verdicts[i].flags) == 0)
    {
        i++;
    }

    return &verdicts[i].words;
}

static void remedy_of_untrusted(const struct tls_report *report, char *text, size_t size)
{
    if (TLS_HAS(PKG_MBEDTLS_SERVER) && report->is_server)
    {
        rt_snprintf(text, size, "add the root " W_CERTIFICATE " of this issuer to options.client_ca");
        return;
    }
    if (report->is_name_known)
    {
        rt_snprintf(text, size, "a root of this name is trusted, but with another key: someone may be intercepting the "
                    "connection. Ask " W_SERVER "'s operator");
        return;
    }
    if (report->is_name_alike)
    {
        rt_snprintf(text, size, "a root has this common name, but another encoding or other parts of the name: ask " W_SERVER
                    "'s operator for the right one");
        return;
    }
    rt_snprintf(text, size, "put the root " W_CERTIFICATE " of this issuer " W_ROOTS "%s",
                report->depth > 0 ? "" : "; if it is no root, " W_SERVER " does not send it, or its algorithm is not "
                "compiled in");
}

/* By the application, tls_server_options.approve. */
static int is_disapproved(const struct tls_report *report)
{
    return TLS_HAS(PKG_MBEDTLS_SERVER) && report->is_server && report->missing &&
           report->number == MBEDTLS_X509_BADCERT_OTHER;
}

static const char *remedy_of(const struct tls_report *report)
{
    if (is_disapproved(report))
    {
        return "the application knows why";
    }
    if (report->number == MBEDTLS_X509_BADCERT_CN_MISMATCH && report->missing)
    {
        return TLS_WORDS_OPERATOR ": the name has to be an alternative name (subjectAltName)";
    }
    if (report->number == MBEDTLS_X509_BADCERT_EXPIRED && report->is_root)
    {
        return "it is a root of this device: replace it in certs/ or " W_MENU "; or set the clock " W_DATE;
    }
    if (report->number == MBEDTLS_X509_BADCERT_FUTURE && report->missing)
    {
        return "compare both times, which are UTC, with the true one; date takes local time, UTC+8 unless " W_MENU " has "
               "another time zone: set the clock again " W_DATE " (user guide 5.2)";
    }
    return words_of(report->number)->remedy;
}

void tls_words_certificate_remedy(const struct tls_report *report, char *text, size_t size)
{
    static const char here[] = "a root of this name is in the device: to use it, select";

    if (report->number == MBEDTLS_X509_BADCERT_BAD_KEY && report->missing)
    {
        rt_snprintf(text, size, "its RSA key is too short, %d of 2048 bits: " TLS_WORDS_OPERATOR, report->missing);
    }
    else if (report->number != MBEDTLS_X509_BADCERT_NOT_TRUSTED)
    {
        rt_snprintf(text, size, "%s", remedy_of(report));
    }
    else if (report->missing == 0)
    {
        remedy_of_untrusted(report, text, size);
    }
    else if (report->missing == TLS_ISSUER_IS_SHOWN)
    {
        rt_snprintf(text, size, W_SERVER " sends this issuer, which may not issue or has not signed: " W_OPERATOR);
    }
    else if (report->missing == TLS_ENGINE_RSA)
    {
        rt_snprintf(text, size, "%s \"ECDHE-RSA\" in " W_MENU ", Key exchange", here);
    }
    else
    {
        rt_snprintf(text, size, "%s \"P-%d\" in " W_MENU ", Curves", here, report->missing);
    }
}

const char *tls_words_verdict(uint32_t flags)
{
    return words_of(flags & (0 - flags))->what;
}

void tls_words_certificate_what(const struct tls_report *report, char *text, size_t size)
{
    rt_snprintf(text, size, W_CERTIFICATE " %d \"%s\" failed (flags 0x%x): %s%s%s", report->depth, report->subject,
                (unsigned)report->flags, is_disapproved(report) ? "options.approve refused it" : tls_words_verdict(report->number), report->detail[0] != '\0' ? ": " : "",
                report->detail);
}
