/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The parts behind tls_random.c: the sources that menuconfig selects, and the
 * generator that they seed. The caller holds the lock of tls_random.c.
 */
#ifndef TLS_RANDOM_SOURCE_H
#define TLS_RANDOM_SOURCE_H

#include <stddef.h>

#include "tls_config.h"
#include "../base/tls_has.h"

#include "mbedtls/ctr_drbg.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The number of sources in the build. They are numbered in the order of tls_random.h. */
#define TLS_SOURCES \
    (TLS_HAS(PKG_MBEDTLS_RANDOM_HWCRYPTO) + TLS_HAS(PKG_MBEDTLS_RANDOM_BOARD) + TLS_HAS(PKG_MBEDTLS_RANDOM_SEED))

/**
 * Read from a source and test its bytes (tls_health.h).
 *
 * @param number  0 to TLS_SOURCES - 1
 * @return 0, or not 0: output must not be used, and tls_random_failed_source()
 *         names the source
 */
int tls_source_read(unsigned number, unsigned char *output, size_t length);

/**
 * Set the source that tls_random_failed_source() names.
 *
 * @param number  TLS_SOURCES: none has failed
 */
void tls_source_note_failure(unsigned number);

/**
 * Fill a buffer from the generator.
 *
 * @return 0, or not 0: output must not be used
 */
int tls_generator_read(unsigned char *output, size_t length);

/**
 * Mix data into the generator.
 *
 * @return 0, or not 0: a source failed
 */
int tls_generator_mix(const unsigned char *data, size_t length);

/**
 * Read raw bytes from RT-Thread's default hwcrypto RNG device.
 *
 * @return 0, or -1: there is no device, or it fails
 */
int tls_random_hwcrypto(unsigned char *buffer, size_t length);

/**
 * Read the newest whole seed for one seeding of the generator.
 *
 * @param length  TLS_SEED_SECRET_SIZE
 * @return 0, or -1: no slot holds a whole seed
 */
int tls_seed_take(unsigned char *seed, size_t length);

/**
 * Store the next seed, drawn from the generator that the last one has seeded, and
 * overwrite the last one.
 *
 * @return 0, or not 0: the generator must not be used
 */
int tls_seed_replace(mbedtls_ctr_drbg_context *drbg);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RANDOM_SOURCE_H */
