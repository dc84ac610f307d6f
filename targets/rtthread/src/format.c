/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * rt_vsnprintf, with the conversions of the kernel's formatter only.
 *
 * A conversion that the kernel does not support must be visible in a test, so
 * it is copied to the output unchanged and takes no argument.
 */
#include <rtthread.h>

struct output
{
    char     *text;
    rt_size_t size;
    rt_size_t length;           /* may pass size: what would have been needed */
};

struct conversion
{
    rt_bool_t left;
    rt_bool_t plus;
    rt_bool_t space;
    rt_bool_t prefix;
    rt_bool_t zeros;
    int       width;
    int       precision;        /* below zero: none given */
    int       size;             /* -1 short, 0 int, 1 long, 2 long long */
};

static void put(struct output *out, char c)
{
    if (out->length + 1 < out->size)
    {
        out->text[out->length] = c;
    }
    out->length++;
}

static void put_times(struct output *out, char c, int count)
{
    while (count-- > 0)
    {
        put(out, c);
    }
}

static void put_text(struct output *out, const struct conversion *conv,
                     const char *text)
{
    int length = 0;

    if (text == RT_NULL)
    {
        text = "(NULL)";
    }
    while (text[length] != '\0' &&
           (conv->precision < 0 || length < conv->precision))
    {
        length++;
    }
    if (!conv->left)
    {
        put_times(out, ' ', conv->width - length);
    }
    for (int i = 0; i < length; i++)
    {
        put(out, text[i]);
    }
    if (conv->left)
    {
        put_times(out, ' ', conv->width - length);
    }
}

static void put_char(struct output *out, const struct conversion *conv, char c)
{
    if (!conv->left)
    {
        put_times(out, ' ', conv->width - 1);
    }
    put(out, c);
    if (conv->left)
    {
        put_times(out, ' ', conv->width - 1);
    }
}

static void put_number(struct output *out, const struct conversion *conv,
                       rt_uint64_t value, rt_bool_t negative, char kind)
{
    const char *digits = kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned int base = kind == 'o' ? 8 : (kind == 'x' || kind == 'X') ? 16 : 10;
    char reversed[24];
    char lead[3];
    int count = 0;
    int lead_count = 0;
    int zeros;
    int pad;

    if (negative)
    {
        lead[lead_count++] = '-';
    }
    else if (kind == 'd' && (conv->plus || conv->space))
    {
        lead[lead_count++] = conv->plus ? '+' : ' ';
    }
    if (conv->prefix && base != 10 && value != 0)
    {
        lead[lead_count++] = '0';
        if (base == 16)
        {
            lead[lead_count++] = kind;
        }
    }
    do
    {
        reversed[count++] = digits[value % base];
        value /= base;
    } while (value != 0);

    zeros = conv->precision > count ? conv->precision - count : 0;
    pad = conv->width - lead_count - zeros - count;
    if (conv->zeros && !conv->left && conv->precision < 0 && pad > 0)
    {
        zeros = pad;
        pad = 0;
    }
    if (!conv->left)
    {
        put_times(out, ' ', pad);
    }
    for (int i = 0; i < lead_count; i++)
    {
        put(out, lead[i]);
    }
    put_times(out, '0', zeros);
    while (count > 0)
    {
        put(out, reversed[--count]);
    }
    if (conv->left)
    {
        put_times(out, ' ', pad);
    }
}

static const char *read_flags(const char *fmt, struct conversion *conv)
{
    for (;; fmt++)
    {
        switch (*fmt)
        {
        case '-':
            conv->left = RT_TRUE;
            break;
        case '+':
            conv->plus = RT_TRUE;
            break;
        case ' ':
            conv->space = RT_TRUE;
            break;
        case '#':
            conv->prefix = RT_TRUE;
            break;
        case '0':
            conv->zeros = RT_TRUE;
            break;
        default:
            return fmt;
        }
    }
}

