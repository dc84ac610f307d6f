/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Continuous health tests of a noise source, NIST SP 800-90B section 4.4, on
 * samples of one byte. They find a source that is stuck or badly biased; they
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

/** Samples to be tested before the first output (4.3, item 4: at least 1,024). */
#define TLS_HEALTH_STARTUP      1024

/** State of both tests for one source; all zeros is a source not yet tested. */
struct tls_health
{
    uint16_t position;                  /* samples of the current window seen */
    uint16_t proportion;                /* of them equal to the window's first */
    uint16_t repetition;                /* equal samples in a row */
    uint8_t first;                      /* the window's first sample */
    uint8_t last;                       /* the sample before */
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
 * @return 0, or -1 if a test failed: none of these samples may be used, and
 *         the source has to be started anew
 */
int tls_health_test(struct tls_health *health, const unsigned char *samples, size_t count);

#ifdef __cplusplus
}
#endif

#endif /* TLS_HEALTH_H */
