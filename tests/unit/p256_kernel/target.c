/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs the P-256 kernel on a Cortex-M in QEMU and prints each result, for
 * test_p256_kernel.py, which makes p256_kernel_input.h.
 */
#include <stdint.h>
#include <string.h>

#include "p256_field.h"
#include "p256_kernel.h"

#include "p256_kernel_input.h"

#include "../kernel_program.h"

#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))

extern unsigned char kernel_random[32];

static void print_number(const uint32_t *number)
{
    uint8_t bytes[32];

    p256_to_bytes(bytes, number);
    print(bytes, 32);
}

static void print_result(int result, const uint8_t *bytes, unsigned length)
{
    uint8_t byte = (uint8_t)-result;

    result == 0 ? print(bytes, length) : print(&byte, 1);
}

static void run_field(void)
{
    static p256_number numbers[COUNT(field_numbers)];
    p256_number r;
    unsigned i, j;

    for (i = 0; i < COUNT(field_numbers); i++)
    {
        p256_from_bytes(numbers[i], field_numbers[i]);
    }
    for (i = 0; i < COUNT(field_numbers); i++)
    {
        for (j = 0; j < BELOW_PRIME; j++)       /* those below the prime come first */
        {
            p256_mul(r, numbers[i], numbers[j]);
            print_number(r);
            p256_mul(r, numbers[j], numbers[i]);
            print_number(r);
            if (i < BELOW_PRIME)
            {
                p256_add(r, numbers[i], numbers[j]);
                print_number(r);
                p256_sub(r, numbers[i], numbers[j]);
                print_number(r);
            }
        }
    }
}

static void run_curve(void)
{
    uint8_t bytes[64];
    unsigned i;

    for (i = 0; i < COUNT(keys); i++)
    {
        print_result(p256_public_from_private(bytes, keys[i]), bytes, 64);
        print_result(p256_ecdh_shared_secret(bytes, keys[i], peer), bytes, 32);
        memcpy(kernel_random, keys[COUNT(keys) - 1 - i], 32);
        print_result(p256_ecdsa_sign(bytes, keys[i], keys[i], 32), bytes, 64);
    }
    for (i = 0; i < COUNT(signatures); i++)
    {
        print_result(p256_ecdsa_verify(signatures[i].sig, signatures[i].pub, signatures[i].hash, 32), bytes, 0);
    }
}

static void run(void)
{
    run_field();
    run_curve();
}
