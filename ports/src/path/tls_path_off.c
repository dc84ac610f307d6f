/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Without PKG_MBEDTLS_PATH_RULES: the engine's rules are all.
 */
#include "tls_path.h"

uint32_t tls_path_check(struct tls_path *path, const mbedtls_x509_crt *crt, int depth)
{
    (void)path;
    (void)crt;
    (void)depth;

    return 0;
}

int tls_path_names_host(const mbedtls_x509_crt *crt, const char *name)
{
    (void)crt;
    (void)name;

    return 1;
}

void tls_path_prefer_issuer(mbedtls_x509_crt *crt, int (*is_trusted)(void *context, const mbedtls_x509_crt *crt),
                            void *context)
{
    (void)crt;
    (void)is_trusted;
    (void)context;
}
