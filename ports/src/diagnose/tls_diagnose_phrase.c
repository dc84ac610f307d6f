/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Phrases that many sentences share: kept once, they save a tenth of all words.
 */
#include <string.h>

#include "../base/tls_has.h"
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
    "into certs/ (user guide 3.1) or select it in menuconfig, Select Root Certificate\0"
    "server and device share no cipher suite, curve or signature: see menuconfig, Key exchange, Ciphers, Curves\0"
    "server";

#define PHRASES         12

static const char *phrase_of(int number)
{
    const char *phrase = phrases;

    while (--number > 0)
    {
        phrase += strlen(phrase) + 1;
    }

    return phrase;
}

/* To a server the peer is a client, a word of the same length. */
static char letter_of(const struct tls_report *report, const char *phrase, size_t at)
{
    static const char server[] = "server", client[] = "client";
    size_t i;

    for (i = 0; TLS_HAS(PKG_MBEDTLS_SERVER) && report->is_server && i < sizeof(server) - 1 && i <= at; i++)
    {
        if (strncmp(phrase + at - i, server, sizeof(server) - 1) == 0)
        {
            return client[i];
        }
    }

    return phrase[at];
}

/* A text that was cut ends with a whole character (UTF-8). */
static void end_whole(char *begin, char *end)
{
    while (end > begin && ((unsigned char)end[-1] & 0xC0) == 0x80)
    {
        end--;
    }
    end -= end > begin && (unsigned char)end[-1] >= 0xC0;
    *end = '\0';
}

/* Texts of certificates hold no control characters, so that such a byte is always one of ours. */
void tls_words_put(void (*write)(const struct tls_report *report, char *text, size_t size),
                   const struct tls_report *report, char *text, size_t size)
{
    char packed[TLS_REPORT_TEXT];
    const char *from = packed;
    const char *phrase;
    size_t length = 0, i;

    if (size == 0)
    {
        return;
    }
    write(report, packed, sizeof(packed));
    for (; length < size - 1 && *from != '\0'; from++)
    {
        if ((unsigned char)*from > PHRASES)
        {
            text[length++] = *from;
            continue;
        }
        phrase = phrase_of(*from);
        for (i = 0; length < size - 1 && phrase[i] != '\0'; i++)
        {
            text[length++] = letter_of(report, phrase, i);
        }
    }
    text[length] = '\0';
    if (*from != '\0' && (unsigned char)*from >= 0x80)
    {
        end_whole(text, text + length);
    }
}
