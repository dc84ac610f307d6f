/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_random with a stored seed as its only source. Each boot is a new process, so
 * that the generator starts as on a device; the processes share the seed's memory.
 *
 * wrap: tls_seed_read tls_seed_write
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "tls_config.h"
#include "tls_error.h"
#include "tls_random.h"

#if defined(PKG_MBEDTLS_RANDOM_SEED) && !defined(PKG_MBEDTLS_RANDOM_BOARD) && !defined(PKG_MBEDTLS_RANDOM_HWCRYPTO)

#define BOOTS               100
#define REQUESTS_PER_SEED   10000

/* The state that survives a boot, and the results of a boot. */
struct device
{
    unsigned char seed[TLS_SEED_SIZE];
    int read_fails, write_fails, forgets;
    int reads, writes;
    int written_before_output;
    int ret;
    int failed_is_named;
    unsigned char output[32];
};

static struct device *device;

int __wrap_tls_seed_read(unsigned char seed[TLS_SEED_SIZE]);
int __wrap_tls_seed_write(const unsigned char seed[TLS_SEED_SIZE]);

int __wrap_tls_seed_read(unsigned char seed[TLS_SEED_SIZE])
{
    device->reads++;
    if (device->read_fails)
    {
        return -1;
    }
    memcpy(seed, device->seed, TLS_SEED_SIZE);

    return 0;
}

int __wrap_tls_seed_write(const unsigned char seed[TLS_SEED_SIZE])
{
    static const unsigned char untouched[sizeof(device->output)];

    device->writes++;
    device->written_before_output = memcmp(device->output, untouched, sizeof(untouched)) == 0;
    if (device->write_fails)
    {
        return -1;
    }
    if (!device->forgets)
    {
        memcpy(device->seed, seed, TLS_SEED_SIZE);
    }

    return 0;
}

