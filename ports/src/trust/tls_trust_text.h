/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files of certificates as people have them. For tls_trust_folder.c, in builds with
 * PKG_USING_MBEDTLS_CERTS_FROM_FS.
 */
#ifndef TLS_TRUST_TEXT_H
#define TLS_TRUST_TEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Change PEM text in place so that the engine reads what tools/roots reads: lines that
 * end with CR or are indented, X509 CERTIFICATE, a byte order mark. Other data stays
 * unchanged.
 *
 * @param text    data with a zero behind it
 * @param length  bytes, without that zero
 * @return bytes for mbedtls_x509_crt_parse(): with the zero for PEM
 */
size_t tls_trust_prepare(unsigned char *text, size_t length);

/**
 * @param text  what tls_trust_prepare() has prepared, of which the engine reads nothing
 * @return why a file holds no certificate, behind its name; RT_NULL: the engine's code says it
 */
const char *tls_trust_why_not(const unsigned char *text, size_t length);

/** @return what a file holds that the engine refuses with this code, negative */
const char *tls_trust_why_not_read(int code);

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRUST_TEXT_H */
