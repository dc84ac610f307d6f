/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Repetition count test and adaptive proportion test, NIST SP 800-90B 4.4.1, 4.4.2.
 */
#include "tls_health.h"

/*
 * Cut-offs for H = 1..8 bits per byte and a false-alarm rate a = 2^-30:
 * 1 + ceil(30 / H), and 1 + the smallest k with P(X <= k) >= 1 - a for
 * X ~ Binomial(512, 2^-H). tests/unit/test_health.c checks them.
 */
static const uint8_t repetition_cutoff[] = { 31, 16, 11, 9, 7, 6, 6, 5 };
static const uint16_t proportion_cutoff[] = { 325, 190, 114, 71, 46, 31, 22, 16 };

void tls_health_start(struct tls_health *health, unsigned entropy)
{
    static const struct tls_health untested;

    *health = untested;
    health->entropy = (uint8_t)(entropy < 1 ? 1 : entropy > 8 ? 8 : entropy);
}

static int test_sample(struct tls_health *health, uint8_t sample)
{
    health->repetition = sample == health->last ? health->repetition + 1 : 1;
    health->last = sample;

    if (health->position == 0)
    {
        health->first = sample;
        health->proportion = 0;
    }
    health->proportion += sample == health->first;
    health->position = (health->position + 1) % TLS_HEALTH_WINDOW;

    return health->repetition >= repetition_cutoff[health->entropy - 1] ||
           health->proportion >= proportion_cutoff[health->entropy - 1] ? -1 : 0;
}

int tls_health_test(struct tls_health *health, const unsigned char *samples, size_t count)
{
    while (count-- > 0)
    {
        if (test_sample(health, *samples++) != 0)
        {
            return -1;
        }
    }

    return 0;
}
