/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_health: each test at its exact cut-off, the cut-offs and false-alarm rates of
 * tls_health.h computed from their definitions, and a zoo of broken and good sources.
 */
#include <math.h>
#include <string.h>

#include "unit.h"

#include "../../ports/src/random/tls_health.h"

#define FALSE_ALARM     30              /* the rate is 2^-30 */
#define GOOD_BYTES      1000000
#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))

static const struct tls_health_limits limits[] =
{
    { 0 }, TLS_HEALTH_LIMITS(1), TLS_HEALTH_LIMITS(2), TLS_HEALTH_LIMITS(3), TLS_HEALTH_LIMITS(4),
    TLS_HEALTH_LIMITS(5), TLS_HEALTH_LIMITS(6), TLS_HEALTH_LIMITS(7), TLS_HEALTH_LIMITS(8),
};

/* Limits that no source reaches, to look at one test alone. */
static const struct tls_health_limits none = { 0xFFFF, 255, 255, 0 };

/* The tail P(X >= cutoff) of the binomial distribution. */
static double tail_of(unsigned entropy, unsigned cutoff)
{
    long double p = 1.0L / (1U << entropy);
    long double probability = 1;        /* P(X = k) */
    long double tail = 0;
    unsigned k;

    for (k = 0; k < TLS_HEALTH_WINDOW; k++)
    {
        probability *= p;
    }
    for (; k >= cutoff; k--)
    {
        tail += probability;
        probability *= k / (TLS_HEALTH_WINDOW - k + 1.0L) * (1 - p) / p;
    }

    return (double)tail;
}

/* The t > 0 with p e^t + (1 - p) e^-2t = 1. With y = e^t: p y^3 - y^2 + (1 - p) = 0, without its root 1. */
static double exponent_of(unsigned entropy)
{
    double p = 1.0 / (1U << entropy);

    return log(((1 - p) + sqrt((1 - p) * (1 - p) + 4 * p * (1 - p))) / (2 * p));
}

static int test_one(struct tls_health *health, const struct tls_health_limits *limit, unsigned sample)
{
    unsigned char byte = (unsigned char)sample;

    return tls_health_test(health, limit, &byte, 1);
}

static void the_cutoffs_are_those_of_the_formulas(void **state)
{
    unsigned entropy;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        const struct tls_health_limits *limit = &limits[entropy];
        double alarm = 1.0 / (1UL << FALSE_ALARM);

        assert_int_equal(limit->repetition, 1 + (FALSE_ALARM + entropy - 1) / entropy);
        assert_true(tail_of(entropy, limit->proportion) <= alarm);
        assert_true(tail_of(entropy, limit->proportion - 1) > alarm);
        assert_int_equal(limit->prediction, ceil((FALSE_ALARM + 4) * log(2) / exponent_of(entropy)));
        assert_int_equal(limit->movement, 4 * entropy);
    }
}

static void the_false_alarm_rates_are_those_of_the_header(void **state)
{
    static const unsigned tenths[] = { 0, 5, 6, 8, 21, 7, 8, 20, 40 };  /* of 10^9 bytes per false alarm */
    unsigned entropy;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        const struct tls_health_limits *limit = &limits[entropy];
        double rate = pow(2, -(double)entropy * (limit->repetition - 1)) +
                      tail_of(entropy, limit->proportion) / TLS_HEALTH_WINDOW +
                      TLS_HEALTH_PREDICTORS * exp(-exponent_of(entropy) * limit->prediction);

        assert_true(rate < pow(2, -29));
        assert_int_equal((unsigned)(1e-8 / rate), tenths[entropy]);
    }
}

static void repetition_fails_exactly_at_the_cutoff(void **state)
{
    unsigned entropy, i;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        struct tls_health health = { 0 };

        assert_int_equal(test_one(&health, &limits[entropy], 7), 0);
        for (i = 1; i < limits[entropy].repetition; i++)
        {
            assert_int_equal(test_one(&health, &limits[entropy], 9), 0);
        }
        assert_int_equal(test_one(&health, &limits[entropy], 9), -1);
    }
}

