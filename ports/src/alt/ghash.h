/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * GHASH of SP 800-38D: the hash of AES-GCM.
 *
 * An element of GF(2^128) is four words; the coefficient of x^0 is the top bit of the
 * first. Sums and blocks are 16 bytes in their order, at an address for words.
 */
#ifndef GHASH_H
#define GHASH_H

#include <stddef.h>
#include <stdint.h>

#define GHASH_BLOCK     16u

/*
 * The products of the hash key H and each polynomial of four bits: by the upper half of a
 * byte, then by the lower half, which is x^4 further down. The top bit of an index is the
 * coefficient of the smallest power.
 */
struct ghash_tables
{
    uint32_t row[2][16][4];
};

/** Makes the tables of a hash key. They are as secret as the key: overwrite them after use. */
void ghash_make_tables(struct ghash_tables *tables, const uint32_t hash_key[4]);

/** sum = (sum + block) H */
void ghash_block(uint32_t sum[4], const struct ghash_tables *tables, const uint32_t block[4]);

#endif /* GHASH_H */
