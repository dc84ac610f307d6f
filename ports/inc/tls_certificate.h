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
 * The roots as PEM text with a terminating zero, and its size with the zero, as
 * mbedtls_x509_crt_parse() takes them (manual 5.11.3). Sessions use tls_store
 * instead; the array is in the image only if the application uses it.
 */
extern const char mbedtls_root_certificate[];
extern const size_t mbedtls_root_certificate_len;

/** The number of roots. */
extern const size_t tls_roots_count;

/** The roots in the form that sessions use; see tls_trust.h. */
extern const unsigned char tls_store[];

#ifdef __cplusplus
}
#endif

#endif /* TLS_CERTIFICATE_H */
