/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Continuous health tests of a noise source. They detect a source that is stuck,
 * strongly biased, or predictable in one of the ways below; they do not measure its
 * entropy. The first two are those of NIST SP 800-90B 4.4, on samples of one byte;
 * the others find what these two miss in a source that delivers words:
 *
 *   repetition   one byte again and again
 *   proportion   one byte in too large a part of a window
 *   prediction   a sequence that repeats after 4, 8 ... 64 bytes (which includes all
 *                periods up to 16), or grows evenly: a stuck word, words in turn, a
 *                counter, a ramp. The step of a byte is its difference from the byte
 *                4 before it; each of 16 predictors expects the step of 4, 8 ... 64
 *                bytes ago. Its score rises by 1 if it is right and falls by 2 if not.
 *   movement     bits that keep their value through a window. Of the 32 bits of a
 *                word, 4 H must move: at H = 8, all.
 *
 * The cut-offs follow from the claimed entropy H in bits per byte (1 to 8,
 * PKG_MBEDTLS_RANDOM_MIN_ENTROPY): whatever came before, a byte has each value with
 * a probability of at most 2^-H. False alarms, at most, on a source with just this
 * entropy (less than 2^-29 for a byte in all; a better source has fewer):
 *
 *   repetition   2^-30 a byte: 1 + ceil(30 / H) equal bytes (4.4.1)
 *   proportion   2^-30 a window: 1 + the smallest k with P(X <= k) >= 1 - 2^-30,
 *                X ~ Binomial(512, 2^-H) (4.4.2)
 *   prediction   2^-34 a byte and predictor, 2^-30 for all 16: a score of
 *                ceil(34 ln 2 / t), where t > 0 solves
 *                2^-H e^t + (1 - 2^-H) e^-2t = 1 (Lorden's bound for Page's test)
 *   movement     2^-97 a window: C(32, 4 H - 1) 2^-127
 *
 *   H                                1    2    3    4    5    6    7    8
 *   repetition                      31   16   11    9    7    6    6    5
 *   proportion                     325  190  114   71   46   31   22   16
 *   prediction                      49   18   12    9    7    6    5    5
 *   movement                         4    8   12   16   20   24   28   32
 *   10^9 bytes per false alarm     0.5  0.6  0.8  2.1  0.7  0.8  2.0  4.0
 *
 * tests/unit/test_health.c computes this table.
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

/** The longest period in bytes that the prediction test finds. */
#define TLS_HEALTH_PERIOD       64

/** The number of predictors: one for each 4 bytes. */
#define TLS_HEALTH_PREDICTORS   (TLS_HEALTH_PERIOD / 4)

/** The cut-offs for a claimed entropy. */
struct tls_health_limits
{
    uint16_t proportion;
    uint8_t repetition;
    uint8_t prediction;
    uint8_t movement;
};

/** An initializer; entropy is a constant, 1 to 8 bits per byte. */
#define TLS_HEALTH_LIMITS(entropy) \
{ \
    (entropy) == 1 ? 325 : (entropy) == 2 ? 190 : (entropy) == 3 ? 114 : (entropy) == 4 ? 71 : \
    (entropy) == 5 ? 46 : (entropy) == 6 ? 31 : (entropy) == 7 ? 22 : 16, \
    1 + (30 + (entropy) - 1) / (entropy), \
    (entropy) == 1 ? 49 : (entropy) == 2 ? 18 : (entropy) == 3 ? 12 : (entropy) == 4 ? 9 : \
    (entropy) == 5 ? 7 : (entropy) == 6 ? 6 : 5, \
    4 * (entropy) \
}

/** State of the tests for one source. All zeros: not tested yet. */
struct tls_health
{
    uint32_t word;                      /* the last 4 samples, the latest one in the highest byte */
    uint32_t moved;                     /* bits that changed from a word to the next, in this window */
    uint16_t position;                  /* samples seen of the current window */
    uint16_t proportion;                /* samples of it that are equal to its first one */
    uint8_t repetition;                 /* equal samples in a row */
    uint8_t first;                      /* the window's first sample */
    uint8_t tested;                     /* non-zero once TLS_HEALTH_STARTUP samples passed */
    uint8_t scores[TLS_HEALTH_PREDICTORS];
    uint8_t steps[TLS_HEALTH_PERIOD];   /* of the last samples, a ring */
};

/**
 * Test the next samples of a source.
 *
 * @param health  all zeros at the first samples, and after a test has failed
 * @return 0, or -1 if a test failed: none of these samples may be used
 */
int tls_health_test(struct tls_health *health, const struct tls_health_limits *limits,
                    const unsigned char *samples, size_t count);

#ifdef __cplusplus
}
#endif

#endif /* TLS_HEALTH_H */
