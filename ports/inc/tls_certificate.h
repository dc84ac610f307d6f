/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The compiled-in certificates. SConscript generates them into the build folder:
 * the roots from the files in certs/ and the presets that menuconfig selects, the
 * device's own from certs/client/ and certs/server/.
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

/** A certificate of the device with its issuers, and its key, in DER; RT_NULL and 0: the folder has none. */
struct tls_own
{
    const unsigned char *certificate;
    size_t certificate_length;          /* bytes */
    const unsigned char *key;
    size_t key_length;                  /* bytes */
};

/** From certs/client/ (PKG_MBEDTLS_CLIENT_CERTIFICATE), and certs/server/ (PKG_MBEDTLS_SERVER_CERTIFICATE). */
extern const struct tls_own tls_client_own;
extern const struct tls_own tls_server_own;

#ifdef __cplusplus
}
#endif

#endif /* TLS_CERTIFICATE_H */
