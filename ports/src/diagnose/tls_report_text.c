/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Texts that come from a peer or from the application, made fit for a terminal.
 */
#include <string.h>

#include "../base/tls_has.h"
#include "tls_report_fill.h"

/*
 * Bytes of the character at the begin of a text that a terminal shows as it is: ASCII
 * or UTF-8 (RFC 3629), but no control and no mark, which could change the direction.
 * 0: there is none.
 */
static size_t printable(const unsigned char *p, size_t left)
{
    static const uint32_t least[] = { 0x20, 0xA0, 0x800, 0x10000 };
    size_t more = p[0] < 0xC0 ? 0 : p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
    uint32_t character = more == 0 ? p[0] : p[0] & (0x3FU >> more);
    size_t i;

    if (more >= left || (more > 0 && TLS_HAS(PKG_MBEDTLS_DIAGNOSE_ASCII)))
    {
        return 0;
    }
    for (i = 1; i <= more; i++)
    {
        if ((p[i] & 0xC0) != 0x80)
        {
            return 0;
        }
        character = character << 6 | (p[i] & 0x3F);
    }

    return character >= least[more] && character <= 0x10FFFF && (more > 0 || character < 0x7F) && p[0] < 0xF8 &&
           character >> 11 != 0xD800 >> 11 && character >> 7 != 0x2000 >> 7 ? more + 1 : 0;
}

void tls_report_append(char *text, size_t size, const unsigned char *from, size_t length)
{
    size_t at = strlen(text);
    size_t bytes, step;

    while (length > 0)
    {
        bytes = printable(from, length);
        step = bytes > 0 ? bytes : 1;
        if (at + step >= size)
        {
            break;
        }
        memcpy(text + at, bytes > 0 ? (const char *)from : "?", step);
        at += step;
        from += step;
        length -= step;
    }
    text[at] = '\0';
}

void tls_report_add(struct tls_report *report, const char *text)
{
    tls_report_append(report->detail, sizeof(report->detail), (const unsigned char *)text, strlen(text));
}
