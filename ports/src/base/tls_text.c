/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Text for the engine, by the kernel's own formatter, and comparisons.
 */
#include <stdarg.h>

#include <rtthread.h>

#include "tls_text.h"

int tls_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = (int)rt_vsnprintf(text, size, format, arguments);
    va_end(arguments);

    return length;
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

int tls_text_is_same(const void *one, const void *other, size_t length)
{
    const unsigned char *a = one;
    const unsigned char *b = other;

    while (length > 0 && lower(*a) == lower(*b))
    {
        a++;
        b++;
        length--;
    }

    return length == 0;
}
