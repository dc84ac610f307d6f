/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Random numbers for all sessions, from tls_random_drbg.c (a generator seeded from
 * the sources) or tls_random_direct.c (the bytes of one source).
 */
#include <string.h>

#include <rtthread.h>

#include "tls_error.h"
#include "../base/tls_lock.h"
#include "../base/tls_log.h"
#include "tls_random.h"
#include "tls_random_source.h"

/* Held while the sources are read and the generator computes. */
static struct tls_lock lock;

static void take_lock(void)
{
    tls_lock_take(&lock, "tls_rng");
}

int tls_random_bytes(void *context, unsigned char *output, size_t length)
{
    const char *failed;
    int ret;

    (void)context;

    take_lock();
    ret = tls_generator_read(output, length);
    failed = tls_random_failed_source();
    tls_lock_release(&lock);

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
    int ret;

    take_lock();
    ret = tls_generator_mix(data, length < 256 ? length : 256);
    tls_lock_release(&lock);

    return ret == 0 ? 0 : TLS_ERR_RANDOM;
}
