/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pinned public keys. A pin is the SHA-256 of a SubjectPublicKeyInfo in DER (RFC 7469
 * 2.4), in curl's notation: "sha256//" and base64; a semicolon separates several. For
 * client; applications use options.pins.
 */
#ifndef TLS_PIN_H
#define TLS_PIN_H

#include "tls_config.h"
#include "tls_error.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of one pin as text, terminating zero included. */
#define TLS_PIN_TEXT_SIZE       53

/**
 * @param pins  one pin or more
 * @return 0, or TLS_ERR_PINS: not in this notation
 */
int tls_pin_check(const char *pins);

/**
 * The pin of a certificate's key.
 *
 * @param crt   from the peer, or a root
 * @param text  receives the pin, TLS_PIN_TEXT_SIZE bytes; "" after a failure
 * @return 0, or a negative code; MBEDTLS_ERR_X509_ALLOC_FAILED for a root
 */
int tls_pin_of(const mbedtls_x509_crt *crt, char *text);

/**
 * @param pins  checked by tls_pin_check()
 * @return non-zero if the key of a certificate is among them
 */
int tls_pin_matches(const char *pins, const mbedtls_x509_crt *crt);

#ifdef __cplusplus
}
#endif

#endif /* TLS_PIN_H */
