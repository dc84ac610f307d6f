/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The compiled-in root certificates. SConscript generates them into the build
 * folder from the files in certs/ and the presets that menuconfig selects.
 */
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * All of them as PEM text, terminated by a zero, and its size with the zero, as
 * mbedtls_x509_crt_parse() takes them (manual 5.11.3). Sessions use tls_store
 * instead; a program that does not name this array does not hold it.
 */
extern const char mbedtls_root_certificate[];
extern const size_t mbedtls_root_certificate_len;

/** How many there are. */
extern const size_t tls_roots_count;

/** All of them as the store that sessions use; see tls_trust.h. */
extern const unsigned char tls_store[];

#ifdef __cplusplus
}
#endif

#endif /* TLS_CERTIFICATE_H */
