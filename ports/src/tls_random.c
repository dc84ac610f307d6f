/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * One generator for all sessions, seeded from tested sources.
 */
#include <limits.h>
#include <string.h>

#include <rtthread.h>

#include "tls_engine.h"
#include "tls_error.h"
#include "tls_health.h"
#include "tls_log.h"
#include "tls_memory.h"
#include "tls_random.h"
#include "tls_random_source.h"

#if !defined(PKG_MBEDTLS_RANDOM_HWCRYPTO) && !defined(PKG_MBEDTLS_RANDOM_BOARD) && !defined(PKG_MBEDTLS_RANDOM_SEED)
#error "mbedtls: no random source. Select one in menuconfig under mbedtls, Random source: the hwcrypto RNG device, a function of the board (tls_random_board), or a seed in non-volatile memory. Without one every key could be guessed."
#endif

/* A seed holds 256 bits of entropy and a nonce of 128 bits (SP 800-90A 8.6.7). */
#define SEED_BITS               384
#define NOISE_SIZE              ((SEED_BITS + PKG_MBEDTLS_RANDOM_MIN_ENTROPY - 1) / PKG_MBEDTLS_RANDOM_MIN_ENTROPY)
#define REQUESTS_PER_SEED       10000

struct source
{
    const char *name;
    int (*read)(unsigned char *buffer, size_t length);
    size_t length;                      /* bytes for one seed */
    int is_noise;                       /* raw noise, to be tested */
};

static const struct source sources[] =
{
#ifdef PKG_MBEDTLS_RANDOM_HWCRYPTO
    { "hwcrypto RNG device", tls_random_hwcrypto, NOISE_SIZE, 1 },
#endif
#ifdef PKG_MBEDTLS_RANDOM_BOARD
    { "tls_random_board()", tls_random_board, NOISE_SIZE, 1 },
#endif
#ifdef PKG_MBEDTLS_RANDOM_SEED
    { "stored seed", tls_seed_take, TLS_SEED_SIZE, 0 },
#endif
};

#define SOURCES                 (sizeof(sources) / sizeof(sources[0]))

/* All of this belongs to the thread that holds the lock. */
static struct
{
    mbedtls_ctr_drbg_context drbg;
    struct tls_health health[SOURCES];
    const char *failed;                 /* source that failed last */
    int requests;                       /* left before the next seeding; 0: not seeded */
} generator;

static struct rt_mutex lock;

static void take_lock(void)
{
    static int is_ready;

    rt_enter_critical();
    if (!is_ready)
    {
        rt_mutex_init(&lock, "tls_rng", RT_IPC_FLAG_PRIO);
        is_ready = 1;
    }
    rt_exit_critical();

    /* Held only while sources and generator compute, never across a wait. */
    rt_mutex_take(&lock, RT_WAITING_FOREVER);
}

static int read_tested(const struct source *source, struct tls_health *health, unsigned char *buffer, size_t length)
{
    if (source->read(buffer, length) != 0)
    {
        return -1;
    }

    return source->is_noise ? tls_health_test(health, buffer, length) : 0;
}

/* The samples of the start-up test are tested and thrown away (SP 800-90B 4.3). */
static int test_startup(const struct source *source, struct tls_health *health)
{
    unsigned char buffer[64];
    size_t left;
    int ret = 0;

    tls_health_start(health, PKG_MBEDTLS_RANDOM_MIN_ENTROPY);
    for (left = TLS_HEALTH_STARTUP; left > 0 && ret == 0; left -= sizeof(buffer))
    {
        ret = read_tested(source, health, buffer, sizeof(buffer));
    }
    tls_zeroize(buffer, sizeof(buffer));
    health->tested = ret == 0;

    return ret;
}

/* The engine's f_entropy: what one source gives for one seed. */
static int read_source(void *context, unsigned char *output, size_t length)
{
    const struct source *source = context;
    struct tls_health *health = &generator.health[source - sources];
    int ret = 0;

    if (source->is_noise && !health->tested)
    {
        ret = test_startup(source, health);
    }
    if (ret == 0)
    {
        ret = read_tested(source, health, output, length);
    }
    if (ret != 0)
    {
        health->tested = 0;
        generator.failed = source->name;
    }

    return ret;
}

static int mix_source(const struct source *source)
{
    unsigned char data[NOISE_SIZE > TLS_SEED_SIZE ? NOISE_SIZE : TLS_SEED_SIZE];
    int ret = read_source((void *)source, data, source->length);

    if (ret == 0)
    {
        ret = tls_engine_drbg_update(&generator.drbg, data, source->length);
    }
    tls_zeroize(data, sizeof(data));

    return ret;
}

/* Seed the generator from all sources: the first makes it, the others are mixed in. */
static int seed(void)
{
    size_t i;
    int ret;

    tls_engine_start_threading();
    generator.failed = RT_NULL;
    mbedtls_ctr_drbg_free(&generator.drbg);
    mbedtls_ctr_drbg_init(&generator.drbg);
    mbedtls_ctr_drbg_set_entropy_len(&generator.drbg, sources[0].length);
    mbedtls_ctr_drbg_set_reseed_interval(&generator.drbg, INT_MAX);

    ret = mbedtls_ctr_drbg_seed(&generator.drbg, read_source, (void *)&sources[0], RT_NULL, 0);
    for (i = 1; i < SOURCES && ret == 0; i++)
    {
        ret = mix_source(&sources[i]);
    }
#ifdef PKG_MBEDTLS_RANDOM_SEED
    if (ret == 0)
    {
        ret = tls_seed_replace(&generator.drbg);
        generator.failed = ret == 0 ? RT_NULL : "stored seed";
    }
#endif
    generator.requests = ret == 0 ? REQUESTS_PER_SEED : 0;

    return ret;
}

static int generate(unsigned char *output, size_t length)
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

int tls_random_bytes(void *context, unsigned char *output, size_t length)
{
    const char *failed;
    int ret;

    (void)context;

    take_lock();
    ret = generate(output, length);
    failed = generator.failed;
    rt_mutex_release(&lock);

    if (ret != 0)
    {
        memset(output, 0, length);
        LOG_E("random source failed: %s", failed != RT_NULL ? failed : "generator");
        return TLS_ERR_RANDOM;
    }

    return 0;
}

int tls_random_mix(const unsigned char *data, size_t length)
{
    int ret = 0;

    take_lock();
    if (generator.requests == 0)
    {
        ret = seed();
    }
    if (ret == 0 && length > 0)
    {
        ret = tls_engine_drbg_update(&generator.drbg, data, length < 256 ? length : 256);
    }
    rt_mutex_release(&lock);

    return ret == 0 ? 0 : TLS_ERR_RANDOM;
}

const char *tls_random_failed_source(void)
{
    return generator.failed;
}
