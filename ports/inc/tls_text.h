/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's snprintf(). The engine's configuration (tls_config.h) names it.
 */
#ifndef TLS_TEXT_H
#define TLS_TEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Write formatted text with the kernel's rt_vsnprintf(). The C library's function
 * links its floating point, 23 KB of ROM with newlib.
 *
 * It knows the conversions of the kernel's formatter, so not %zu. The engine uses
 * %zu in debug messages only; builds with these use the C library's function.
 *
 * Any thread may call it. It does not wait.
 *
 * @param text    receives the text and a terminating zero, cut at size
 * @param size    bytes of text
 * @param format  as for rt_snprintf()
 * @return the length that the text has without the cut
 */
int tls_snprintf(char *text, size_t size, const char *format, ...);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TEXT_H */
