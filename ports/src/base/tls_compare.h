/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Comparing text of certificates.
 */
#ifndef TLS_COMPARE_H
#define TLS_COMPARE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Compare two texts without regard to the case of ASCII letters.
 *
 * @param length  bytes to compare; zeros do not end a text
 * @return non-zero if they are the same
 */
int tls_text_is_same(const void *one, const void *other, size_t length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_COMPARE_H */
