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
 * mbedtls_x509_crt_parse() takes them (manual 5.11.3). Sessions use tls_roots
 * instead; a program that does not name this array does not hold it.
 */
extern const char mbedtls_root_certificate[];
extern const size_t mbedtls_root_certificate_len;

/** A root certificate in DER. */
struct tls_root
{
    const unsigned char *der;
    size_t length;                      /* bytes */
};

/** All of them, sorted by subject, each once. */
extern const struct tls_root tls_roots[];
extern const size_t tls_roots_count;

#ifdef __cplusplus
}
#endif

#endif /* TLS_CERTIFICATE_H */
