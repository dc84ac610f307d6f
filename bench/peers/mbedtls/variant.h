/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Variants of the client: variant_*.c, of which one is linked.
 */
#ifndef VARIANT_H
#define VARIANT_H

#include <mbedtls/ssl.h>

/* Restricts a configuration that has all defaults. */
void variant_configure(mbedtls_ssl_config *config);

#endif /* VARIANT_H */
