/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_random with the board's noise source: its output, and what happens when the
 * source fails.
 *
 * wrap: tls_random_board
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "tls_config.h"
#include "tls_error.h"
#include "../../ports/src/random/tls_health.h"
#include "tls_random.h"

#if defined(PKG_MBEDTLS_RANDOM_BOARD) && defined(BOARD_USING_RANDOM) && !defined(PKG_MBEDTLS_RANDOM_SEED)

#define REQUESTS_PER_SEED   10000
#define REQUEST_MAX         1024        /* bytes of one request to the generator */
#define LENGTH_LONG         100000
#define DRAW                64          /* bytes that a check reads */
#define NOISE               ((384 + PKG_MBEDTLS_RANDOM_MIN_ENTROPY - 1) / PKG_MBEDTLS_RANDOM_MIN_ENTROPY)
#define THREADS             8
#define ROUNDS              3000

int __real_tls_random_board(unsigned char *buffer, size_t length);
int __wrap_tls_random_board(unsigned char *buffer, size_t length);

static size_t source_bytes;             /* read so far */
static int is_repeating;                /* each read returns the bytes of the read before it */
static int readers, most_readers;       /* threads in the source at once */

int __wrap_tls_random_board(unsigned char *buffer, size_t length)
{
    int now = __atomic_add_fetch(&readers, 1, __ATOMIC_SEQ_CST);
    int ret;

    most_readers = now > most_readers ? now : most_readers;
    source_bytes += length;
    ret = __real_tls_random_board(buffer, length);
    if (is_repeating)
    {
        uint64_t numbers = 1;
        size_t i;

        for (i = 0; i < length; i++)
        {
            buffer[i] = (unsigned char)unit_number(&numbers);
        }
    }
    __atomic_sub_fetch(&readers, 1, __ATOMIC_SEQ_CST);

    return ret;
}

static int is_zero(const unsigned char *data, size_t length)
{
    while (length > 0 && *data == 0)
    {
        data++;
        length--;
    }

    return length == 0;
}

#ifdef PKG_MBEDTLS_RANDOM_DIRECT
#define READ_FOR_A_DRAW     DRAW
#else
#define READ_FOR_A_DRAW     NOISE

/* Draw until the next request reads the source. */
static void use_up_the_seed(void)
{
    unsigned char byte;
    size_t before;
    int i;

    standin_board_random_set(STANDIN_RANDOM_GOOD);
    before = source_bytes;
    while (source_bytes == before)
    {
        assert_int_equal(tls_random_bytes(RT_NULL, &byte, 1), 0);
    }
    for (i = 1; i < REQUESTS_PER_SEED; i++)
    {
        assert_int_equal(tls_random_bytes(RT_NULL, &byte, 1), 0);
    }
}

#endif

static void check_refused(enum standin_random behaviour)
{
    unsigned char output[DRAW];

    standin_board_random_set(behaviour);
    memset(output, 0xEE, sizeof(output));
    assert_int_equal(tls_random_bytes(RT_NULL, output, sizeof(output)), TLS_ERR_RANDOM);
    assert_true(is_zero(output, sizeof(output)));
    assert_string_equal(tls_random_failed_source(), "tls_random_board()");
    assert_int_equal(tls_random_mix((const unsigned char *)"serial", 6), TLS_ERR_RANDOM);
}

static void check_recovered(void)
{
    unsigned char output[DRAW] = { 0 };
    size_t before = source_bytes;

    standin_board_random_set(STANDIN_RANDOM_GOOD);
    assert_int_equal(tls_random_bytes(RT_NULL, output, sizeof(output)), 0);
    assert_false(is_zero(output, sizeof(output)));
    assert_null(tls_random_failed_source());
    /* A source that failed goes through its start-up test again. */
    assert_int_equal(source_bytes - before, TLS_HEALTH_STARTUP + READ_FOR_A_DRAW);
}

static void no_output_before_a_good_seed(void **state)
{
    (void)state;
    check_refused(STANDIN_RANDOM_ABSENT);
    check_refused(STANDIN_RANDOM_STUCK);
    check_refused(STANDIN_RANDOM_ERROR);
    check_recovered();
}

#ifdef PKG_MBEDTLS_RANDOM_DIRECT

static void every_byte_comes_from_the_source(void **state)
{
    unsigned char output[DRAW];
    size_t before, length;

    (void)state;
    check_refused(STANDIN_RANDOM_ERROR);
    check_recovered();
    for (length = 0; length <= DRAW; length++)
    {
        before = source_bytes;
        assert_int_equal(tls_random_bytes(RT_NULL, output, length), 0);
        assert_int_equal(source_bytes - before, length);
    }
}

