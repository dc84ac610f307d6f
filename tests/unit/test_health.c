/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_health: the tests of SP 800-90B 4.4 at their exact cut-offs, which this file
 * computes from their definitions.
 */
#include <string.h>

#include "unit.h"

#include "../../ports/src/random/tls_health.h"

#define SAMPLES_LONG    4000000
#define FALSE_ALARM     30              /* the rate is 2^-30 */

static unsigned repetition_cutoff(unsigned entropy)
{
    return 1 + (FALSE_ALARM + entropy - 1) / entropy;
}

/* 1 + the smallest k with P(X > k) <= 2^-30, X ~ Binomial(window, 2^-entropy). */
static unsigned proportion_cutoff(unsigned entropy)
{
    long double alarm = 1.0L / (1UL << FALSE_ALARM);
    long double p = 1.0L / (1U << entropy);
    long double probability = 1;        /* P(X = k) */
    long double above = 0;              /* P(X > k) */
    unsigned k;

    for (k = 0; k < TLS_HEALTH_WINDOW; k++)
    {
        probability *= p;
    }
    while (above + probability <= alarm)
    {
        above += probability;
        probability *= k / (TLS_HEALTH_WINDOW - k + 1.0L) * (1 - p) / p;
        k--;
    }

    return k + 1;
}

static int test_one(struct tls_health *health, unsigned sample)
{
    unsigned char byte = (unsigned char)sample;

    return tls_health_test(health, &byte, 1);
}

/*
 * Feed a window in which the first sample appears count times, in two of three
 * places from its start. Returns how many samples passed before a test failed.
 */
static unsigned feed_window(struct tls_health *health, unsigned first, unsigned count)
{
    unsigned i;

    for (i = 0; i < TLS_HEALTH_WINDOW; i++)
    {
        int is_first = count > 0 && i % 3 != 2;

        count -= (unsigned)is_first;
        if (test_one(health, is_first ? first : first + 1 + i % 100) != 0)
        {
            return i;
        }
    }
    assert_int_equal(count, 0);

    return TLS_HEALTH_WINDOW;
}

/* The position of the count-th first sample in such a window. */
static unsigned place_of(unsigned count)
{
    return (count - 1) / 2 * 3 + (count - 1) % 2;
}

static void repetition_fails_exactly_at_the_cutoff(void **state)
{
    unsigned entropy, i;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        struct tls_health health;

        tls_health_start(&health, entropy);
        assert_int_equal(test_one(&health, 7), 0);
        for (i = 1; i < repetition_cutoff(entropy); i++)
        {
            assert_int_equal(test_one(&health, 9), 0);
        }
        assert_int_equal(test_one(&health, 9), -1);
    }
}

static void repetition_counts_the_first_sample_too(void **state)
{
    unsigned entropy, i;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        struct tls_health health;

        /* The initial state contains zeros, which must not count as a sample. */
        tls_health_start(&health, entropy);
        for (i = 1; i < repetition_cutoff(entropy); i++)
        {
            assert_int_equal(test_one(&health, 0), 0);
        }
        assert_int_equal(test_one(&health, 0), -1);
    }
}

static void repetition_is_seen_across_calls_and_windows(void **state)
{
    struct tls_health health;
    unsigned i;

    (void)state;
    tls_health_start(&health, 8);
    for (i = 0; i < TLS_HEALTH_WINDOW - 2; i++)
    {
        assert_int_equal(test_one(&health, i), 0);
    }
    for (i = 1; i < repetition_cutoff(8); i++)
    {
        assert_int_equal(test_one(&health, 0x55), 0);
    }
    assert_int_equal(test_one(&health, 0x55), -1);
}

static void proportion_fails_exactly_at_the_cutoff(void **state)
{
    unsigned entropy;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        unsigned cutoff = proportion_cutoff(entropy);
        struct tls_health health;

        tls_health_start(&health, entropy);
        assert_int_equal(feed_window(&health, 3, cutoff - 1), TLS_HEALTH_WINDOW);
        tls_health_start(&health, entropy);
        assert_int_equal(feed_window(&health, 3, cutoff), place_of(cutoff));
    }
}

static void proportion_starts_again_with_each_window(void **state)
{
    unsigned entropy, i;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        unsigned cutoff = proportion_cutoff(entropy);
        struct tls_health health;

        tls_health_start(&health, entropy);
        for (i = 0; i < 10; i++)
        {
            assert_int_equal(feed_window(&health, i % 2, cutoff - 1), TLS_HEALTH_WINDOW);
        }
        assert_int_equal(feed_window(&health, 3, cutoff), place_of(cutoff));
    }
}

static void random_data_passes(void **state)
{
    uint64_t numbers = 1;
    struct tls_health health;
    long i;

    (void)state;
    tls_health_start(&health, 8);
    for (i = 0; i < SAMPLES_LONG / 8; i++)
    {
        uint64_t number = unit_number(&numbers);

        assert_int_equal(tls_health_test(&health, (unsigned char *)&number, sizeof(number)), 0);
    }
}