static void repetition_counts_the_first_sample_too(void **state)
{
    unsigned entropy, i;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        struct tls_health_limits limit = none;
        struct tls_health health = { 0 };

        /* The initial state contains zeros, which must not count as a sample. */
        limit.repetition = limits[entropy].repetition;
        for (i = 1; i < limit.repetition; i++)
        {
            assert_int_equal(test_one(&health, &limit, 0), 0);
        }
        assert_int_equal(test_one(&health, &limit, 0), -1);
    }
}

static void repetition_is_seen_across_calls_and_windows(void **state)
{
    struct tls_health health = { 0 };
    uint64_t numbers = 3;
    unsigned i;

    (void)state;
    for (i = 0; i < TLS_HEALTH_WINDOW - 2; i++)
    {
        assert_int_equal(test_one(&health, &limits[8], (unsigned)unit_number(&numbers)), 0);
    }
    for (i = 1; i < limits[8].repetition; i++)
    {
        assert_int_equal(test_one(&health, &limits[8], 0x55), 0);
    }
    assert_int_equal(test_one(&health, &limits[8], 0x55), -1);
}

/*
 * Feed a window in which the first sample appears count times, in places drawn at
 * random. Returns how many of them had been fed when a test failed, or 0.
 */
static unsigned feed_window(struct tls_health *health, unsigned entropy, unsigned first, unsigned count)
{
    uint64_t numbers = entropy * 1000 + first;
    unsigned fed = 0;
    unsigned i;

    for (i = 0; i < TLS_HEALTH_WINDOW; i++)
    {
        int is_first = i == 0 || unit_number(&numbers) % (TLS_HEALTH_WINDOW - i) < count - fed;

        fed += (unsigned)is_first;
        if (test_one(health, &limits[entropy], is_first ? first : 20 + unit_number(&numbers) % 200) != 0)
        {
            return fed;
        }
    }
    assert_int_equal(fed, count);

    return 0;
}

static void proportion_fails_exactly_at_the_cutoff(void **state)
{
    unsigned entropy;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        unsigned cutoff = limits[entropy].proportion;
        struct tls_health below = { 0 }, at = { 0 };

        assert_int_equal(feed_window(&below, entropy, 3, cutoff - 1), 0);
        assert_int_equal(feed_window(&at, entropy, 3, cutoff), cutoff);
    }
}

static void proportion_starts_again_with_each_window(void **state)
{
    unsigned entropy, i;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        unsigned cutoff = limits[entropy].proportion;
        struct tls_health health = { 0 };

        for (i = 0; i < 10; i++)
        {
            assert_int_equal(feed_window(&health, entropy, i, cutoff - 1), 0);
        }
        assert_int_equal(feed_window(&health, entropy, i, cutoff), cutoff);
    }
}

/* After even bytes a sequence with a period: from its second round on the score is the number of bytes. */
static void prediction_fails_exactly_at_the_cutoff(void **state)
{
    unsigned entropy, period;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        for (period = 4; period <= TLS_HEALTH_PERIOD; period += 4)
        {
            struct tls_health_limits limit = none;
            struct tls_health health = { 0 };
            unsigned char bytes[TLS_HEALTH_PERIOD];
            uint64_t numbers = 1000 + period;
            unsigned i;

            for (i = 0; i < 2 * TLS_HEALTH_PERIOD; i++)
            {
                assert_int_equal(test_one(&health, &limit, (unsigned)unit_number(&numbers)), 0);
            }
            for (i = 0; i < period; i++)
            {
                bytes[i] = (unsigned char)unit_number(&numbers);
            }
            limit.prediction = limits[entropy].prediction;
            /* The steps of the first 4 bytes are from the even bytes, and do not repeat. */
            for (i = 0; i < 4 + period + limit.prediction - 1U; i++)
            {
                assert_int_equal(test_one(&health, &limit, bytes[i % period]), 0);
            }
            assert_int_equal(test_one(&health, &limit, bytes[i % period]), -1);
        }
    }
}

