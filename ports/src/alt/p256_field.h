/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Numbers of 256 bits, and the field of P-256. A number is eight words, the least
 * significant first. Everything takes the same time and reads the same addresses for
 * all values. A result may be one of the operands.
 *
 * An element x of the field is kept as x 2^256 mod p (Montgomery's form), below p.
 */
#ifndef P256_FIELD_H
#define P256_FIELD_H

#include <stdint.h>

#define P256_WORDS      8

/* UMAAL: Cortex-M4, M7, M33 and later with DSP. IAR has no naked functions of this form. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE)
#if __ARM_ARCH_PROFILE == 'M'
#define P256_HAS_UMAAL
#endif
#endif

/* Tells a checker for secret-dependent branches that a variable may be known (tests/unit/test_p256_kernel.py). */
#ifndef P256_PUBLIC
#define P256_PUBLIC(variable)
#endif

/* Keeps a large frame out of that of a caller. */
#ifdef __GNUC__
#define P256_NOINLINE   __attribute__((noinline))
#else
#define P256_NOINLINE
#endif

/* Hides from the compiler that a mask is 0 or 0xFFFFFFFF, so that it makes no branch of it. */
#ifdef __GNUC__
#define P256_HIDE(mask) __asm__("" : "+r"(mask))
#else
#define P256_HIDE(mask)
#endif

typedef uint32_t p256_number[P256_WORDS];

extern const p256_number p256_prime;    /* 2^256 - 2^224 + 2^192 + 2^96 - 1 */
extern const p256_number p256_order;    /* of the base point */
extern const p256_number p256_b;        /* of the curve y^2 = x^3 - 3 x + b, not in Montgomery's form */

/** r = a b / 2^256 mod p; one operand is below p, the other any number */
void p256_mul(uint32_t *r, const uint32_t *a, const uint32_t *b);

/** r = a + b mod p, of numbers below p */
void p256_add(uint32_t *r, const uint32_t *a, const uint32_t *b);

/** r = a - b mod p, of numbers below p */
void p256_sub(uint32_t *r, const uint32_t *a, const uint32_t *b);

/** r = a + b mod 2^256 @return the carry: 0 or 1 */
uint32_t p256_plus(uint32_t *r, const uint32_t *a, const uint32_t *b);

/** r = a - b mod 2^256 @return 0xFFFFFFFF if a is below b, otherwise 0 */
uint32_t p256_minus(uint32_t *r, const uint32_t *a, const uint32_t *b);

/** a = (a + carry 2^256) / 2, rounded down; carry is 0 or 1 */
void p256_halve(uint32_t *a, uint32_t carry);

/** @return 0xFFFFFFFF if a is 0, otherwise 0 */
uint32_t p256_is_zero(const uint32_t *a);

/** From and to 32 bytes, the most significant first. */
void p256_from_bytes(uint32_t *r, const uint8_t *bytes);
void p256_to_bytes(uint8_t *bytes, const uint32_t *a);

#endif /* P256_FIELD_H */
