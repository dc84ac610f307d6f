/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Random source: a secret seed that the board stores in non-volatile memory.
 */
#include <rtthread.h>

#include "tls_memory.h"
#include "tls_random.h"
#include "tls_random_source.h"

int tls_seed_take(unsigned char *seed, size_t length)
{
    size_t i = 1;

    if (length != TLS_SEED_SIZE || tls_seed_read(seed) != 0)
    {
        return -1;
    }

    /* Erased flash reads as all ones or all zeros: no seed is stored yet. */
    while (i < length && seed[i] == seed[0])
    {
        i++;
    }

    return i < length ? 0 : -1;
}

int tls_seed_replace(mbedtls_ctr_drbg_context *drbg)
{
    unsigned char seed[TLS_SEED_SIZE];
    int ret = mbedtls_ctr_drbg_random(drbg, seed, sizeof(seed));

    if (ret == 0)
    {
        ret = tls_seed_write(seed);
    }
    tls_zeroize(seed, sizeof(seed));

    return ret;
}