/* Bits that move once in a window are enough; with one bit fewer than the claim the window fails at its end. */
static void movement_fails_exactly_at_the_cutoff(void **state)
{
    unsigned entropy, moving;

    (void)state;
    for (entropy = 1; entropy <= 8; entropy++)
    {
        for (moving = 4 * entropy - 1; moving <= 4 * entropy; moving++)
        {
            struct tls_health_limits limit = none;
            struct tls_health health = { 0 };
            uint64_t numbers = moving;
            uint32_t mask = moving == 32 ? 0xFFFFFFFF : (1UL << moving) - 1;
            uint32_t word = 0;
            unsigned i;
            int ret = 0;

            limit.movement = limits[entropy].movement;
            for (i = 0; i < TLS_HEALTH_WINDOW && ret == 0; i++)
            {
                word = i % 4 == 0 ? (uint32_t)unit_number(&numbers) & mask : word >> 8;
                ret = test_one(&health, &limit, word & 0xFF);
            }
            assert_int_equal(i, TLS_HEALTH_WINDOW);
            assert_int_equal(ret, moving < limit.movement ? -1 : 0);
        }
    }
}

/*
 * The zoo. A source returns its byte number i; seed makes it another of its kind.
 */
struct source
{
    const char *name;
    unsigned (*byte)(unsigned seed, unsigned long i);
    unsigned claim;                     /* the least that excludes it: to be found at this one and all above */
    unsigned within;                    /* bytes after which it is found at the latest */
    unsigned kinds;                     /* seeds to try: 0 to kinds - 1 */
};

/* A number that depends on a seed and an index only. */
static uint32_t number(unsigned seed, unsigned long i)
{
    uint64_t numbers = seed * 1000003UL + i * 0x9E3779B97F4A7C15u;

    return (uint32_t)(unit_number(&numbers) >> 20);
}

/* Byte i of words in the order of a little-endian device. */
static unsigned byte_of(uint32_t word, unsigned long i)
{
    return word >> 8 * (i % 4) & 0xFF;
}

static unsigned stuck_byte(unsigned seed, unsigned long i)
{
    (void)i;
    return seed;
}

static unsigned stuck_word(unsigned seed, unsigned long i)
{
    static const uint32_t words[] =
    {
        0xDEADBEEF, 0, 0xFFFFFFFF, 0xAAAAAAAA, 0x5555AAAA, 0x01020304, 1, 0x80000000, 0xFFFF0000, 0x00FF00FF
    };

    return byte_of(seed < COUNT(words) ? words[seed] : number(seed, 0), i);
}

static unsigned two_words_in_turn(unsigned seed, unsigned long i)
{
    return byte_of(number(seed, i / 4 % 2), i);
}

static unsigned words_in_turn(unsigned seed, unsigned long i)
{
    return byte_of(number(seed, i / 4 % (1 + seed % 16)), i);
}

static unsigned bytes_in_turn(unsigned seed, unsigned long i)
{
    return number(seed, i % (1 + seed % 16)) & 0xFF;
}

static unsigned byte_counter(unsigned seed, unsigned long i)
{
    return (number(seed, 0) + i) & 0xFF;
}

static unsigned word_counter(unsigned seed, unsigned long i)
{
    return byte_of((uint32_t)(number(seed, 0) + i / 4), i);
}

static unsigned word_counter_big_endian(unsigned seed, unsigned long i)
{
    return byte_of((uint32_t)(number(seed, 0) + i / 4), 3 - i % 4);
}

static unsigned half_word_counter(unsigned seed, unsigned long i)
{
    return (number(seed, 0) + i / 2) >> 8 * (i % 2) & 0xFF;
}

/* By 1 every 2 to 100 bytes. */
static unsigned ramp_of_bytes(unsigned seed, unsigned long i)
{
    return (number(seed, 0) + i / (2 + seed % 99)) & 0xFF;
}

/* By 1 every 2 to 100 words. */
static unsigned ramp_of_words(unsigned seed, unsigned long i)
{
    return byte_of((uint32_t)(number(seed, 0) + i / 4 / (2 + seed % 99)), i);
}

