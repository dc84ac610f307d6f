/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_extension: of a certificate that the engine has accepted every extension is
 * found, inside of it.
 */
#include "../../ports/src/path/tls_extension.h"
#include "fuzz.h"

static void check(const mbedtls_x509_crt *crt)
{
    const unsigned char *before = crt->v3_ext.p;
    const unsigned char *end = before != NULL ? before + crt->v3_ext.len : NULL;
    struct tls_extension extension = { 0 };
    unsigned seen = 0;

    while (tls_extension_next(crt, &extension))
    {
        FUZZ_CHECK(extension.value > before && extension.next == extension.value + extension.length);
        FUZZ_CHECK(extension.next <= end);
        before = extension.next;
        seen += extension.id == TLS_EXTENSION_ALTERNATIVE_NAMES;
    }
    FUZZ_CHECK(extension.next == end);

    extension = (struct tls_extension){ 0 };
    while (tls_extension_find(crt, TLS_EXTENSION_ALTERNATIVE_NAMES, &extension))
    {
        FUZZ_CHECK(seen-- > 0);
    }
    FUZZ_CHECK(seen == 0);
}

static void one(const uint8_t *data, size_t size)
{
    fuzz_with_certificates(data, size, check);
}

FUZZ_HARNESS(extension, one, NULL)
