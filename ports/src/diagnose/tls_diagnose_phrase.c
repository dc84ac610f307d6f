/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Phrases that many sentences share: kept once, they save a tenth of all words.
 */
#include <string.h>

#include "tls_diagnose_words.h"

/* Of W_OPERATOR (1), W_LIMIT (2), and so on. */
static const char phrases[] =
    "the server's operator has to change it\0"
    "\"Maxium fragment length in bytes\" (MBEDTLS_SSL_MAX_CONTENT_LEN)\0"
    "with date or ntp_sync\0"
    "the server's log says why\0"
    "the server\0"
    "menuconfig\0"
    "certificate\0"
    "session->host\0"
#ifndef PKG_MBEDTLS_TLS1_0
    "; old servers need " TLS_WORDS_ENGINE "PKG_MBEDTLS_TLS1_0"
#endif
    "\0"
    "into certs/ (manual 5.11) or select it in menuconfig, Select Root Certificate\0"
    "server and device share no cipher suite, curve or signature: see menuconfig, Key exchange, Ciphers, Curves";

#define PHRASES         11

/* Texts of certificates hold no control characters, so that such a byte is always one of ours. */
void tls_words_put(void (*write)(const struct tls_report *report, char *text, size_t size),
                   const struct tls_report *report, char *text, size_t size)
{
    char packed[TLS_REPORT_TEXT];
    const char *from = packed;
    const char *phrase;
    int number;

    write(report, packed, sizeof(packed));
    for (; size > 1 && *from != '\0'; from++)
    {
        if ((unsigned char)*from > PHRASES)
        {
            *text++ = *from;
            size--;
            continue;
        }
        for (phrase = phrases, number = 1; number < *from; number++)
        {
            phrase += strlen(phrase) + 1;
        }
        for (; size > 1 && *phrase != '\0'; size--)
        {
            *text++ = *phrase++;
        }
    }
    if (size > 0)
    {
        *text = '\0';
    }
}
