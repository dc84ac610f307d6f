/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's snprintf(), by the kernel's formatter.
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
