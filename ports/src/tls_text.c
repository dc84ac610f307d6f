/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Text for the engine, by the kernel's own formatter.
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
