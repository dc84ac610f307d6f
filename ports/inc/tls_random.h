/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Random numbers for keys, shared by all sessions.
 *
 * A deterministic generator (CTR_DRBG with AES-256, NIST SP 800-90A) is seeded
 * from the sources that menuconfig selects ("Random source"):
 *
 *   PKG_MBEDTLS_RANDOM_HWCRYPTO  RT-Thread's hwcrypto RNG device
 *   PKG_MBEDTLS_RANDOM_BOARD     tls_random_board(), which the board implements
 *   PKG_MBEDTLS_RANDOM_SEED      a secret seed in non-volatile memory, which the
 *                                board keeps (tls_seed_read(), tls_seed_write())
 *
 * Each selected source must deliver, or the first session fails with
 * TLS_ERR_RANDOM; without any the build stops. What the first two deliver goes
 * through the continuous health tests of NIST SP 800-90B 4.4 (tls_health.h)
 * before it is used. PKG_MBEDTLS_RANDOM_MIN_ENTROPY says how many bits of
 * entropy a raw byte holds at least, so how many bytes make up a seed.
 *
 * With PKG_MBEDTLS_RANDOM_DIRECT there is no generator: every number comes from
 * the one hardware source, through the same tests; tls_random_mix() then only
 * asks whether the source is there.
 */
#ifndef TLS_RANDOM_H
#define TLS_RANDOM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fill a buffer with random bytes. The first call, and every 10,000th from
 * there, seeds the generator; it waits as long as the sources need, and for
 * another thread that is in here. Has the form of the engine's f_rng.
 *
 * @param context  not used; RT_NULL
 * @param output   receives length bytes
 * @param length   any number of bytes
 * @return 0, or TLS_ERR_RANDOM: then output is all zeros and must not be used
 */
int tls_random_bytes(void *context, unsigned char *output, size_t length);

/**
 * Mix a string into the generator, e.g. a device's serial number. It adds
 * nothing that must be secret and takes nothing away (SP 800-90A 8.7.1).
 *
 * @param length  bytes, at most 256 are used
 * @return 0, or TLS_ERR_RANDOM
 */
int tls_random_mix(const unsigned char *data, size_t length);

/**
 * @return the name of the source that made the last call fail, or RT_NULL
 */
const char *tls_random_failed_source(void);

/**
 * To be implemented by the board where PKG_MBEDTLS_RANDOM_BOARD is selected:
 * read raw bytes of the hardware's noise source, not passed through a
 * generator in software. Called by one thread at a time; should return within
 * milliseconds.
 *
 * @return 0, or anything else for "cannot"
 */
int tls_random_board(unsigned char *buffer, size_t length);

/** Bytes of the seed in non-volatile memory. */
#define TLS_SEED_SIZE           64

/**
 * To be implemented by the board where PKG_MBEDTLS_RANDOM_SEED is selected:
 * read the seed that tls_seed_write() stored last, or that the factory put
 * there: TLS_SEED_SIZE bytes, secret and different on each device.
 *
 * @return 0, or anything else for "cannot"
 */
int tls_seed_read(unsigned char seed[TLS_SEED_SIZE]);

/**
 * Replace the stored seed; must not return 0 before it is stored. Called once
 * for each seeding of the generator, before it gives out a number: a device that
 * started twice from one seed would repeat its keys.
 */
int tls_seed_write(const unsigned char seed[TLS_SEED_SIZE]);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RANDOM_H */
