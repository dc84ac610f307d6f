/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the field of P-256 needs for numbers on every processor. Constant time.
 */
#include "p256_field.h"

const p256_number p256_prime =
{
    0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xFFFFFFFF
};
const p256_number p256_order =
{
    0xFC632551, 0xF3B9CAC2, 0xA7179E84, 0xBCE6FAAD, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0xFFFFFFFF
};
const p256_number p256_b =
{
    0x27D2604B, 0x3BCE3C3E, 0xCC53B0F6, 0x651D06B0, 0x769886BC, 0xB3EBBD55, 0xAA3A93E7, 0x5AC635D8
};

uint32_t p256_is_zero(const uint32_t *a)
{
    uint32_t bits = 0;
    int i;

    for (i = 0; i < P256_WORDS; i++)
    {
        bits |= a[i];
    }

    return ((bits | (0 - bits)) >> 31) - 1;     /* the top bit of one of them is set unless both are 0 */
}

void p256_from_bytes(uint32_t *r, const uint8_t *bytes)
{
    int i;

    for (i = P256_WORDS - 1; i >= 0; i--, bytes += 4)
    {
        r[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    }
}

void p256_to_bytes(uint8_t *bytes, const uint32_t *a)
{
    int i;

    for (i = P256_WORDS - 1; i >= 0; i--, bytes += 4)
    {
        bytes[0] = (uint8_t)(a[i] >> 24);
        bytes[1] = (uint8_t)(a[i] >> 16);
        bytes[2] = (uint8_t)(a[i] >> 8);
        bytes[3] = (uint8_t)a[i];
    }
}
