/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_random with a stored seed as its only source. Each boot is a new process, so
 * that the generator starts as on a device; the processes share the flash in which
 * the seed is. Flash is erased and programmed byte by byte, and power may fail before
 * each of them.
 *
 * wrap: tls_seed_slot_read tls_seed_slot_write
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
#define WRITES_PER_SEED     2
#define STEPS_PER_SEED      (WRITES_PER_SEED * 2 * TLS_SEED_SIZE)   /* bytes erased and programmed */
#define POWER_STAYS         1000000

/* The state that survives a boot, and the results of a boot. */
struct device
{
    unsigned char slots[TLS_SEED_SLOTS][TLS_SEED_SIZE];
    int steps_left;                     /* bytes to erase or program until power fails */
    int is_messy;                       /* a slot being erased then holds anything */
    int read_fails, write_fails, forgets;
    int reads, writes;
    int is_cut;
    int ret;
    int failed_is_named;
    unsigned char output[32];
};

static struct device *device;

int __wrap_tls_seed_slot_read(unsigned slot, unsigned char data[TLS_SEED_SIZE]);
int __wrap_tls_seed_slot_write(unsigned slot, const unsigned char data[TLS_SEED_SIZE]);

int __wrap_tls_seed_slot_read(unsigned slot, unsigned char data[TLS_SEED_SIZE])
{
    device->reads++;
    if (device->read_fails)
    {
        return -1;
    }
    memcpy(data, device->slots[slot], TLS_SEED_SIZE);

    return 0;
}

/* Erase or program one byte, unless power fails now. */
static void set_byte(unsigned slot, unsigned i, unsigned char value, int is_erase)
{
    uint64_t numbers = i;

    if (device->steps_left-- == 0)
    {
        device->is_cut = 1;
        for (i = 0; i < TLS_SEED_SIZE && is_erase && device->is_messy; i++)
        {
            device->slots[slot][i] &= (unsigned char)unit_number(&numbers);
        }
        _exit(0);
    }
    device->slots[slot][i] = value;
}

int __wrap_tls_seed_slot_write(unsigned slot, const unsigned char data[TLS_SEED_SIZE])
{
    unsigned i;

    device->writes++;
    if (device->write_fails)
    {
        return -1;
    }
    for (i = 0; i < TLS_SEED_SIZE && !device->forgets; i++)
    {
        set_byte(slot, i, 0xFF, 1);
    }
    for (i = 0; i < TLS_SEED_SIZE && !device->forgets; i++)
    {
        set_byte(slot, i, data[i], 0);
    }

    return 0;
}

/* The state in which a device leaves the factory: a seed in one slot, the other one erased. */
static void make_seed(unsigned slot)
{
    unsigned char secret[TLS_SEED_SECRET_SIZE];
    size_t i;

    for (i = 0; i < sizeof(secret); i++)
    {
        secret[i] = (unsigned char)(i * 7 + 1);
    }
    memset(device->slots, 0xFF, sizeof(device->slots));
    tls_seed_format(device->slots[slot], secret);
}

