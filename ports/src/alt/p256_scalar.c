/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * See p256_scalar.h.
 */
#include <string.h>

#include "p256_scalar.h"

#include "mbedtls/platform_util.h"

int p256_read_scalar(p256_number r, const uint8_t bytes[32])
{
    p256_number difference;
    uint32_t is_good;

    p256_from_bytes(r, bytes);
    is_good = p256_minus(difference, r, p256_order) & ~p256_is_zero(r);
    mbedtls_platform_zeroize(difference, sizeof(difference));
    P256_PUBLIC(is_good);

    return is_good != 0 ? 0 : -1;
}

void p256_reduce_scalar(p256_number r, const p256_number a, uint32_t top)
{
    p256_number difference;
    uint32_t is_below = p256_minus(difference, a, p256_order) & (top - 1);
    int i;

    P256_HIDE(is_below);
    for (i = 0; i < P256_WORDS; i++)
    {
        r[i] = difference[i] ^ ((difference[i] ^ a[i]) & is_below);
    }
    mbedtls_platform_zeroize(difference, sizeof(difference));
}

void p256_read_hash(p256_number r, const uint8_t *hash, size_t length)
{
    uint8_t bytes[32] = { 0 };

    length = length < sizeof(bytes) ? length : sizeof(bytes);
    memcpy(bytes + sizeof(bytes) - length, hash, length);
    p256_from_bytes(r, bytes);
    p256_reduce_scalar(r, r, 0);        /* 2^256 is below twice the order */
}
