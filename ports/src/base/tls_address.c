/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internet addresses as text. Kernels name inet_pton() differently or lack it,
 * and addresses in certificates must be read the same way everywhere.
 */
#include <string.h>

#include "tls_address.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
    {
        return c - '0';
    }
    c = (char)(c | 0x20);

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* zone: a character that may follow the address; zero if none may */
static size_t parse_v4(const char *text, unsigned char address[4], char zone)
{
    int part;

    for (part = 0; part < 4; part++)
    {
        unsigned value = 0;
        int digits = 0;

        while (*text >= '0' && *text <= '9' && digits < 3)
        {
            value = value * 10 + (unsigned)(*text++ - '0');
            digits++;
        }
        /* Some parsers read a leading zero as octal: refuse it, as inet_pton() does. */
        if (digits == 0 || value > 255 || (digits > 1 && text[-digits] == '0') ||
            (part < 3 ? *text != '.' : *text != '\0' && *text != zone))
        {
            return 0;
        }
        address[part] = (unsigned char)value;
        text++;
    }

    return 4;
}

/* Read up to four hexadecimal digits; returns their number. */
static int parse_group(const char *text, unsigned char group[2])
{
    unsigned value = 0;
    int digits = 0;

    while (digits < 4 && hex_value(text[digits]) >= 0)
    {
        value = value << 4 | (unsigned)hex_value(text[digits++]);
    }
    group[0] = (unsigned char)(value >> 8);
    group[1] = (unsigned char)value;

    return digits;
}

static size_t parse_v6(const char *text, unsigned char address[16])
{
    size_t length = 0;                  /* bytes read so far */
    size_t gap = 17;                    /* bytes before "::"; 17: none */
    int digits;

    if (text[0] == ':')
    {
        if (text[1] != ':')
        {
            return 0;
        }
        text++;
    }

    while (*text != '\0' && *text != '%')
    {
        if (*text == ':')
        {
            if (gap != 17)
            {
                return 0;
            }
            gap = length;
            text++;
            continue;
        }
        if (length <= 12 && parse_v4(text, address + length, '%') != 0)
        {
            length += 4;
            break;
        }
        digits = length <= 14 ? parse_group(text, address + length) : 0;
        text += digits;
        if (digits == 0 || (*text != ':' && *text != '\0' && *text != '%') ||
            (*text == ':' && (text[1] == '\0' || text[1] == '%')))
        {
            return 0;
        }
        length += 2;
        text += *text == ':';
    }

    if (gap == 17)
    {
        return length == 16 ? 16 : 0;
    }
    if (length > 14)
    {
        return 0;
    }
    memmove(address + 16 - (length - gap), address + gap, length - gap);
    memset(address + gap, 0, 16 - length);

    return 16;
}

size_t tls_address_parse(const char *text, unsigned char address[16])
{
    memset(address, 0, 16);

    return strchr(text, ':') != NULL ? parse_v6(text, address) : parse_v4(text, address, '\0');
}
