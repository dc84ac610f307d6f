/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * GHASH (SP 800-38D 6.4): its tables, and the product in C.
 *
 * Method: Shoup's tables for four bits, one for each half of a byte, which the caller
 * keeps for the time of a call. From the last byte of a block to the first, the sum moves
 * eight powers of x up, and two rows are added. x^128 is 1 + x + x^2 + x^7: what leaves at
 * the end comes back at the front four times. As 7 + 8 is below 32, this does not go beyond
 * the first word.
 * Time: no branch depends on key or data, but indices into the tables do. It is constant
 * where the stack is not cached.
 */
#include <string.h>

#include "ghash.h"
#include "thumb2.h"

static uint32_t read_word(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* a = a x */
static void multiply_by_x(uint32_t a[4])
{
    uint32_t out = a[3] & 1;

    a[3] = a[3] >> 1 | a[2] << 31;
    a[2] = a[2] >> 1 | a[1] << 31;
    a[1] = a[1] >> 1 | a[0] << 31;
    a[0] = a[0] >> 1 ^ out * 0xE1000000;
}

void ghash_make_tables(struct ghash_tables *tables, const uint32_t hash_key[4])
{
    uint32_t power[4];
    uint32_t (*row)[4];
    int half, i, j, k;

    for (i = 0; i < 4; i++)
    {
        power[i] = read_word((const unsigned char *)(hash_key + i));
    }
    for (half = 0; half < 2; half++)
    {
        row = tables->row[half];
        memset(row[0], 0, sizeof(*row));
        for (i = 8; i > 0; i /= 2)
        {
            memcpy(row[i], power, sizeof(*row));
            multiply_by_x(power);
        }
        for (i = 2; i < 16; i *= 2)
        {
            for (j = 1; j < i; j++)
            {
                for (k = 0; k < 4; k++)
                {
                    row[i + j][k] = row[i][k] ^ row[j][k];
                }
            }
        }
    }
}

#ifndef ALT_HAS_THUMB2

static void write_word(unsigned char *bytes, uint32_t word)
{
    bytes[0] = (unsigned char)(word >> 24);
    bytes[1] = (unsigned char)(word >> 16);
    bytes[2] = (unsigned char)(word >> 8);
    bytes[3] = (unsigned char)word;
}

void ghash_block(uint32_t sum[4], const struct ghash_tables *tables, const uint32_t block[4])
{
    const unsigned char *added = (const unsigned char *)block;
    unsigned char *bytes = (unsigned char *)sum;
    uint32_t a = 0, b = 0, c = 0, d = 0;
    int i;

    for (i = 15; i >= 0; i--)
    {
        unsigned byte = bytes[i] ^ added[i];
        const uint32_t *upper = tables->row[0][byte >> 4];
        const uint32_t *lower = tables->row[1][byte & 15];
        uint32_t out = d << 24;

        d = (d >> 8 | c << 24) ^ upper[3] ^ lower[3];
        c = (c >> 8 | b << 24) ^ upper[2] ^ lower[2];
        b = (b >> 8 | a << 24) ^ upper[1] ^ lower[1];
        a = a >> 8 ^ out ^ out >> 1 ^ out >> 2 ^ out >> 7 ^ upper[0] ^ lower[0];
    }
    write_word(bytes, a);
    write_word(bytes + 4, b);
    write_word(bytes + 8, c);
    write_word(bytes + 12, d);
}

#endif