/* Bit seed % 32 of each word has one value. */
static unsigned stuck_bit_of_a_word(unsigned seed, unsigned long i)
{
    uint32_t mask = 1UL << seed % 32;

    return byte_of(seed < 32 ? number(seed, i / 4) | mask : number(seed, i / 4) & ~mask, i);
}

static unsigned stuck_bit_of_each_byte(unsigned seed, unsigned long i)
{
    unsigned mask = 1U << seed % 8;

    return (seed < 8 ? number(seed, i) | mask : number(seed, i) & ~mask) & 0xFF;
}

static unsigned four_stuck_bits_of_each_byte(unsigned seed, unsigned long i)
{
    return (number(seed, i) & 0x5A) | (seed & 0xA5);
}

/* Three of four samples are the same byte. */
static unsigned biased(unsigned seed, unsigned long i)
{
    return number(seed, i) % 4 != 0 ? 0xA5 : number(seed + 1, i) & 0xFF;
}

static const struct source broken[] =
{
    { "stuck byte", stuck_byte, 1, 64, 256 },
    { "stuck word", stuck_word, 1, 64, 1000 },
    { "two words in turn", two_words_in_turn, 1, 64, 100 },
    { "1 to 16 words in turn", words_in_turn, 1, 128, 160 },
    { "1 to 16 bytes in turn", bytes_in_turn, 1, 128, 160 },
    { "counter of bytes", byte_counter, 1, 128, 256 },
    { "counter of words", word_counter, 1, 128, 100 },
    { "counter of words, big-endian", word_counter_big_endian, 1, 128, 100 },
    { "counter of 16 bits", half_word_counter, 1, 128, 100 },
    { "slow ramp of bytes", ramp_of_bytes, 1, 512, 99 },
    { "slow ramp of words", ramp_of_words, 1, 128, 99 },
    { "one bit of each word stuck", stuck_bit_of_a_word, 8, 1024, 64 },
    { "one bit of each byte stuck", stuck_bit_of_each_byte, 8, 1024, 16 },
    { "four bits of each byte stuck", four_stuck_bits_of_each_byte, 5, 1024, 16 },
    { "three of four bytes equal", biased, 1, 10 * TLS_HEALTH_WINDOW, 10 },
};

static unsigned even(unsigned seed, unsigned long i)
{
    return number(seed, i) & 0xFF;
}

/* One random bit in each byte: its place, and the other bits, are the same in all. */
static unsigned one_bit(unsigned seed, unsigned long i)
{
    return (seed * 37 & 0xFF) ^ ((number(seed, i) & 1) << seed % 8);
}

/* Each byte is the one before it, or this one with a bit turned: one bit of entropy. */
static unsigned walk(unsigned seed, unsigned long i)
{
    static unsigned last;

    last = i == 0 ? 0 : last ^ (number(seed, i) & 1) << (i % 8);

    return last;
}

/* Half of the bytes are equal; the rest is even: just one bit of min-entropy. */
static unsigned half_equal(unsigned seed, unsigned long i)
{
    return number(seed, i) & 0x100 ? 0x80 : number(seed, i) & 0xFF;
}

/* A converter of 12 bits with 3 bits of noise, in 16 bits. */
static unsigned converter(unsigned seed, unsigned long i)
{
    return i % 2 == 0 ? 0xA0 + number(seed, i) % 8 : 0x07;
}

/* Here claim is the highest that holds: no test may fail at it or below. */
static const struct source good[] =
{
    { "even bytes", even, 8, 0, 1 },
    { "one random bit in each byte", one_bit, 1, 0, 2 },
    { "a random walk", walk, 1, 0, 1 },
    { "half of the bytes equal", half_equal, 1, 0, 1 },
    { "three random bits of sixteen", converter, 1, 0, 1 },
};

/* After how many bytes is this source found? More than most: it was not found. */
static unsigned long find(struct tls_health *health, unsigned claim, const struct source *source, unsigned seed,
                          unsigned long most)
{
    unsigned long i;

    for (i = 0; i < most; i++)
    {
        if (test_one(health, &limits[claim], source->byte(seed, i)) != 0)
        {
            return i + 1;
        }
    }

    return most + 1;
}