static const char *read_count(const char *fmt, int *count)
{
    *count = 0;
    while (*fmt >= '0' && *fmt <= '9')
    {
        *count = *count * 10 + (*fmt++ - '0');
    }
    return fmt;
}

static const char *read_size(const char *fmt, struct conversion *conv)
{
    if (*fmt == 'h')
    {
        conv->size = -1;
        return fmt + 1;
    }
    if (*fmt == 'l')
    {
        conv->size = 1;
        fmt++;
        /* As the kernel's formatter: without the option "ll" is no length. */
#ifdef RT_KPRINTF_USING_LONGLONG
        if (*fmt == 'l')
        {
            conv->size = 2;
            fmt++;
        }
#endif
    }
    return fmt;
}

int rt_vsnprintf(char *buf, rt_size_t size, const char *fmt, va_list args)
{
    struct output out = {.text = buf, .size = size};
    va_list ap;

    va_copy(ap, args);
    while (*fmt != '\0')
    {
        struct conversion conv = {.precision = -1};
        const char *start = fmt;
        rt_uint64_t value;
        rt_int64_t number;

        if (*fmt != '%')
        {
            put(&out, *fmt++);
            continue;
        }
        fmt = read_flags(fmt + 1, &conv);
        if (*fmt == '*')
        {
            conv.width = va_arg(ap, int);
            if (conv.width < 0)
            {
                conv.left = RT_TRUE;
                conv.width = -conv.width;
            }
            fmt++;
        }
        else
        {
            fmt = read_count(fmt, &conv.width);
        }
        if (*fmt == '.')
        {
            fmt++;
            if (*fmt == '*')
            {
                conv.precision = va_arg(ap, int);
                fmt++;
            }
            else
            {
                fmt = read_count(fmt, &conv.precision);
            }
        }
        fmt = read_size(fmt, &conv);

        switch (*fmt)
        {
        case 'c':
            put_char(&out, &conv, (char)va_arg(ap, int));
            break;
        case 's':
            put_text(&out, &conv, va_arg(ap, const char *));
            break;
        case 'p':
            conv.prefix = RT_TRUE;
            conv.precision = (int)(2 * sizeof(void *));
            put_number(&out, &conv, (uintptr_t)va_arg(ap, void *), RT_FALSE,
                       'x');
            break;
        case '%':
            put(&out, '%');
            break;
        case 'd':
        case 'i':
            number = conv.size == 2   ? (rt_int64_t)va_arg(ap, long long)
                     : conv.size == 1 ? (rt_int64_t)va_arg(ap, long)
                                      : (rt_int64_t)va_arg(ap, int);
            if (conv.size == -1)
            {
                number = (short)number;
            }
            value = number < 0 ? 0 - (rt_uint64_t)number : (rt_uint64_t)number;
            put_number(&out, &conv, value, number < 0, 'd');
            break;
        case 'u':
        case 'o':
        case 'x':
        case 'X':
            value = conv.size == 2 ? va_arg(ap, unsigned long long)
                    : conv.size == 1 ? va_arg(ap, unsigned long)
                                     : va_arg(ap, unsigned int);
            if (conv.size == -1)
            {
                value = (unsigned short)value;
            }
            put_number(&out, &conv, value, RT_FALSE, *fmt);
            break;
        default:
            while (start < fmt)
            {
                put(&out, *start++);
            }
            continue;
        }
        fmt++;
    }
    va_end(ap);
    if (size > 0)
    {
        buf[out.length < size ? out.length : size - 1] = '\0';
    }
    return (int)out.length;
}

int rt_snprintf(char *buf, rt_size_t size, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = rt_vsnprintf(buf, size, fmt, args);
    va_end(args);
    return length;
}

int rt_vsprintf(char *buf, const char *fmt, va_list args)
{
    return rt_vsnprintf(buf, (rt_size_t)INT32_MAX, fmt, args);
}

int rt_sprintf(char *buf, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = rt_vsprintf(buf, fmt, args);
    va_end(args);
    return length;
}
