/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sources behind tls_random.c, each in a file of its own that is in the
 * build when menuconfig selects it. Called by one thread at a time.
 */
#ifndef TLS_RANDOM_SOURCE_H
#define TLS_RANDOM_SOURCE_H

#include <stddef.h>

#include "mbedtls/ctr_drbg.h"

#ifdef __cplusplus
extern "C" {
#endif

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
