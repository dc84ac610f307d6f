/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The issuers whose certificates a server accepts. In builds with
 * PKG_MBEDTLS_DIAGNOSE and PKG_MBEDTLS_CLIENT_CERTIFICATE.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_der.h"
#include "tls_report_fill.h"

#define MORE                    ", ..."

/* Add a name as a whole. Returns non-zero if there is no room. */
static int add(char *text, size_t size, const unsigned char *name, size_t length)
{
    const char *comma = text[0] != '\0' ? ", " : "";
    struct tls_der names = { 0, name, length };
    char owner[TLS_REPORT_NAME] = "";
    size_t at = strlen(text);

    tls_der_enter(&names);
    tls_der_put_name(names, owner, sizeof(owner));
    if (owner[0] == '\0')
    {
        return 0;
    }
    if (at + strlen(comma) + strlen(owner) + sizeof(MORE) > size)
    {
        rt_snprintf(text + at, size - at, "%s...", comma);
        return 1;
    }
    rt_snprintf(text + at, size - at, "%s%s", comma, owner);

    return 0;
}

void tls_report_issuers(char *text, size_t size, const unsigned char *list, size_t length)
{
    size_t name;

    text[0] = '\0';
    for (; length >= 2; list += 2 + name, length -= 2 + name)
    {
        name = (size_t)list[0] << 8 | list[1];
        if (name > length - 2 || add(text, size, list + 2, name) != 0)
        {
            return;
        }
    }
}
