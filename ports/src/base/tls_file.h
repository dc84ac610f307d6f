/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small files of the device. In builds with PKG_USING_MBEDTLS_CERTS_FROM_FS or
 * PKG_MBEDTLS_CLIENT_FILE.
 */
#ifndef TLS_FILE_H
#define TLS_FILE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read a file into the heap.
 *
 * @param length  receives its bytes
 * @return the bytes with a zero behind them, to be freed with tls_free(); NULL: the
 *         file cannot be read, or out of memory
 */
unsigned char *tls_file_load(const char *path, size_t *length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_FILE_H */