static void data_with_just_the_claimed_entropy_passes(void **state)
{
    unsigned entropy;
    long i;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        uint64_t numbers = entropy;
        struct tls_health health;

        tls_health_start(&health, entropy);
        for (i = 0; i < SAMPLES_LONG / 16; i++)
        {
            assert_int_equal(test_one(&health, (unsigned)(unit_number(&numbers) >> (64 - entropy))), 0);
        }
    }
}

static void data_with_half_the_claimed_entropy_fails(void **state)
{
    unsigned entropy;

    (void)state;
    for (entropy = 2; entropy <= 8; entropy++)
    {
        uint64_t numbers = entropy;
        struct tls_health health;
        long samples = 0;

        tls_health_start(&health, entropy);
        while (test_one(&health, (unsigned)(unit_number(&numbers) >> (64 - entropy / 2))) == 0)
        {
            samples++;
            assert_in_range(samples, 0, 20 * TLS_HEALTH_WINDOW);
        }
    }
}

static void a_biased_source_fails_at_every_claim(void **state)
{
    unsigned entropy;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        uint64_t numbers = entropy;
        struct tls_health health;
        long samples = 0;
        unsigned sample;

        /* Three of four samples are the same byte. */
        tls_health_start(&health, entropy);
        do
        {
            uint64_t number = unit_number(&numbers);

            sample = number >> 62 != 0 ? 0xA5 : (unsigned)(number & 0xFF);
            samples++;
            assert_in_range(samples, 0, 20 * TLS_HEALTH_WINDOW);
        }
        while (test_one(&health, sample) == 0);
    }
}

static void a_stuck_source_fails_within_the_startup_test(void **state)
{
    static const unsigned char stuck[TLS_HEALTH_STARTUP];
    unsigned char words[TLS_HEALTH_STARTUP];
    unsigned entropy, i;

    (void)state;
    for (i = 0; i < sizeof(words); i++)
    {
        words[i] = "\x12\x34\x56\x78"[i % 4];
    }
    for (entropy = 1; entropy <= 8; entropy++)
    {
        struct tls_health health;

        tls_health_start(&health, entropy);
        assert_int_equal(tls_health_test(&health, stuck, sizeof(stuck)), -1);
        if (entropy > 2)                /* in one repeated word a byte is a quarter of a window */
        {
            tls_health_start(&health, entropy);
            assert_int_equal(tls_health_test(&health, words, sizeof(words)), -1);
        }
    }
}

static void a_restarted_test_forgets_earlier_samples(void **state)
{
    static const unsigned char stuck[64];
    struct tls_health health, fresh;
    unsigned i;

    (void)state;
    tls_health_start(&health, 4);
    assert_int_equal(tls_health_test(&health, stuck, sizeof(stuck)), -1);
    health.tested = 1;

    tls_health_start(&health, 4);
    memset(&fresh, 0, sizeof(fresh));
    tls_health_start(&fresh, 4);
    assert_int_equal(health.tested, 0);
    assert_memory_equal(&health, &fresh, sizeof(health));
    for (i = 1; i < repetition_cutoff(4); i++)
    {
        assert_int_equal(test_one(&health, 0), 0);
    }
    assert_int_equal(test_one(&health, 0), -1);
}

static void claims_outside_1_to_8_are_limited_to_that_range(void **state)
{
    struct tls_health health;

    (void)state;
    tls_health_start(&health, 0);
    assert_int_equal(health.entropy, 1);
    tls_health_start(&health, 9);
    assert_int_equal(health.entropy, 8);
    tls_health_start(&health, 1000000);
    assert_int_equal(health.entropy, 8);
}

static void an_empty_buffer_passes(void **state)
{
    struct tls_health health;

    (void)state;
    tls_health_start(&health, 1);
    assert_int_equal(tls_health_test(&health, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(repetition_fails_exactly_at_the_cutoff),
        UNIT_TEST(repetition_counts_the_first_sample_too),
        UNIT_TEST(repetition_is_seen_across_calls_and_windows),
        UNIT_TEST(proportion_fails_exactly_at_the_cutoff),
        UNIT_TEST(proportion_starts_again_with_each_window),
        UNIT_TEST(random_data_passes),
        UNIT_TEST(data_with_just_the_claimed_entropy_passes),
        UNIT_TEST(data_with_half_the_claimed_entropy_fails),
        UNIT_TEST(a_biased_source_fails_at_every_claim),
        UNIT_TEST(a_stuck_source_fails_within_the_startup_test),
        UNIT_TEST(a_restarted_test_forgets_earlier_samples),
        UNIT_TEST(claims_outside_1_to_8_are_limited_to_that_range),
        UNIT_TEST(an_empty_buffer_passes),
    };

    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
