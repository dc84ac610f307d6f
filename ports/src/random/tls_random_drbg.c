/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The generator: CTR_DRBG (NIST SP 800-90A), seeded from all sources.
 */
#include <limits.h>

#include "../base/tls_threading.h"
#include "tls_memory.h"
#include "tls_random.h"
#include "tls_random_source.h"

/* A seed is 256 bits of entropy and a nonce of 128 bits (SP 800-90A 8.6.7). */
#define SEED_BITS               384
#define NOISE_SIZE              ((SEED_BITS + PKG_MBEDTLS_RANDOM_MIN_ENTROPY - 1) / PKG_MBEDTLS_RANDOM_MIN_ENTROPY)
#define REQUESTS_PER_SEED       10000

/* Bytes that a seeding reads from a source. The stored seed is the last source. */
#define LAST                    (TLS_SOURCES - 1)
#define SIZE_OF(number)         (TLS_HAS(PKG_MBEDTLS_RANDOM_SEED) && (number) == LAST ? TLS_SEED_SECRET_SIZE : NOISE_SIZE)

/* Mbed TLS 2.28 gives the form that returns an error another name. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define drbg_update             mbedtls_ctr_drbg_update_ret
#else
#define drbg_update             mbedtls_ctr_drbg_update
#endif

/* Read and written only with the lock of tls_random.c held. */
static struct
{
    mbedtls_ctr_drbg_context drbg;
    int requests;                       /* left until the next seeding; 0: seed first */
    int has_state;                      /* was seeded once; reseeding keeps this state */
} generator;

/* The generator's f_entropy: reads the first source. */
static int read_first(void *context, unsigned char *output, size_t length)
{
    (void)context;

    return tls_source_read(0, output, length);
}

static int mix_source(unsigned number)
{
    unsigned char data[NOISE_SIZE > TLS_SEED_SECRET_SIZE ? NOISE_SIZE : TLS_SEED_SECRET_SIZE];
    int ret = tls_source_read(number, data, SIZE_OF(number));

    if (ret == 0)
    {
        ret = drbg_update(&generator.drbg, data, SIZE_OF(number));
    }
    tls_zeroize(data, sizeof(data));

    return ret;
}

/*
 * Read the first source. A reseeding mixes it into the state of the generator (SP
 * 800-90A 10.2.1.4), so the generator keeps earlier entropy and the data of
 * tls_random_mix() when a source has become weak.
 */
static int seed_from_first(void)
{
    int ret;

    if (generator.has_state)
    {
        return mbedtls_ctr_drbg_reseed(&generator.drbg, NULL, 0);
    }
    mbedtls_ctr_drbg_free(&generator.drbg);
    mbedtls_ctr_drbg_init(&generator.drbg);
    mbedtls_ctr_drbg_set_entropy_len(&generator.drbg, SIZE_OF(0));
    mbedtls_ctr_drbg_set_reseed_interval(&generator.drbg, INT_MAX);
    ret = mbedtls_ctr_drbg_seed(&generator.drbg, read_first, NULL, NULL, 0);
    generator.has_state = ret == 0;

    return ret;
}

/* The first source seeds the generator, the others are mixed in. */
static int seed(void)
{
    unsigned i;
    int ret;

    if (TLS_HAS(PKG_MBEDTLS_TLS1_3))
    {
        tls_threading_start();
    }
    tls_source_note_failure(TLS_SOURCES);

    ret = seed_from_first();
    for (i = 1; i < TLS_SOURCES && ret == 0; i++)
    {
        ret = mix_source(i);
    }
    if (TLS_HAS(PKG_MBEDTLS_RANDOM_SEED) && ret == 0)
    {
        ret = tls_seed_replace(&generator.drbg);
        tls_source_note_failure(ret == 0 ? TLS_SOURCES : LAST);
    }
    generator.requests = ret == 0 ? REQUESTS_PER_SEED : 0;

    return ret;
}

int tls_generator_read(unsigned char *output, size_t length)
{
    int ret = 0;

    while (length > 0 && ret == 0)
    {
        size_t part = length < MBEDTLS_CTR_DRBG_MAX_REQUEST ? length : MBEDTLS_CTR_DRBG_MAX_REQUEST;

        if (generator.requests == 0)
        {
            ret = seed();
        }
        if (ret == 0)
        {
            ret = mbedtls_ctr_drbg_random(&generator.drbg, output, part);
            generator.requests--;
        }
        output += part;
        length -= part;
    }

    return ret;
}

int tls_generator_mix(const unsigned char *data, size_t length)
{
    int ret = generator.requests == 0 ? seed() : 0;

    if (ret == 0 && length > 0)
    {
        ret = drbg_update(&generator.drbg, data, length);
    }

    return ret;
}
