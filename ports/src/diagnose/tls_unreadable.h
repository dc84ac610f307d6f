/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The parts of certificates that the engine cannot read: algorithms, curves, and
 * critical extensions, by object identifier. In builds with PKG_MBEDTLS_DIAGNOSE
 * and PKG_MBEDTLS_CERTIFICATES.
 */
#ifndef TLS_UNREADABLE_H
#define TLS_UNREADABLE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @return the row of a part in the table, for tls_report.missing; 0 if it is not there */
int tls_unreadable_find(const unsigned char *oid, size_t length);

/**
 * @param length  receives the name's bytes
 * @return the name of a row, not terminated; "" for 0
 */
const char *tls_unreadable_name(int row, size_t *length);

#ifdef __cplusplus
}
#endif

#endif /* TLS_UNREADABLE_H */
