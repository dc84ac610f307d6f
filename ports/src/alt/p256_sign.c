/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA signatures on P-256 (SEC 1 4.1.3). Contract: p256_kernel.h.
 *
 * Method: modulo the order n, products are Montgomery's (Math. Comp. 44, 1985), one word
 * at a time; 1 / k is k^(n - 2), by squarings and products for the bits of n - 2, which
 * is public. Secret numbers of a signature are 32 random bytes, taken anew if they are 0
 * or not below n: all from 1 to n - 1 are equally likely (FIPS 186-5, A.3.2).
 *
 * Bounds: with a below 2^256 and b below n the sum t stays below 2^256 + n in nine words,
 * and ends below 2n; one subtraction of n at most is left.
 *
 * Constant time: all that follows from k and the private key, until they have become s.
 */
#include <string.h>

#include "p256_kernel.h"
#include "p256_point.h"
#include "p256_scalar.h"

#include "tls_random.h"

#include "mbedtls/platform_util.h"

/* A random number is not below the order with a probability of 2^-32. */
#define TRIES                   4

/* -1 / n modulo 2^32 */
#define MINUS_INVERSE           0xEE00BC4Fu

static const p256_number r_squared =    /* 2^512 mod n */
{
    0xBE79EEA2, 0x83244C95, 0x49BD6FA6, 0x4699799C, 0x2B6BEC59, 0x2845B239, 0xF3D95620, 0x66E12D94
};

/* r = a b / 2^256 mod n */
static void multiply(uint32_t *r, const uint32_t *a, const uint32_t *b)
{
    uint32_t t[P256_WORDS + 1] = { 0 };
    int i, j;

    for (i = 0; i < P256_WORDS; i++)
    {
        uint64_t sum = 0, c = 0;
        uint32_t m = (t[0] + a[0] * b[i]) * MINUS_INVERSE;

        /* sum: t + a b, c: what becomes of it with m n */
        for (j = 0; j < P256_WORDS; j++)
        {
            sum += (uint64_t)a[j] * b[i] + t[j];
            c += (uint64_t)p256_order[j] * m + (uint32_t)sum;
            if (j > 0)
            {
                t[j - 1] = (uint32_t)c;
            }
            sum >>= 32;
            c >>= 32;
        }
        c += sum + t[8];
        t[7] = (uint32_t)c;
        t[8] = (uint32_t)(c >> 32);
    }
    p256_reduce_scalar(r, t, t[8]);
    mbedtls_platform_zeroize(t, sizeof(t));
}

/* r = 1 / r, both times 2^256 */
static void invert(p256_number r)
{
    p256_number exponent, a;
    int i;

    memcpy(exponent, p256_order, sizeof(exponent));
    exponent[0] -= 2;
    memcpy(a, r, sizeof(a));
    for (i = 254; i >= 0; i--)
    {
        multiply(r, r, r);
        if ((exponent[i / 32] >> i % 32 & 1) != 0)
        {
            multiply(r, r, a);
        }
    }
    mbedtls_platform_zeroize(a, sizeof(a));
}

/* A secret number k, and r: the x of k times the base point. @return whether both are good */
static int make_secret(p256_number k, uint8_t r[P256_BYTES])
{
    p256_slots s;
    p256_long signs;
    p256_number number;
    uint8_t bytes[P256_BYTES];
    int tries, is_good = 0;

    for (tries = 0; tries < TRIES && !is_good && tls_random_bytes(NULL, bytes, sizeof(bytes)) == 0; tries++)
    {
        is_good = p256_read_scalar(k, bytes) == 0;
    }
    if (is_good)
    {
        memcpy(signs, k, sizeof(p256_number));
        p256_multiply_base(s, signs);
        p256_store(s, bytes, 1);
        p256_from_bytes(number, bytes);
        p256_reduce_scalar(number, number, 0);
        p256_to_bytes(r, number);
        P256_PUBLIC(number);
        is_good = !p256_is_zero(number);
    }
    mbedtls_platform_zeroize(bytes, sizeof(bytes));
    mbedtls_platform_zeroize(s, sizeof(s));
    mbedtls_platform_zeroize(signs, sizeof(signs));

    return is_good;
}

int p256_ecdsa_sign(uint8_t sig[P256_POINT_BYTES], const uint8_t priv[P256_BYTES], const uint8_t *hash, size_t hlen)
{
    p256_number k, d, t;
    int ret = P256_SUCCESS;

    if (p256_read_scalar(d, priv) != 0)
    {
        ret = P256_INVALID_PRIVKEY;
    }
    else if (!make_secret(k, sig))
    {
        ret = P256_RANDOM_FAILED;
    }
    else
    {
        /* d becomes hash + r d, and k its inverse times 2^256. */
        p256_from_bytes(t, sig);
        multiply(t, t, r_squared);
        multiply(d, t, d);
        p256_read_hash(t, hash, hlen);
        p256_reduce_scalar(d, d, p256_plus(d, d, t));
        multiply(k, k, r_squared);
        invert(k);
        multiply(t, d, k);
        p256_to_bytes(sig + P256_BYTES, t);
        P256_PUBLIC(t);
        ret = p256_is_zero(t) ? P256_RANDOM_FAILED : P256_SUCCESS;
    }
    mbedtls_platform_zeroize(k, sizeof(k));
    mbedtls_platform_zeroize(d, sizeof(d));

    return ret;
}
