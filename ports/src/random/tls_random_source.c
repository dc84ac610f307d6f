/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The random sources of the build, and the tests of their bytes.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_config.h"
#include "tls_health.h"
#include "tls_memory.h"
#include "tls_random.h"
#include "tls_random_source.h"

#if !defined(PKG_MBEDTLS_RANDOM_HWCRYPTO) && !defined(PKG_MBEDTLS_RANDOM_BOARD) && !defined(PKG_MBEDTLS_RANDOM_SEED)
#error "mbedtls: no random source. Select one in menuconfig under mbedtls, Random source: the hwcrypto RNG device, a function of the board (tls_random_board), or a seed in non-volatile memory. Without one every key could be guessed."
#endif

struct source
{
    const char *name;
    int (*read)(unsigned char *buffer, size_t length);
    int is_noise;                       /* raw noise: to be tested */
};

static const struct source sources[TLS_SOURCES] =
{
#ifdef PKG_MBEDTLS_RANDOM_HWCRYPTO
    { "hwcrypto RNG device", tls_random_hwcrypto, 1 },
#endif
#ifdef PKG_MBEDTLS_RANDOM_BOARD
    { "tls_random_board()", tls_random_board, 1 },
#endif
#ifdef PKG_MBEDTLS_RANDOM_SEED
    { "stored seed", tls_seed_take, 0 },
#endif
};

/* Read and written only with the lock of tls_random.c held. */
static struct tls_health tests[TLS_SOURCES];
static const char *failed_source;

static const struct tls_health_limits limits = TLS_HEALTH_LIMITS(PKG_MBEDTLS_RANDOM_MIN_ENTROPY);

static int read_tested(const struct source *source, struct tls_health *health, unsigned char *buffer, size_t length)
{
    if (source->read(buffer, length) != 0)
    {
        return -1;
    }

    return source->is_noise ? tls_health_test(health, &limits, buffer, length) : 0;
}

/* The samples of the start-up test are not used for output (SP 800-90B 4.3). */
static int test_startup(const struct source *source, struct tls_health *health)
{
    unsigned char buffer[64];
    size_t left;
    int ret = 0;

    memset(health, 0, sizeof(*health));
    for (left = TLS_HEALTH_STARTUP; left > 0 && ret == 0; left -= sizeof(buffer))
    {
        ret = read_tested(source, health, buffer, sizeof(buffer));
    }
    tls_zeroize(buffer, sizeof(buffer));
    health->tested = ret == 0;

    return ret;
}

void tls_source_note_failure(unsigned number)
{
    failed_source = number < TLS_SOURCES ? sources[number].name : RT_NULL;
}

int tls_source_read(unsigned number, unsigned char *output, size_t length)
{
    const struct source *source = &sources[number];
    struct tls_health *health = &tests[number];
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
        tls_source_note_failure(number);
    }

    return ret;
}

const char *tls_random_failed_source(void)
{
    return failed_source;
}