static void a_source_that_fails_is_noticed_at_once(void **state)
{
    static const enum standin_random bad[] =
    {
        STANDIN_RANDOM_ABSENT, STANDIN_RANDOM_STUCK, STANDIN_RANDOM_ERROR
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    {
        check_refused(bad[i]);
        check_refused(bad[i]);
        check_recovered();
    }
}

#else

static void a_reseed_from_a_bad_source_gives_zeros_and_then_recovers(void **state)
{
    static const enum standin_random bad[] =
    {
        STANDIN_RANDOM_ABSENT, STANDIN_RANDOM_STUCK, STANDIN_RANDOM_ERROR
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    {
        use_up_the_seed();
        check_refused(bad[i]);
        check_refused(bad[i]);
        check_recovered();
    }
}

static void a_source_that_fails_half_way_clears_the_whole_output(void **state)
{
    unsigned char *output = malloc(LENGTH_LONG);
    unsigned char byte;
    size_t before;
    int i;

    (void)state;
    assert_non_null(output);
    use_up_the_seed();
    before = source_bytes;
    assert_int_equal(tls_random_bytes(RT_NULL, &byte, 1), 0);
    assert_true(source_bytes > before);
    /* 10 requests are left; the output takes 98. */
    for (i = 1; i < REQUESTS_PER_SEED - 10; i++)
    {
        assert_int_equal(tls_random_bytes(RT_NULL, &byte, 1), 0);
    }
    standin_board_random_set(STANDIN_RANDOM_ERROR);
    memset(output, 0xEE, LENGTH_LONG);
    assert_int_equal(tls_random_bytes(RT_NULL, output, LENGTH_LONG), TLS_ERR_RANDOM);
    assert_true(is_zero(output, LENGTH_LONG));
    free(output);
    check_recovered();
}

static void every_10000th_request_reads_the_source(void **state)
{
    unsigned char byte;
    size_t before;
    int i, round;

    (void)state;
    use_up_the_seed();
    for (round = 0; round < 2; round++)
    {
        before = source_bytes;
        assert_int_equal(tls_random_bytes(RT_NULL, &byte, 1), 0);
        assert_int_equal(source_bytes - before, NOISE);
        before = source_bytes;
        for (i = 1; i < REQUESTS_PER_SEED; i++)
        {
            assert_int_equal(tls_random_bytes(RT_NULL, &byte, 1), 0);
        }
        assert_int_equal(source_bytes, before);
    }
}

/* The output after a reseeding from known bytes, if serial was mixed in before it. */
static void reseed_after(const char *serial, unsigned char output[DRAW], int pipe_end)
{
    unsigned char byte;
    int i;

    is_repeating = 1;
    (void)tls_random_mix((const unsigned char *)serial, strlen(serial));
    for (i = 0; i < REQUESTS_PER_SEED; i++)
    {
        (void)tls_random_bytes(RT_NULL, &byte, 1);
    }
    (void)tls_random_bytes(RT_NULL, output, DRAW);
    (void)!write(pipe_end, output, DRAW);
    _exit(0);
}

/* Two processes start from the same state and reseed from the same bytes. */
static void a_reseed_keeps_what_was_mixed_in(void **state)
{
    static const char *const serials[] = { "A1", "A2", "A1" };
    unsigned char output[3][DRAW];
    size_t i;

    (void)state;
    use_up_the_seed();
    for (i = 0; i < 3; i++)
    {
        int ends[2], status;
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        assert_int_not_equal(child, -1);
        if (child == 0)
        {
            reseed_after(serials[i], output[i], ends[1]);
        }
        assert_int_equal(read(ends[0], output[i], DRAW), DRAW);
        assert_int_equal(waitpid(child, &status, 0), child);
        close(ends[0]);
        close(ends[1]);
    }
    assert_memory_equal(output[0], output[2], DRAW);
    assert_memory_not_equal(output[0], output[1], DRAW);
}

static void a_long_output_counts_as_many_requests(void **state)
{
    unsigned char *output = malloc(LENGTH_LONG);
    int requests = (LENGTH_LONG + REQUEST_MAX - 1) / REQUEST_MAX;
    size_t before;
    int i;

    (void)state;
    assert_non_null(output);
    use_up_the_seed();
    for (i = 0; i < REQUESTS_PER_SEED / requests; i++)
    {
        assert_int_equal(tls_random_bytes(RT_NULL, output, LENGTH_LONG), 0);
    }
    before = source_bytes;
    assert_int_equal(tls_random_bytes(RT_NULL, output, LENGTH_LONG), 0);
    assert_int_equal(source_bytes - before, NOISE);
    free(output);
}

#endif

static void every_length_is_filled_exactly(void **state)
{
    static const size_t lengths[] = { 0, 1, 2, 31, 1023, 1024, 1025, 4096, LENGTH_LONG };
    unsigned char *output = malloc(LENGTH_LONG + 16);
    size_t i, j;

    (void)state;
    assert_non_null(output);
    for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
    {
        size_t values[256] = { 0 };
        size_t different = 0;

        memset(output, 0xEE, LENGTH_LONG + 16);
        assert_int_equal(tls_random_bytes(RT_NULL, output, lengths[i]), 0);
        for (j = 0; j < 16; j++)
        {
            assert_int_equal(output[lengths[i] + j], 0xEE);
        }
        /* The last bytes are as random as the first ones. */
        for (j = lengths[i] > 1024 ? lengths[i] - 1024 : 0; j < lengths[i]; j++)
        {
            different += values[output[j]]++ == 0;
        }
        if (lengths[i] >= 1023)
        {
            assert_in_range(different, 230, 256);
        }
    }
    free(output);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

static void outputs_never_repeat(void **state)
{
    unsigned char (*output)[16] = malloc(ROUNDS * sizeof(*output));
    int i;

    (void)state;
    assert_non_null(output);
    for (i = 0; i < ROUNDS; i++)
    {
        assert_int_equal(tls_random_bytes(RT_NULL, output[i], sizeof(output[i])), 0);
    }
    qsort(output, ROUNDS, sizeof(*output), compare);
    for (i = 1; i < ROUNDS; i++)
    {
        assert_int_not_equal(compare(output[i - 1], output[i]), 0);
    }
    free(output);
}

static void mixing_takes_any_length_and_repeats_nothing(void **state)
{
    unsigned char *data = calloc(1, 100000);
    unsigned char first[32], second[32];

    (void)state;
    assert_non_null(data);
    assert_int_equal(tls_random_mix(data, 0), 0);
    assert_int_equal(tls_random_mix(RT_NULL, 0), 0);
    assert_int_equal(tls_random_mix(data, 1), 0);
    assert_int_equal(tls_random_mix(data, 256), 0);
    assert_int_equal(tls_random_mix(data, 257), 0);
    assert_int_equal(tls_random_mix(data, 100000), 0);
    assert_int_equal(tls_random_bytes(RT_NULL, first, sizeof(first)), 0);
    assert_int_equal(tls_random_mix(data, 256), 0);
    assert_int_equal(tls_random_bytes(RT_NULL, second, sizeof(second)), 0);
    assert_memory_not_equal(first, second, sizeof(first));
    free(data);
}

static unsigned char (*shared)[16];

static void draw(int number)
{
    int i;

    for (i = 0; i < ROUNDS; i++)
    {
        if (tls_random_bytes(RT_NULL, shared[number * ROUNDS + i], 16) != 0 ||
            (i % 100 == 0 && tls_random_mix((const unsigned char *)&number, sizeof(number)) != 0))
        {
            memset(shared, 0, 32);      /* two equal ones, which the caller finds */
        }
    }
}

static void many_threads_draw_different_numbers_and_seed_one_at_a_time(void **state)
{
    size_t before = source_bytes;
    int i;

    (void)state;
    shared = calloc(THREADS * ROUNDS, sizeof(*shared));
    assert_non_null(shared);
    most_readers = 0;
    unit_in_threads(THREADS, draw);
    qsort(shared, THREADS * ROUNDS, sizeof(*shared), compare);
    for (i = 1; i < THREADS * ROUNDS; i++)
    {
        assert_int_not_equal(compare(shared[i - 1], shared[i]), 0);
    }
    free(shared);
    /* 24,000 requests seed at least twice, or each reads the source. */
    assert_true(source_bytes - before >= 2 * READ_FOR_A_DRAW);
    assert_int_equal(most_readers, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(no_output_before_a_good_seed),
#ifdef PKG_MBEDTLS_RANDOM_DIRECT
        UNIT_TEST(every_byte_comes_from_the_source),
        UNIT_TEST(a_source_that_fails_is_noticed_at_once),
#else
        UNIT_TEST(a_reseed_from_a_bad_source_gives_zeros_and_then_recovers),
        UNIT_TEST(a_source_that_fails_half_way_clears_the_whole_output),
        UNIT_TEST(every_10000th_request_reads_the_source),
        UNIT_TEST(a_reseed_keeps_what_was_mixed_in),
        UNIT_TEST(a_long_output_counts_as_many_requests),
#endif
        UNIT_TEST(every_length_is_filled_exactly),
        UNIT_TEST(outputs_never_repeat),
        UNIT_TEST(mixing_takes_any_length_and_repeats_nothing),
        UNIT_TEST(many_threads_draw_different_numbers_and_seed_one_at_a_time),
    };

    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}

#else

int main(void)
{
    return UNIT_SKIPPED;
}

#endif
