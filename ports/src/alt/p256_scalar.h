/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Numbers modulo the order of P-256's base point.
 */
#ifndef P256_SCALAR_H
#define P256_SCALAR_H

#include <stddef.h>

#include "p256_point.h"

/**
 * Read a number that has to be from 1 to the order - 1. Constant time, but for the result.
 *
 * @return 0, or -1: r has to be wiped all the same
 */
int p256_read_scalar(p256_number r, const uint8_t bytes[32]);

/** r = (a + top 2^256) mod the order, for a sum below twice the order; top is 0 or 1. Constant time. */
void p256_reduce_scalar(p256_number r, const p256_number a, uint32_t top);

/** The number of a hash, modulo the order (SEC 1 4.1.3, step 5). */
void p256_read_hash(p256_number r, const uint8_t *hash, size_t length);

/**
 * The factors of a verification for p256_sum(): hash / s for the base point, r / s for the key. Not constant time.
 *
 * @param sig  r, then s
 * @return 0, or P256_INVALID_SIGNATURE if r or s is out of range
 */
int p256_read_factors(p256_long factors[2], const uint8_t sig[64], const uint8_t *hash, size_t hlen);

#endif /* P256_SCALAR_H */
