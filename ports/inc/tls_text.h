/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Text for the engine, and comparisons of it.
 */
#ifndef TLS_TEXT_H
#define TLS_TEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * snprintf() of the kernel, for the engine: the C library's brings its floating
 * point along, 23 KB of ROM with newlib. Knows what the kernel's knows, so no
 * %zu; the engine needs that for debug messages only, and does not get this
 * function then.
 *
 * @return the length that the text would have with enough room
 */
int tls_snprintf(char *text, size_t size, const char *format, ...);

/**
 * @return non-zero if both are the same bytes, upper and lower case of ASCII alike
 */
int tls_text_is_same(const void *one, const void *other, size_t length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TEXT_H */
