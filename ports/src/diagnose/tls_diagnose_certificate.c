/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Certificates that failed, in words.
 */
#include <rtthread.h>

#include "../engine/tls_engine.h"
#include "tls_diagnose_words.h"

/* What to change, by flag; tls_report.c chooses the one that a report is about. */
static const struct
{
    uint32_t flags;
    const char *remedy;
}
remedies[] =
{
#ifdef PKG_MBEDTLS_PINNING
    { TLS_BADCERT_PIN,
      "if the server has a new key and its operator confirms it, add this to the pins; otherwise someone may be "
      "intercepting the connection" },
#endif
    { MBEDTLS_X509_BADCERT_EXPIRED,
      "the server's operator has to renew it; if the clock is wrong, set it with date or ntp_sync" },
    { MBEDTLS_X509_BADCERT_FUTURE,
      "check the clock and set it with date or ntp_sync (manual 5.12.2)" },
    { MBEDTLS_X509_BADCERT_CN_MISMATCH,
      "connect to one of these names, or set options.server_name to the one that you mean" },
    { MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK,
      "its key is too short, or on a curve that is not compiled in: see menuconfig, Curves" },
    { MBEDTLS_X509_BADCERT_BAD_MD,
      "it is signed with a hash that is refused or not compiled in: see menuconfig, SHA-384 and SHA-512" },
    { MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
      "the server needs a certificate that was issued for TLS servers" },
};

static const char *remedy_of_untrusted(const struct tls_report *report)
{
    if (report->is_name_known)
    {
        return "a root of this name is trusted, but with another key: someone may be intercepting the connection. Trust "
               "the new one only if the server's operator confirms it";
    }

    return report->depth > 0 ?
           "put the root certificate of this issuer into certs/ (PEM or DER, manual 5.11) or select it in menuconfig, "
           "Select Root Certificate" :
           "put the root certificate of this issuer into certs/ (manual 5.11) or select it in menuconfig, Select Root "
           "Certificate; if it is no root, the server does not send it, or its algorithm is not compiled in";
}

static const char *remedy_of(const struct tls_report *report)
{
    size_t i;

    if (report->number == MBEDTLS_X509_BADCERT_NOT_TRUSTED)
    {
        return remedy_of_untrusted(report);
    }
    if (report->number == MBEDTLS_X509_BADCERT_EXPIRED && report->is_root)
    {
        return "it is a root of this device: replace it in certs/ or menuconfig; or set the clock with date or "
               "ntp_sync";
    }
    for (i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
    {
        if (report->number & remedies[i].flags)
        {
            return remedies[i].remedy;
        }
    }

    return "ask the server's operator for a valid certificate";
}

void tls_words_certificate_remedy(const struct tls_report *report, char *text, size_t size)
{
    static const char here[] = "a root of this name is in the device: to use it, select";

    if (report->number != MBEDTLS_X509_BADCERT_NOT_TRUSTED || report->missing == 0)
    {
        rt_snprintf(text, size, "%s", remedy_of(report));
    }
    else if (report->missing == TLS_ENGINE_RSA)
    {
        rt_snprintf(text, size, "%s \"ECDHE-RSA\" in menuconfig, Key exchange", here);
    }
    else
    {
        rt_snprintf(text, size, "%s \"P-%d\" in menuconfig, Curves", here, report->missing);
    }
}

void tls_words_verdict(uint32_t flags, char *text, size_t size)
{
    if ((flags & (0 - flags)) == TLS_BADCERT_PIN)
    {
        rt_snprintf(text, size, "The chain has none of the pinned keys");
        return;
    }
    if ((flags & (0 - flags)) == MBEDTLS_X509_BADCERT_OTHER)
    {
        /* tls_path.c */
        rt_snprintf(text, size, "It violates a name constraint of its issuers or another rule of RFC 5280");
        return;
    }
    tls_engine_verify_text(flags, text, size);
}

void tls_words_certificate_what(const struct tls_report *report, char *text, size_t size)
{
    char sentence[96];

    tls_words_verdict(report->number, sentence, sizeof(sentence));
    rt_snprintf(text, size, "certificate %d \"%s\" failed (flags 0x%x): %s%s%s", report->depth, report->subject,
                (unsigned)report->flags, sentence, report->detail[0] != '\0' ? ": " : "", report->detail);
}