static void check_found(const struct source *source, unsigned claim, unsigned seed, struct tls_health *health,
                        unsigned long most)
{
    unsigned long bytes = find(health, claim, source, seed, most);

    if (bytes > most)
    {
        fail_msg("%s, number %u, at %u bits per byte: not found in %lu bytes", source->name, seed, claim, most);
    }
}

static void broken_sources_fail_the_startup_test(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(broken); i++)
    {
        unsigned claim, seed;

        for (claim = broken[i].claim; claim <= 8; claim++)
        {
            for (seed = 0; seed < broken[i].kinds; seed++)
            {
                struct tls_health health = { 0 };

                check_found(&broken[i], claim, seed, &health,
                            broken[i].within > TLS_HEALTH_STARTUP ? broken[i].within : TLS_HEALTH_STARTUP);
            }
        }
    }
}

/* The tests have run for long when the source breaks; where in a window differs. */
static void sources_that_break_after_a_day_are_found(void **state)
{
    static const struct source day = { "even bytes", even, 8, 0, 0 };
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(broken); i++)
    {
        unsigned claim, seed;

        for (claim = broken[i].claim; claim <= 8; claim++)
        {
            struct tls_health after = { 0 };

            assert_true(find(&after, claim, &day, (unsigned)i, 86400 + 37 * i) > 86400 + 37 * i);
            for (seed = 0; seed < broken[i].kinds; seed++)
            {
                struct tls_health health = after;

                check_found(&broken[i], claim, seed, &health, broken[i].within);
            }
        }
    }
}

static void good_sources_pass_a_million_bytes(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(good); i++)
    {
        unsigned claim, seed;

        for (claim = 1; claim <= good[i].claim; claim++)
        {
            for (seed = 0; seed < good[i].kinds; seed++)
            {
                struct tls_health health = { 0 };
                unsigned long bytes = find(&health, claim, &good[i], seed, GOOD_BYTES);

                if (bytes <= GOOD_BYTES)
                {
                    fail_msg("%s, number %u, at %u bits per byte: failed at byte %lu", good[i].name, seed, claim,
                             bytes);
                }
            }
        }
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
        struct tls_health health = { 0 };

        for (i = 0; i < GOOD_BYTES / 4; i++)
        {
            assert_int_equal(test_one(&health, &limits[entropy], (unsigned)(unit_number(&numbers) >> (64 - entropy))),
                             0);
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
        struct tls_health health = { 0 };
        long samples = 0;

        while (test_one(&health, &limits[entropy], (unsigned)(unit_number(&numbers) >> (64 - entropy / 2))) == 0)
        {
            samples++;
            assert_in_range(samples, 0, 20 * TLS_HEALTH_WINDOW);
        }
    }
}

static void an_empty_buffer_passes(void **state)
{
    struct tls_health health = { 0 };

    (void)state;
    assert_int_equal(tls_health_test(&health, &limits[1], NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(the_cutoffs_are_those_of_the_formulas),
        UNIT_TEST(the_false_alarm_rates_are_those_of_the_header),
        UNIT_TEST(repetition_fails_exactly_at_the_cutoff),
        UNIT_TEST(repetition_counts_the_first_sample_too),
        UNIT_TEST(repetition_is_seen_across_calls_and_windows),
        UNIT_TEST(proportion_fails_exactly_at_the_cutoff),
        UNIT_TEST(proportion_starts_again_with_each_window),
        UNIT_TEST(prediction_fails_exactly_at_the_cutoff),
        UNIT_TEST(movement_fails_exactly_at_the_cutoff),
        UNIT_TEST(broken_sources_fail_the_startup_test),
        UNIT_TEST(sources_that_break_after_a_day_are_found),
        UNIT_TEST(good_sources_pass_a_million_bytes),
        UNIT_TEST(data_with_just_the_claimed_entropy_passes),
        UNIT_TEST(data_with_half_the_claimed_entropy_fails),
        UNIT_TEST(an_empty_buffer_passes),
    };

    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
