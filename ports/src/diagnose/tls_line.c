/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Breaks texts into lines.
 */
#include <string.h>

#include "tls_line.h"

size_t tls_line_piece(const char *text, size_t room)
{
    size_t length = strcspn(text, "\n");
    size_t cut = room;

    if (length <= room)
    {
        return length;
    }
    while (cut > 0 && text[cut] != ' ')
    {
        cut--;
    }

    if (cut > 0)
    {
        return cut;
    }
    /* A word that is longer: cut in front of a whole character (UTF-8). */
    for (cut = room; cut > 1 && ((unsigned char)text[cut] & 0xC0) == 0x80; cut--)
    {
    }

    return cut;
}
