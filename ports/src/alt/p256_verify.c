/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Verification of ECDSA signatures on P-256 (SEC 1 4.1.4). Contract: p256_kernel.h.
 *
 * Method: both quotients by s come from one run of the binary extended Euclidean
 * algorithm (Knuth, TAOCP 2, 4.5.2) on fractions, which keeps
 *     top / bottom modulo the order
 * as it makes bottom smaller: f starts as hash / s and r / s, g as 0 / order. All tops
 * are below the order, and bottoms are odd when they are compared; as the order is prime,
 * f ends with a bottom of 1. The sum of the products is in p256_point.c.
 *
 * Not constant time: a signature, its key and the hash are public.
 */
#include <string.h>

#include "p256_kernel.h"
#include "p256_point.h"
#include "p256_scalar.h"

/* Two fractions with one denominator. */
struct fractions
{
    p256_number bottom;
    p256_number top[2];                 /* of the hash, of r */
};

static void make_odd(struct fractions *f)
{
    int i;

    while ((f->bottom[0] & 1) == 0)
    {
        p256_halve(f->bottom, 0);
        for (i = 0; i < 2; i++)
        {
            p256_halve(f->top[i], (f->top[i][0] & 1) != 0 ? p256_plus(f->top[i], f->top[i], p256_order) : 0);
        }
    }
}

/* f -= g, of which f has the larger bottom, top by top and bottom by bottom */
static void subtract(struct fractions *f, const struct fractions *g)
{
    int i;

    (void)p256_minus(f->bottom, f->bottom, g->bottom);
    for (i = 0; i < 2; i++)
    {
        if (p256_minus(f->top[i], f->top[i], g->top[i]))
        {
            (void)p256_plus(f->top[i], f->top[i], p256_order);
        }
    }
}

/* Makes the bottom of f, which is not 0, 1. */
static void divide(struct fractions *f)
{
    struct fractions g;
    p256_number difference;

    memset(&g, 0, sizeof(g));
    memcpy(g.bottom, p256_order, sizeof(g.bottom));
    for (;;)
    {
        make_odd(f);
        if (p256_minus(difference, g.bottom, f->bottom))
        {
            subtract(f, &g);
            continue;
        }
        subtract(&g, f);
        if (p256_is_zero(g.bottom))
        {
            return;
        }
        make_odd(&g);
    }
}

/* Not inline, so that its memory is free again for the sum. */
P256_NOINLINE int p256_read_factors(p256_long factors[2], const uint8_t sig[P256_POINT_BYTES], const uint8_t *hash,
                                    size_t hlen)
{
    struct fractions f;

    if (p256_read_scalar(f.top[1], sig) != 0 || p256_read_scalar(f.bottom, sig + P256_BYTES) != 0)
    {
        return P256_INVALID_SIGNATURE;
    }
    p256_read_hash(f.top[0], hash, hlen);
    divide(&f);
    memset(factors, 0, 2 * sizeof(p256_long));
    memcpy(factors[0] + 1, f.top[0], sizeof(f.top[0]));
    memcpy(factors[1] + 1, f.top[1], sizeof(f.top[1]));

    return 0;
}

int p256_ecdsa_verify(const uint8_t sig[P256_POINT_BYTES], const uint8_t pub[P256_POINT_BYTES],
                      const uint8_t *hash, size_t hlen)
{
    p256_slots s;
    p256_long factors[2];

    if (p256_read_factors(factors, sig, hash, hlen) != 0)
    {
        return P256_INVALID_SIGNATURE;
    }
    if (p256_load(s, pub) != 0)
    {
        return P256_INVALID_PUBKEY;
    }
    p256_sum(s, factors[0], factors[1]);

    return p256_has_x(s, sig) ? P256_SUCCESS : P256_INVALID_SIGNATURE;
}
