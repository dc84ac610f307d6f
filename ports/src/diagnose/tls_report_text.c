/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Texts that come from a peer or from the application, made fit for a terminal.
 */
#include <string.h>

#include <rtthread.h>

#include "../base/tls_character.h"
#include "../base/tls_has.h"
#include "tls_report_fill.h"

/*
 * What a terminal does not show, or what changes the direction of what it shows:
 * controls, formats, separators of lines (Unicode's Cc, Cf, Zl, Zp). Above 0xFFFF
 * whole blocks. tests/tools/test_words.py compares with Unicode's table.
 */
static const struct
{
    uint16_t first;
    uint16_t last;
}
hidden[] =
{
    { 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x00AD, 0x00AD }, { 0x0600, 0x0605 }, { 0x061C, 0x061C },
    { 0x06DD, 0x06DD }, { 0x070F, 0x070F }, { 0x0890, 0x0891 }, { 0x08E2, 0x08E2 }, { 0x180E, 0x180E },
    { 0x200B, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0xD800, 0xDFFF }, { 0xFEFF, 0xFEFF },
    { 0xFFF9, 0xFFFB },
};

/* By their upper bits. */
static const uint16_t hidden_blocks[] = { 0x110, 0x134, 0x1BC, 0x1D1, 0xE00 };

static int is_shown(uint32_t character)
{
    size_t i;

    for (i = 0; i < sizeof(hidden_blocks) / sizeof(hidden_blocks[0]); i++)
    {
        if (character >> 8 == hidden_blocks[i])
        {
            return 0;
        }
    }
    for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
    {
        if (character >= hidden[i].first && character <= hidden[i].last)
        {
            return 0;
        }
    }

    return character != TLS_CHARACTER_NONE;
}

/* Returns the bytes written. */
static size_t put(uint32_t character, char text[12])
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE_ASCII) && character >= 0x7F)
    {
        rt_snprintf(text, 12, character > 0xFFFF ? "\\U%08X" : "\\u%04X", (unsigned)character);
        return strlen(text);
    }

    return tls_character_write(character, (unsigned char *)text);
}

void tls_report_append(char *text, size_t size, int tag, const unsigned char *from, size_t length)
{
    size_t at = strlen(text);
    uint32_t character;
    char shown[12];
    size_t step;

    while (length > 0)
    {
        step = tls_character_read(from, length, tag, &character);
        from += step;
        length -= step;
        step = put(is_shown(character) ? character : '?', shown);
        if (at + step >= size)
        {
            break;
        }
        memcpy(text + at, shown, step);
        at += step;
    }
    text[at] = '\0';
}

void tls_report_add(struct tls_report *report, const char *text)
{
    tls_report_append(report->detail, sizeof(report->detail), TLS_REPORT_UTF8, (const unsigned char *)text, strlen(text));
}
