/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The field of P-256 in C, for processors and compilers that p256_field_umaal.c does
 * not support. A product is 64 multiplications of 32 by 32 bits (UMULL where there is
 * one).
 *
 * Method: Montgomery's multiplication (Math. Comp. 44, 1985), operand scanning, one word
 * of b at a time. t is the sum so far, and m p is added to it so that the lowest word
 * becomes 0 and can be dropped. As p = 2^256 - 2^224 + 2^192 + 2^96 - 1 is -1 modulo
 * 2^32, m is that lowest word, and
 *     t + m p = (t - m) + m 2^96 + m 2^192 + m (2^32 - 1) 2^224.
 *
 * Bounds: if a < p (or a < 2^256 and b < p: each product is then below 2^256 p) and t < 2p
 * or so before a step, then t < (2p + (2^32 - 1) a + (2^32 - 1) p) / 2^32 after it; with
 * a < 2^256 that is below 2^256 + p + 2, so t fits 257 bits. At the end
 * t < (a b + 2^256 p) / 2^256 + 1 <= 2p, and one subtraction of p at most is left.
 * In words: a carry c is below 2^32 before a product is added, and
 * (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
 *
 * Constant time: no branch and no address depends on a number. That a multiplication
 * takes the same time for all operands is up to the processor: UMULL of the Cortex-M3
 * and the multiplication of the ARM9 do not. Those who have to hide a key from somebody
 * who measures the time of such a part need another one.
 */
#include "p256_field.h"

#ifndef P256_HAS_UMAAL

/* r += p where mask is 0xFFFFFFFF, nothing where it is 0. */
static void add_prime(uint32_t *r, uint32_t mask)
{
    uint64_t c = 0;
    int i;

    P256_HIDE(mask);
    for (i = 0; i < P256_WORDS; i++)
    {
        c += (uint64_t)r[i] + (p256_prime[i] & mask);
        r[i] = (uint32_t)c;
        c >>= 32;
    }
}

/* a + top 2^256, which is below 2p, less p if it is not below p. */
static void reduce_once(uint32_t *r, const uint32_t *a, uint32_t top)
{
    uint32_t borrow = p256_minus(r, a, p256_prime);

    add_prime(r, top + borrow);         /* borrow is -1: top can be 1 only if there is one */
}

uint32_t p256_plus(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
    uint64_t c = 0;
    int i;

    for (i = 0; i < P256_WORDS; i++)
    {
        c += (uint64_t)a[i] + b[i];
        r[i] = (uint32_t)c;
        c >>= 32;
    }

    return (uint32_t)c;
}

uint32_t p256_minus(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
    uint32_t borrow = 0;
    int i;

    for (i = 0; i < P256_WORDS; i++)
    {
        uint64_t difference = (uint64_t)a[i] - b[i] - borrow;

        r[i] = (uint32_t)difference;
        borrow = (uint32_t)(difference >> 63);
    }

    return 0 - borrow;
}

void p256_halve(uint32_t *a, uint32_t carry)
{
    int i;

    for (i = P256_WORDS - 1; i >= 0; i--)
    {
        uint32_t word = a[i];

        a[i] = word >> 1 | carry << 31;
        carry = word & 1;
    }
}

void p256_add(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
    uint32_t top = p256_plus(r, a, b);

    reduce_once(r, r, top);
}

void p256_sub(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
    uint32_t borrow = p256_minus(r, a, b);

    add_prime(r, borrow);
}

void p256_mul(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
    uint32_t t[P256_WORDS + 1] = { 0 };
    int i, j;

    for (i = 0; i < P256_WORDS; i++)
    {
        uint32_t m, top;
        uint64_t c = 0;

        for (j = 0; j < P256_WORDS; j++)
        {
            c += (uint64_t)a[j] * b[i] + t[j];
            t[j] = (uint32_t)c;
            c >>= 32;
        }
        c += t[8];
        t[8] = (uint32_t)c;
        top = (uint32_t)(c >> 32);

        m = t[0];
        c = (uint64_t)t[3] + m;
        t[0] = t[1];
        t[1] = t[2];
        t[2] = (uint32_t)c;
        c = (c >> 32) + t[4];
        t[3] = (uint32_t)c;
        c = (c >> 32) + t[5];
        t[4] = (uint32_t)c;
        c = (c >> 32) + t[6] + m;
        t[5] = (uint32_t)c;
        c = (c >> 32) + t[7] + (((uint64_t)m << 32) - m);
        t[6] = (uint32_t)c;
        c = (c >> 32) + t[8];
        t[7] = (uint32_t)c;
        t[8] = top + (uint32_t)(c >> 32);
    }
    reduce_once(r, t, t[8]);
}

#endif /* P256_HAS_UMAAL */
