/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Continuous health tests of a noise source, NIST SP 800-90B section 4.4, on
 * samples of one byte. They detect a source that is stuck or strongly biased; they
 * do not measure its entropy.
 *
 * The cut-offs follow from the claimed entropy H in bits per byte (1 to 8,
 * PKG_MBEDTLS_RANDOM_MIN_ENTROPY) and a false-alarm rate of 2^-30 per sample.
 */
#ifndef TLS_HEALTH_H
#define TLS_HEALTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Samples in a window of the adaptive proportion test (4.4.2, non-binary). */
#define TLS_HEALTH_WINDOW       512

/** Samples to test before the first output (4.3, item 4: at least 1,024). */
#define TLS_HEALTH_STARTUP      1024

/** State of both tests for one source. All zeros: not tested yet. */
struct tls_health
{
    uint16_t position;                  /* samples seen of the current window */
    uint16_t proportion;                /* samples of it that are equal to its first one */
    uint16_t repetition;                /* equal samples in a row */
    uint8_t first;                      /* the window's first sample */
    uint8_t last;                       /* the previous sample */
    uint8_t tested;                     /* non-zero once TLS_HEALTH_STARTUP samples passed */
    uint8_t entropy;                    /* claimed bits per byte */
};

/**
 * Begin the tests of a source.
 *
 * @param entropy  claimed bits of entropy per byte, 1 to 8
 */
void tls_health_start(struct tls_health *health, unsigned entropy);

/**
 * Test the next samples of a source.
 *
 * @return 0, or -1 if a test failed: none of these samples may be used, and the
 *         tests have to be started again
 */
int tls_health_test(struct tls_health *health, const unsigned char *samples, size_t count);

#ifdef __cplusplus
}
#endif

#endif /* TLS_HEALTH_H */
