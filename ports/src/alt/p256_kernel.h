/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * P-256: keys, ECDH and ECDSA, in the names and with the results of p256-m, which the
 * engine has in its 3rdparty folder. Numbers are 32 bytes, points 64 (x, then y), the
 * most significant byte first. Reentrant, no heap.
 *
 * Private keys, and what is computed from them, decide neither branches nor addresses;
 * whether a private key is valid is not kept secret. p256_ecdsa_verify() and
 * p256_validate_pubkey() take public numbers only, and their time depends on them.
 */
#ifndef P256_KERNEL_H
#define P256_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define P256_SUCCESS            0
#define P256_RANDOM_FAILED      (-1)
#define P256_INVALID_PUBKEY     (-2)    /* not on the curve, or a coordinate not below the prime */
#define P256_INVALID_PRIVKEY    (-3)    /* 0, or not below the order */
#define P256_INVALID_SIGNATURE  (-4)

#define P256_BYTES              32      /* of a coordinate or scalar */
#define P256_POINT_BYTES        64      /* of a point: both coordinates */

/** @return P256_SUCCESS, P256_INVALID_PUBKEY */
int p256_validate_pubkey(const uint8_t pub[P256_POINT_BYTES]);

/** @return P256_SUCCESS, P256_INVALID_PRIVKEY */
int p256_validate_privkey(const uint8_t priv[P256_BYTES]);

/** @return P256_SUCCESS, P256_INVALID_PRIVKEY: pub is unchanged */
int p256_public_from_private(uint8_t pub[P256_POINT_BYTES], const uint8_t priv[P256_BYTES]);

/** @return P256_SUCCESS, P256_INVALID_PRIVKEY, P256_INVALID_PUBKEY: secret is unchanged */
int p256_ecdh_shared_secret(uint8_t secret[P256_BYTES], const uint8_t priv[P256_BYTES],
                            const uint8_t pub[P256_POINT_BYTES]);

/**
 * Sign; the secret number of the signature is from tls_random_bytes().
 *
 * @param sig   receives r, then s
 * @param hlen  bytes; more than 32 are ignored
 * @return P256_SUCCESS, P256_RANDOM_FAILED, P256_INVALID_PRIVKEY
 */
int p256_ecdsa_sign(uint8_t sig[P256_POINT_BYTES], const uint8_t priv[P256_BYTES], const uint8_t *hash, size_t hlen);

/** @return P256_SUCCESS, P256_INVALID_SIGNATURE, P256_INVALID_PUBKEY */
int p256_ecdsa_verify(const uint8_t sig[P256_POINT_BYTES], const uint8_t pub[P256_POINT_BYTES],
                      const uint8_t *hash, size_t hlen);

#endif /* P256_KERNEL_H */
