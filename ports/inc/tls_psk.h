/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A pre-shared key (RFC 4279): a secret that device and server were given in
 * advance, and the name under which the server finds it.
 */
#ifndef TLS_PSK_H
#define TLS_PSK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A key and its identity; neither is terminated by a zero. */
struct tls_psk
{
    const unsigned char *identity;      /* sent in clear; servers expect UTF-8 (RFC 4279 5.1) */
    size_t identity_length;             /* bytes, 1 to 65535 */
    const unsigned char *key;           /* secret: random, and of this device alone */
    size_t key_length;                  /* bytes, 1 to 32; 16 are what AES-128 deserves */
};

#ifdef __cplusplus
}
#endif

#endif /* TLS_PSK_H */
