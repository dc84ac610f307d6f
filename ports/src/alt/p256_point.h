/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Points of P-256, see p256_point.c.
 */
#ifndef P256_POINT_H
#define P256_POINT_H

#include "p256_field.h"

/* A point in Jacobian coordinates, a second one, and a place for what is between; each is a number of the field. */
enum { X, Y, Z, X2, Y2, Z2, T, P256_SLOTS };
typedef p256_number p256_slots[P256_SLOTS];

/* The multiples 1, 3, 5, 7 of a point. */
typedef p256_number p256_multiples[4][3];

/** Read a public point, which may be in s[Y2] and s[Z2]. Not constant time. @return 0, or P256_INVALID_PUBKEY if it is not on the curve */
int p256_load(p256_slots s, const uint8_t bytes[64]);

/** Write the first coordinates (1 or 2) of a product, to s[Y2] if need be. Constant time. */
void p256_store(p256_slots s, uint8_t *bytes, int coordinates);

/* A number with places for what is computed of it. */
typedef uint32_t p256_long[P256_WORDS + 2];

/**
 * s becomes the base point times a number from 1 to the order - 1, in the words 0 to 7 of number, which is lost.
 * Constant time.
 */
void p256_multiply_base(p256_slots s, p256_long number);

/** The same for a point with these multiples, which are lost, too. */
void p256_multiply(p256_slots s, p256_long number, p256_multiples multiples);

/** Makes the first multiples (2 to 4) of the point in s. Constant time. */
void p256_make_multiples(p256_number multiples[][3], int count, p256_slots s);

/**
 * s becomes base_number times the base point, plus number times the point in s. Both numbers are 0 to the order - 1, in
 * the words 1 to 8, and the words 0 and 9 are 0; base_number is lost. Not constant time.
 */
void p256_sum(p256_slots s, p256_long base_number, const p256_long number);

/**
 * Whether x of the point in s, which is lost, is r (1 to the order - 1) modulo the order; r may be in s[Y2]. Not
 * constant time.
 */
int p256_has_x(p256_slots s, const uint8_t r[32]);

#endif /* P256_POINT_H */
