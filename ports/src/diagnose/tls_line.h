/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Breaks texts into lines that RT-Thread's console and log do not cut.
 */
#ifndef TLS_LINE_H
#define TLS_LINE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Characters of a line: RT_CONSOLEBUF_SIZE (128 by default) less the log's own words. */
#define TLS_LINE_LENGTH         110

/**
 * @param room  characters that fit into the line, above 0
 * @return how many characters of a text go into it: those before a line end, or
 *         before the last blank that fits; with neither, as many as fit of a whole text
 *         in UTF-8
 */
size_t tls_line_piece(const char *text, size_t room);

#ifdef __cplusplus
}
#endif

#endif /* TLS_LINE_H */