static int setup(void **state)
{
    device = mmap(NULL, sizeof(*device), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(device != MAP_FAILED);
    make_seed(0);
    device->steps_left = POWER_STAYS;

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

    device->reads = device->writes = device->is_cut = 0;
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

static void check_refused(void (*start)(void (*run)(void)))
{
    static const unsigned char zeros[sizeof(device->output)];

    memset(device->output, 0xEE, sizeof(device->output));
    start(draw);
    assert_int_equal(device->ret, TLS_ERR_RANDOM);
    assert_true(device->failed_is_named);
    assert_memory_equal(device->output, zeros, sizeof(zeros));
}

static void run_here(void (*run)(void))
{
    run();
}

/* Without a seed the generator stays as it was at the start, so that no new process is needed. */
static void check_no_seed(void)
{
    unsigned char before[TLS_SEED_SLOTS][TLS_SEED_SIZE];

    memcpy(before, device->slots, sizeof(before));
    device->writes = 0;
    check_refused(run_here);
    assert_int_equal(device->writes, 0);
    assert_memory_equal(device->slots, before, sizeof(before));
}

/* Is there one slot with a whole seed? The other one must be erased or zeros. */
static unsigned whole_slot(void)
{
    unsigned char zeros[TLS_SEED_SIZE] = { 0 }, erased[TLS_SEED_SIZE];
    unsigned used;

    memset(erased, 0xFF, sizeof(erased));
    used = memcmp(device->slots[0], zeros, TLS_SEED_SIZE) == 0 || memcmp(device->slots[0], erased, TLS_SEED_SIZE) == 0;
    assert_memory_not_equal(device->slots[used], zeros, TLS_SEED_SIZE);
    assert_memory_not_equal(device->slots[used], erased, TLS_SEED_SIZE);
    assert_true(memcmp(device->slots[!used], zeros, TLS_SEED_SIZE) == 0 ||
                memcmp(device->slots[!used], erased, TLS_SEED_SIZE) == 0);

    return used;
}

static void no_seed_is_refused_and_not_changed(void **state)
{
    static const unsigned char values[] = { 0xFF, 0x00, 0x5A };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(values); i++)
    {
        memset(device->slots, values[i], sizeof(device->slots));
        check_no_seed();
    }
}

static void an_unreadable_seed_is_refused(void **state)
{
    (void)state;
    device->read_fails = 1;
    check_no_seed();
}

/* A write that ended after 1 to 63 bytes, 4 for example, over erased bytes, zeros, or another seed. */
static void a_torn_seed_is_refused(void **state)
{
    unsigned char whole[TLS_SEED_SIZE];
    unsigned slot, i, old;

    (void)state;
    for (slot = 0; slot < TLS_SEED_SLOTS; slot++)
    {
        make_seed(slot);
        memcpy(whole, device->slots[slot], TLS_SEED_SIZE);
        for (i = 1; i < TLS_SEED_SIZE; i++)
        {
            for (old = 0; old < 3; old++)
            {
                memset(device->slots[slot], old == 0 ? 0xFF : old == 1 ? 0 : 0x3C, TLS_SEED_SIZE);
                memcpy(device->slots[slot], whole, i);
                check_no_seed();
            }
        }
    }
}

static void one_wrong_bit_is_refused(void **state)
{
    unsigned bit;

    (void)state;
    for (bit = 0; bit < 8 * TLS_SEED_SIZE; bit++)
    {
        device->slots[0][bit / 8] ^= 1U << bit % 8;
        check_no_seed();
        device->slots[0][bit / 8] ^= 1U << bit % 8;
    }
    boot(draw);
    assert_int_equal(device->ret, 0);
}

static void the_next_seed_is_stored_and_the_old_one_gone_before_the_first_output(void **state)
{
    unsigned char before[TLS_SEED_SIZE];
    unsigned slot, i;

    (void)state;
    for (slot = 0; slot < TLS_SEED_SLOTS; slot++)
    {
        make_seed(slot);
        memcpy(before, device->slots[slot], TLS_SEED_SIZE);
        boot(draw);
        assert_int_equal(device->ret, 0);
        assert_int_equal(device->writes, WRITES_PER_SEED);
        assert_int_equal(whole_slot(), !slot);
        assert_memory_not_equal(device->slots[!slot], before, TLS_SEED_SIZE);
        for (i = 0; i + sizeof(device->output) <= TLS_SEED_SIZE; i++)
        {
            assert_memory_not_equal(device->slots[!slot] + i, device->output, sizeof(device->output));
        }
    }
}

static void a_seed_that_cannot_be_replaced_is_refused(void **state)
{
    (void)state;
    device->write_fails = 1;
    check_refused(boot);
    assert_int_equal(device->writes, 1);
}

/* tls_seed_slot_write() returns 0 but stores nothing: boots would repeat their output. */
static void a_board_that_loses_the_new_seed_is_refused(void **state)
{
    (void)state;
    device->forgets = 1;
    check_refused(boot);
    check_refused(boot);
}

/*
 * Power fails before a step of a boot, and perhaps before a step of the next one.
 * Neither gave an output; the boots after them must, and must not repeat one.
 */
static void check_cut(const struct device *before, int cut, int second_cut)
{
    static const unsigned char none[sizeof(device->output)];
    unsigned char first[sizeof(device->output)];
    int cuts[] = { cut, second_cut };
    size_t i;

    memcpy(device->slots, before->slots, sizeof(device->slots));
    for (i = 0; i < 2 && cuts[i] >= 0; i++)
    {
        device->steps_left = cuts[i];
        boot(draw);
        assert_true(device->is_cut);
        assert_memory_equal(device->output, none, sizeof(none));
    }
    device->steps_left = POWER_STAYS;
    boot(draw);
    assert_int_equal(device->ret, 0);
    assert_memory_not_equal(device->output, before->output, sizeof(device->output));
    (void)whole_slot();
    if (cut % 8 != 0)
    {
        return;
    }
    memcpy(first, device->output, sizeof(first));
    boot(draw);
    assert_int_equal(device->ret, 0);
    assert_memory_not_equal(device->output, first, sizeof(first));
    assert_memory_not_equal(device->output, before->output, sizeof(device->output));
}

static void power_may_fail_at_every_byte(void **state)
{
    struct device before;
    int boots, cut;

    (void)state;
    /* The newest seed is in slot 1 after the first boot, in slot 0 after the second. */
    for (boots = 0; boots < 2; boots++)
    {
        boot(draw);
        before = *device;
        for (cut = 0; cut < STEPS_PER_SEED; cut++)
        {
            device->is_messy = cut % 2;
            check_cut(&before, cut, -1);
        }
        for (cut = 0; cut < STEPS_PER_SEED; cut += 5)
        {
            device->is_messy = cut % 2;
            check_cut(&before, cut, cut * 7 % STEPS_PER_SEED);
        }
        *device = before;
    }
}

static void the_counter_may_wrap_around(void **state)
{
    (void)state;
    /* Records with the counters 0xFFFFFFFF (slot 0) and 0 (slot 1), made by zlib's crc32(). */
    memset(device->slots[0], 0x11, TLS_SEED_SIZE);
    memset(device->slots[0], 0xFF, 4);
    memcpy(device->slots[0] + 60, "\x85\x30\x7A\x6C", 4);
    memset(device->slots[1], 0x22, TLS_SEED_SIZE);
    memset(device->slots[1], 0, 4);
    memcpy(device->slots[1] + 60, "\xBD\x11\x68\xF8", 4);
    boot(draw);
    assert_int_equal(device->ret, 0);
    assert_int_equal(whole_slot(), 0);  /* the one after the newest replaces the older one */
    assert_int_equal(device->slots[0][0], 1);
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
    assert_int_equal(device->writes, 3 + WRITES_PER_SEED);
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
        memcpy(seeds[i], device->slots[whole_slot()], sizeof(seeds[i]));
        for (j = 0; j < i; j++)
        {
            assert_memory_not_equal(outputs[i], outputs[j], sizeof(outputs[i]));
            assert_memory_not_equal(seeds[i], seeds[j], sizeof(seeds[i]));
        }
    }
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
    if (device->writes != WRITES_PER_SEED)
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
    assert_int_equal(device->writes, 2 * WRITES_PER_SEED);
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
    assert_int_equal(device->writes, WRITES_PER_SEED);
}

#define SEED_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        SEED_TEST(no_seed_is_refused_and_not_changed),
        SEED_TEST(an_unreadable_seed_is_refused),
        SEED_TEST(a_torn_seed_is_refused),
        SEED_TEST(one_wrong_bit_is_refused),
        SEED_TEST(the_next_seed_is_stored_and_the_old_one_gone_before_the_first_output),
        SEED_TEST(a_seed_that_cannot_be_replaced_is_refused),
        SEED_TEST(a_board_that_loses_the_new_seed_is_refused),
        SEED_TEST(power_may_fail_at_every_byte),
        SEED_TEST(the_counter_may_wrap_around),
        SEED_TEST(seeding_works_again_once_the_seed_can_be_written),
        SEED_TEST(boots_never_repeat_an_output_or_a_seed),
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