static int setup(void **state)
{
    size_t i;

    device = mmap(NULL, sizeof(*device), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(device != MAP_FAILED);
    for (i = 0; i < TLS_SEED_SIZE; i++)
    {
        device->seed[i] = (unsigned char)(i * 7 + 1);
    }

    return unit_setup(state);
}

static int teardown(void **state)
{
    munmap(device, sizeof(*device));

    return unit_teardown(state);
}

/* Start the device, run a function, and switch the device off. */
static void boot(void (*run)(void))
{
    int status;
    pid_t child;

    device->reads = device->writes = 0;
    device->written_before_output = 0;
    memset(device->output, 0, sizeof(device->output));
    child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0)
    {
        run();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void draw(void)
{
    device->ret = tls_random_bytes(RT_NULL, device->output, sizeof(device->output));
    device->failed_is_named = tls_random_failed_source() != RT_NULL &&
                              strcmp(tls_random_failed_source(), "stored seed") == 0;
}

static void check_refused(void)
{
    static const unsigned char zeros[sizeof(device->output)];

    memset(device->output, 0xEE, sizeof(device->output));
    boot(draw);
    assert_int_equal(device->ret, TLS_ERR_RANDOM);
    assert_true(device->failed_is_named);
    assert_memory_equal(device->output, zeros, sizeof(zeros));
}

static void an_erased_seed_is_refused_and_not_changed(void **state)
{
    static const unsigned char erased[] = { 0xFF, 0x00, 0x5A };
    unsigned char before[TLS_SEED_SIZE];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(erased); i++)
    {
        memset(device->seed, erased[i], TLS_SEED_SIZE);
        memcpy(before, device->seed, TLS_SEED_SIZE);
        check_refused();
        assert_int_equal(device->writes, 0);
        assert_memory_equal(device->seed, before, TLS_SEED_SIZE);
    }
}

static void an_unreadable_seed_is_refused(void **state)
{
    (void)state;
    device->read_fails = 1;
    check_refused();
    assert_int_equal(device->writes, 0);
}

static void a_seed_that_differs_in_one_byte_is_not_taken_as_erased(void **state)
{
    (void)state;
    memset(device->seed, 0xFF, TLS_SEED_SIZE);
    device->seed[TLS_SEED_SIZE - 1] = 0;
    boot(draw);
    assert_int_equal(device->ret, 0);
}

static void the_next_seed_is_stored_before_the_first_output(void **state)
{
    unsigned char before[TLS_SEED_SIZE];

    (void)state;
    memcpy(before, device->seed, TLS_SEED_SIZE);
    boot(draw);
    assert_int_equal(device->ret, 0);
    assert_int_equal(device->reads, 1);
    assert_int_equal(device->writes, 1);
    assert_true(device->written_before_output);
    assert_memory_not_equal(device->seed, before, TLS_SEED_SIZE);
    assert_memory_not_equal(device->seed, device->output, sizeof(device->output));
    assert_memory_not_equal(device->seed + 32, device->output, sizeof(device->output));
}

static void a_seed_that_cannot_be_replaced_is_refused(void **state)
{
    (void)state;
    device->write_fails = 1;
    check_refused();
    assert_int_equal(device->writes, 1);
}

static void draw_until_the_write_works(void)
{
    int tries;

    for (tries = 0; tries < 3; tries++)
    {
        draw();
        if (device->ret == 0)
        {
            _exit(1);
        }
    }
    device->write_fails = 0;
    draw();
}

static void seeding_works_again_once_the_seed_can_be_written(void **state)
{
    (void)state;
    device->write_fails = 1;
    boot(draw_until_the_write_works);
    assert_int_equal(device->ret, 0);
    assert_int_equal(device->writes, 4);
}

static void boots_never_repeat_an_output_or_a_seed(void **state)
{
    static unsigned char outputs[BOOTS][32], seeds[BOOTS][TLS_SEED_SIZE];
    int i, j;

    (void)state;
    for (i = 0; i < BOOTS; i++)
    {
        boot(draw);
        assert_int_equal(device->ret, 0);
        memcpy(outputs[i], device->output, sizeof(outputs[i]));
        memcpy(seeds[i], device->seed, sizeof(seeds[i]));
        for (j = 0; j < i; j++)
        {
            assert_memory_not_equal(outputs[i], outputs[j], sizeof(outputs[i]));
            assert_memory_not_equal(seeds[i], seeds[j], sizeof(seeds[i]));
        }
    }
}

static void a_board_that_loses_the_new_seed_repeats_its_output(void **state)
{
    unsigned char first[32];

    (void)state;
    /* Boots differ only because tls_seed_write() keeps its contract. */
    device->forgets = 1;
    boot(draw);
    memcpy(first, device->output, sizeof(first));
    boot(draw);
    assert_memory_equal(first, device->output, sizeof(first));
}

static void use_up_a_seed(void)
{
    unsigned char byte;
    int i;

    for (i = 0; i < REQUESTS_PER_SEED; i++)
    {
        if (tls_random_bytes(RT_NULL, &byte, 1) != 0)
        {
            _exit(1);
        }
    }
    if (device->reads != 1 || device->writes != 1)
    {
        _exit(2);
    }
    draw();
}

static void a_reseed_uses_and_replaces_the_seed_again(void **state)
{
    (void)state;
    boot(use_up_a_seed);
    assert_int_equal(device->ret, 0);
    assert_int_equal(device->reads, 2);
    assert_int_equal(device->writes, 2);
    assert_true(device->written_before_output);
}

static void only_mix(void)
{
    device->ret = tls_random_mix((const unsigned char *)"serial", 6);
}

static void mixing_alone_replaces_the_seed_too(void **state)
{
    (void)state;
    boot(only_mix);
    assert_int_equal(device->ret, 0);
    assert_int_equal(device->writes, 1);
}

#define SEED_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        SEED_TEST(an_erased_seed_is_refused_and_not_changed),
        SEED_TEST(an_unreadable_seed_is_refused),
        SEED_TEST(a_seed_that_differs_in_one_byte_is_not_taken_as_erased),
        SEED_TEST(the_next_seed_is_stored_before_the_first_output),
        SEED_TEST(a_seed_that_cannot_be_replaced_is_refused),
        SEED_TEST(seeding_works_again_once_the_seed_can_be_written),
        SEED_TEST(boots_never_repeat_an_output_or_a_seed),
        SEED_TEST(a_board_that_loses_the_new_seed_repeats_its_output),
        SEED_TEST(a_reseed_uses_and_replaces_the_seed_again),
        SEED_TEST(mixing_alone_replaces_the_seed_too),
    };

    return cmocka_run_group_tests_name("seed", tests, NULL, NULL);
}

#else

int main(void)
{
    return UNIT_SKIPPED;
}

#endif
