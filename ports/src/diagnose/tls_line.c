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

    return cut > 0 ? cut : room;
}
