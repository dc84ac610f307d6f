/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is behind tls_random.c, in files that are in the build when menuconfig
 * selects them: the sources, and the generator that they seed. Called by one
 * thread at a time, the one that holds the lock of tls_random.c.
 */
#ifndef TLS_RANDOM_SOURCE_H
#define TLS_RANDOM_SOURCE_H

#include <stddef.h>

#include "tls_config.h"

#include "mbedtls/ctr_drbg.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The number of sources, in the order of tls_random.h. */
enum
{
#ifdef PKG_MBEDTLS_RANDOM_HWCRYPTO
    TLS_SOURCE_HWCRYPTO,
#endif
#ifdef PKG_MBEDTLS_RANDOM_BOARD
    TLS_SOURCE_BOARD,
#endif
#ifdef PKG_MBEDTLS_RANDOM_SEED
    TLS_SOURCE_SEED,
#endif
    TLS_SOURCES
};

/**
 * Read from a source, and test what comes (tls_health.h).
 *
 * @param number  0 to TLS_SOURCES - 1
 * @return 0, or not 0: then output must not be used, and
 *         tls_random_failed_source() names the source
 */
int tls_source_read(unsigned number, unsigned char *output, size_t length);

/**
 * Note which source has failed last, for tls_random_failed_source().
 *
 * @param number  TLS_SOURCES: none has
 */
void tls_source_note_failure(unsigned number);

/**
 * Fill a buffer from the generator.
 *
 * @return 0, or not 0: then output must not be used
 */
int tls_generator_read(unsigned char *output, size_t length);

/**
 * Mix a string into the generator.
 *
 * @return 0, or not 0 if the sources do not deliver
 */
int tls_generator_mix(const unsigned char *data, size_t length);

/**
 * Read raw bytes from RT-Thread's default hwcrypto RNG device.
 *
 * @return 0, or -1 without a device or if it fails
 */
int tls_random_hwcrypto(unsigned char *buffer, size_t length);

/**
 * Read the stored seed for one seeding of the generator.
 *
 * @param length  TLS_SEED_SIZE
 * @return 0, or -1 if it cannot be read or was never written (all bytes alike)
 */
int tls_seed_take(unsigned char *seed, size_t length);

/**
 * Store the next seed, made by the generator that the last one has seeded.
 *
 * @return 0, or not 0: then the generator must not be used
 */
int tls_seed_replace(mbedtls_ctr_drbg_context *drbg);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RANDOM_SOURCE_H */
