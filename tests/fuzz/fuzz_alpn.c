/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * options.alpn: a list passes if its names have 1 to 255 bytes, and if it fits into a
 * ClientHello. The input is the names, each on a line.
 */
#include <stdlib.h>
#include <string.h>

#include "../../ports/src/client/tls_session.h"
#include "fuzz.h"

#define NAMES_MAX               64
#define NAME_MAX_BYTES          255
#define LIST_MAX                (MBEDTLS_SSL_OUT_CONTENT_LEN / 2)

static void one(const uint8_t *data, size_t size)
{
    static MbedTLSSession session;
    const char *names[NAMES_MAX + 1] = { NULL };
    char *text = malloc(size + 1);
    size_t total = 0;
    int count = 0, is_good = 1;
    char *name;

    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    for (name = text; name != NULL && count < NAMES_MAX; count++)
    {
        char *end = strchr(name, '\n');
        size_t length;

        if (end != NULL)
        {
            *end++ = '\0';
        }
        names[count] = name;
        length = strlen(name);
        is_good &= length >= 1 && length <= NAME_MAX_BYTES;
        total += length + 1;
        name = end;
    }
    memset(&session, 0, sizeof(session));
    mbedtls_ssl_config_init(&session.conf);
    session.options.alpn = names;
    FUZZ_CHECK((tls_client_set_alpn(&session) == 0) == (is_good && total <= LIST_MAX));
    mbedtls_ssl_config_free(&session.conf);
    free(text);
}

FUZZ_HARNESS(alpn, one, NULL)
