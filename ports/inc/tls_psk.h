/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A pre-shared key (RFC 4279): a secret that device and server have in common, and
 * the identity by which the server finds it.
 */
#ifndef TLS_PSK_H
#define TLS_PSK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A key and its identity; neither has a terminating zero. The caller keeps the memory. */
struct tls_psk
{
    const unsigned char *identity;      /* sent unencrypted; servers expect UTF-8 (RFC 4279 5.1) */
    size_t identity_length;             /* bytes, 1 to 65535 */
    const unsigned char *key;           /* secret, random, different for each device */
    size_t key_length;                  /* bytes, 1 to 32; 16 match AES-128 */
};

#ifdef __cplusplus
}
#endif

#endif /* TLS_PSK_H */
