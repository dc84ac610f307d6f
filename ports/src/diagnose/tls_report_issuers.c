/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The issuers whose certificates a server accepts. In builds with
 * PKG_MBEDTLS_DIAGNOSE and PKG_MBEDTLS_CLIENT_CERTIFICATE.
 */
#include <string.h>

#include <rtthread.h>

#include "../engine/tls_engine.h"
#include "tls_report_fill.h"

#define MORE                    ", ..."

/* Value of the last attribute of a kind in a name, behind its length; RT_NULL: none. */
static const unsigned char *find(const unsigned char *name, size_t length, unsigned char kind)
{
    const unsigned char identifier[] = { MBEDTLS_ASN1_OID, 3, 0x55, 0x04, kind };
    const unsigned char *found = RT_NULL;
    size_t i;

    for (i = 0; i + sizeof(identifier) + 2 <= length; i++)
    {
        const unsigned char *value = name + i + sizeof(identifier);

        if (memcmp(name + i, identifier, sizeof(identifier)) == 0 && i + sizeof(identifier) + 2 + value[1] <= length)
        {
            found = value + 1;
        }
    }

    return found;
}

/* Add a name as a whole. Returns non-zero if there is no room. */
static int add(char *text, size_t size, const unsigned char *name, size_t length)
{
    const unsigned char *value = find(name, length, TLS_ENGINE_COMMON_NAME);
    const char *comma = text[0] != '\0' ? ", " : "";
    size_t at = strlen(text);

    value = value != RT_NULL ? value : find(name, length, TLS_ENGINE_ORGANIZATION);
    if (value == RT_NULL)
    {
        return 0;
    }
    if (at + strlen(comma) + value[0] + sizeof(MORE) > size)
    {
        rt_snprintf(text + at, size - at, "%s...", comma);
        return 1;
    }
    rt_snprintf(text + at, size - at, "%s", comma);
    tls_report_append(text, size, value + 1, value[0]);

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
