/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files of certificates as people have them: see tools/mbedtls_roots/pem.py, which
 * reads the same.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_trust_text.h"

#define BEGIN           "-----BEGIN "
#define SURPLUS         5               /* "X509 " */
#define OTHER_LENGTH    (sizeof(other) - 1)
#define DER_FIRST       0x30            /* SEQUENCE */

static const char other[] = "X509 CERTIFICATE-----";

/* Copy a line without blanks around it; returns the end of the copy. */
static char *copy_line(char *to, const char *line, size_t length)
{
    for (; length > 0 && (*line == ' ' || *line == '\t'); length--)
    {
        line++;
    }
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
    {
        length--;
    }
    memmove(to, line, length);
    /* The last words of a BEGIN line and of an END line. */
    if (length > OTHER_LENGTH && *to == '-' && memcmp(to + length - OTHER_LENGTH, other, OTHER_LENGTH) == 0)
    {
        length -= SURPLUS;
        memmove(to + length + SURPLUS - OTHER_LENGTH, other + SURPLUS, OTHER_LENGTH - SURPLUS);
    }

    return to + length;
}

size_t tls_trust_prepare(unsigned char *text, size_t length)
{
    char *to = (char *)text;
    const char *from = (const char *)text;
    size_t line;

    if (strstr(from, BEGIN) == RT_NULL)
    {
        return length;
    }
    from += strncmp(from, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (*from != '\0')
    {
        line = strcspn(from, "\r\n");
        to = copy_line(to, from, line);
        from += line;
        if (*from != '\0')
        {
            *to++ = '\n';
            from++;
        }
    }
    *to = '\0';

    return (size_t)(to - (char *)text) + 1;
}

const char *tls_trust_why_not(const unsigned char *text, size_t length)
{
    const char *begin = strstr((const char *)text, BEGIN);

    if (length == 0)
    {
        return "is empty";
    }
    if ((text[0] == 0xFF && text[1] == 0xFE) || (text[0] == 0xFE && text[1] == 0xFF))
    {
        return "is UTF-16 text; save it as UTF-8";
    }
    if (begin == RT_NULL)
    {
        return text[0] == DER_FIRST ? RT_NULL : "is neither PEM nor DER";
    }
    begin += sizeof(BEGIN) - 1;
    if (strncmp(begin, "TRUSTED CERTIFICATE", 19) == 0)
    {
        return "is a TRUSTED CERTIFICATE: convert it, openssl x509 -in FILE -out NEW";
    }

    return strstr(begin - (sizeof(BEGIN) - 1), BEGIN "CERTIFICATE-----") != RT_NULL ? RT_NULL :
           "holds a key or something else, but no certificate";
}

#define DAMAGED         "damaged PEM: between BEGIN and END has to be base64"
#define EXTENSION       "a certificate with a critical extension that the engine does not read"
#define MALFORMED       "no certificate, or a malformed one"

/* The engine's codes, of a part each (its lowest bits are details); the last row is for the rest. */
static const struct
{
    unsigned short last;
    const char *why;
}
reasons[] =
{
    { 0x167F, DAMAGED },
    { 0x207F, MALFORMED },
    { 0x20FF, EXTENSION },
    { 0x24FF, MALFORMED },
    { 0x257F, EXTENSION },
    { 0x25FF, MALFORMED },
    { 0x267F, "a certificate whose signature is not compiled in: see menuconfig, Hashes" },
    { 0x277F, MALFORMED },
    { 0x27FF, DAMAGED },
    { 0x39FF, MALFORMED },
    { 0x3A7F, "a certificate whose curve is not compiled in: see menuconfig, Curves" },
    { 0x3CFF, "a certificate whose kind of key is not compiled in: see menuconfig, Key exchange" },
    { 0xFFFF, MALFORMED },
};

const char *tls_trust_why_not_read(int code)
{
    size_t i = 0;

    while (reasons[i].last < (unsigned)-code && i < sizeof(reasons) / sizeof(reasons[0]) - 1)
    {
        i++;
    }

    return reasons[i].why;
}
