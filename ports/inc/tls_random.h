/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Random numbers for keys, shared by all sessions.
 *
 * One generator (CTR_DRBG with AES-256, NIST SP 800-90A) is seeded from the sources
 * that menuconfig selects ("Random source"):
 *
 *   PKG_MBEDTLS_RANDOM_HWCRYPTO  RT-Thread's hwcrypto RNG device
 *   PKG_MBEDTLS_RANDOM_BOARD     tls_random_board(), which the board implements
 *   PKG_MBEDTLS_RANDOM_SEED      a secret seed in non-volatile memory, which the
 *                                board stores (tls_seed_slot_read(),
 *                                tls_seed_slot_write())
 *
 * Without a source the build stops. Every selected source must deliver, otherwise
 * the first session fails with TLS_ERR_RANDOM. The bytes of the first two pass
 * continuous health tests (NIST SP 800-90B 4.4 and more, tls_health.h) before they
 * are used. PKG_MBEDTLS_RANDOM_MIN_ENTROPY is the least entropy of a raw byte in bits;
 * from it follows how many bytes a seed takes.
 *
 * With PKG_MBEDTLS_RANDOM_DIRECT there is no generator: all numbers are bytes of
 * the one hardware source that passed the same tests.
 *
 * The package calls the board's functions from one thread at a time.
 */
#ifndef TLS_RANDOM_H
#define TLS_RANDOM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fill a buffer with random bytes. A f_rng function for the engine.
 *
 * The first request, and every 10,000th after it, seeds the generator (a request
 * is up to 1,024 bytes). Waits while another thread uses the generator, and as
 * long as the sources take to deliver a seed. Any thread may call it; interrupts
 * may not.
 *
 * @param context  not used; RT_NULL
 * @param output   receives length bytes
 * @param length   any number of bytes
 * @return 0, or TLS_ERR_RANDOM: output is all zeros and must not be used
 */
int tls_random_bytes(void *context, unsigned char *output, size_t length);

/**
 * Mix data into the generator, for example the device's serial number. The data
 * need not be secret and cannot weaken the generator (SP 800-90A 8.7.1). Waits like
 * tls_random_bytes(). With PKG_MBEDTLS_RANDOM_DIRECT it only reads one byte, to
 * report a source that fails.
 *
 * @param length  bytes; more than 256 are ignored
 * @return 0, or TLS_ERR_RANDOM
 */
int tls_random_mix(const unsigned char *data, size_t length);

/**
 * @return the name of the source that made the last call fail, a constant
 *         string, or RT_NULL
 */
const char *tls_random_failed_source(void);

/**
 * The board implements this function for PKG_MBEDTLS_RANDOM_BOARD: read raw bytes
 * of the hardware's noise source, without a software generator in between. It
 * should return within milliseconds, since sessions wait for it.
 *
 * @param buffer  receives length bytes
 * @return 0, or any other value: the source failed
 */
int tls_random_board(unsigned char *buffer, size_t length);

/** The stored seed has two slots of this many bytes each, for PKG_MBEDTLS_RANDOM_SEED. */
#define TLS_SEED_SLOTS          2
#define TLS_SEED_SIZE           64

/** Secret bytes of a seed; the rest of a slot is a counter and a CRC-32. */
#define TLS_SEED_SECRET_SIZE    56

/**
 * The board implements this function for PKG_MBEDTLS_RANDOM_SEED: read a slot.
 *
 * @param slot  0 or 1
 * @param data  receives what the memory holds: what was written last, all 0xFF after
 *              an erase, anything after an interrupted write
 * @return 0, or any other value: the slot cannot be read
 */
int tls_seed_slot_read(unsigned slot, unsigned char data[TLS_SEED_SIZE]);

/**
 * The board implements this function for PKG_MBEDTLS_RANDOM_SEED: replace the contents
 * of a slot (in flash: erase and program). It must not return 0 before the data is
 * stored, and must leave the other slot alone, so each slot has an erase sector of
 * its own. The package reads the slot back. Each seeding writes each slot once before
 * the generator gives out a number: the next seed to one, zeros to the other.
 *
 * Power may fail at any moment: the device starts again from the seed that is whole.
 *
 * @param slot  0 or 1
 * @return 0, or any other value: not stored, and the seeding fails
 */
int tls_seed_slot_write(unsigned slot, const unsigned char data[TLS_SEED_SIZE]);

/**
 * Make the contents of a slot from a secret: for the factory, which stores them in
 * slot 0 and leaves slot 1 erased, or for an update that takes over an older seed.
 *
 * @param data    receives TLS_SEED_SIZE bytes for tls_seed_slot_write()
 * @param secret  random bytes, different on each device; may overlap data
 */
void tls_seed_format(unsigned char data[TLS_SEED_SIZE], const unsigned char secret[TLS_SEED_SECRET_SIZE]);

#ifdef __cplusplus
}
#endif

#endif /* TLS_RANDOM_H */
