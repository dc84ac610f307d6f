/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Protocol versions that a session refuses, in words. On the wire SSL 3.0 is
 * 0x0300; TLS counts up from 0x0301, DTLS down from 0xFEFF.
 */
#include <rtthread.h>

#include "tls_diagnose_words.h"

#define SSL3            0x0300U
#define TLS1_0          0x0301U
#define TLS1_2          0x0303U
#define DTLS1_0         0xFEFFU

static int is_datagram(unsigned version)
{
    return version >> 8 == DTLS1_0 >> 8;
}

static const char *family_of(unsigned version)
{
    return version == SSL3 ? "SSL" : is_datagram(version) ? "DTLS" : "TLS";
}

/* Behind "1." of TLS and DTLS. */
static unsigned minor_of(unsigned version)
{
    return is_datagram(version) ? DTLS1_0 - version : version - TLS1_0;
}

void tls_words_version_what(const struct tls_report *report, char *text, size_t size)
{
    unsigned version = (unsigned)report->number;

    rt_snprintf(text, size, W_SERVER " chose %s %u.%u, which this build or session->conf excludes", family_of(version),
                version == SSL3 ? 3 : 1, version == SSL3 ? 0 : minor_of(version));
}

void tls_words_version_remedy(const struct tls_report *report, char *text, size_t size)
{
    unsigned version = (unsigned)report->number;

    if (version >= TLS1_2 && version != DTLS1_0)
    {
        rt_snprintf(text, size, "see " W_MENU ", Protocol");
        return;
    }
    rt_snprintf(text, size, "have " W_SERVER " updated, or select " TLS_WORDS_ENGINE "PKG_MBEDTLS_%s%s%u",
                family_of(version), version == SSL3 ? "" : "1_", version == SSL3 ? 3 : minor_of(version));
}
