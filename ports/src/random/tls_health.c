/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The health tests of tls_health.h.
 */
#include "tls_health.h"

/* Has each predictor expected this step? Returns the highest score. */
static unsigned predict(struct tls_health *health, uint8_t step)
{
    unsigned highest = 0;
    unsigned i;

    for (i = 0; i < TLS_HEALTH_PREDICTORS; i++)
    {
        unsigned score = health->scores[i];

        score = health->steps[(health->position + 4 * i) % TLS_HEALTH_PERIOD] == step ? score + 1 :
                score > 2 ? score - 2 : 0;
        health->scores[i] = (uint8_t)score;
        highest = score > highest ? score : highest;
    }
    health->steps[health->position % TLS_HEALTH_PERIOD] = step;

    return highest;
}

static unsigned count_bits(uint32_t bits)
{
    unsigned count = 0;

    for (; bits != 0; bits &= bits - 1)
    {
        count++;
    }

    return count;
}

static int test_sample(struct tls_health *health, const struct tls_health_limits *limits, uint8_t sample)
{
    uint8_t before = (uint8_t)health->word;
    unsigned score = predict(health, (uint8_t)(sample - before));

    health->repetition = sample == health->word >> 24 ? health->repetition + 1 : 1;
    health->word = health->word >> 8 | (uint32_t)sample << 24;

    if (health->position == 0)
    {
        health->first = sample;
        health->proportion = 0;
        health->moved = 0;
    }
    health->proportion = (uint16_t)(health->proportion + (sample == health->first));
    health->moved = health->moved >> 8 | health->moved << 24;
    health->moved |= (uint32_t)(sample ^ before) << 24;
    health->position = (uint16_t)((health->position + 1) % TLS_HEALTH_WINDOW);

    return score >= limits->prediction || health->repetition >= limits->repetition ||
           health->proportion >= limits->proportion ||
           (health->position == 0 && count_bits(health->moved) < limits->movement) ? -1 : 0;
}

int tls_health_test(struct tls_health *health, const struct tls_health_limits *limits,
                    const unsigned char *samples, size_t count)
{
    while (count-- > 0)
    {
        if (test_sample(health, limits, *samples++) != 0)
        {
            return -1;
        }
    }

    return 0;
}
