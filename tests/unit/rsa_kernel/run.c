/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Computes powers by rsa_modexp.c and prints them, for test_rsa_kernel.py, which makes
 * rsa_kernel_input.h: on a Cortex-M in QEMU, or on this machine.
 */
#include <stdint.h>
#include <string.h>

#include "rsa_modexp.h"

#include "../kernel_program.h"

#define LENGTH_MAX      512

struct input
{
    unsigned length, exponent;
    uint8_t modulus[LENGTH_MAX], base[LENGTH_MAX];
};

#include "rsa_kernel_input.h"

/* What rsa_modexp.c needs of the engine and of base/: the numbers are those of the input. */
static const struct input *now;
static mbedtls_mpi modulus, exponent;
static uint32_t heap[4 * LENGTH_MAX / 4 + 4];

size_t mbedtls_mpi_bitlen(const mbedtls_mpi *number)
{
    size_t bits = 8 * now->length;
    unsigned value = now->exponent;

    if (number == &modulus)
    {
        for (value = now->modulus[0], bits -= 8; value != 0; value >>= 1)
        {
            bits++;
        }
        return bits;
    }
    for (bits = 0; value != 0; value >>= 1)
    {
        bits++;
    }

    return bits;
}

int mbedtls_mpi_get_bit(const mbedtls_mpi *number, size_t bit)
{
    (void)number;

    return now->exponent >> bit & 1;
}

int mbedtls_mpi_write_binary(const mbedtls_mpi *number, unsigned char *bytes, size_t length)
{
    (void)number;
    memcpy(bytes, now->modulus, length);

    return 0;
}

void *tls_calloc(size_t count, size_t size)
{
    memset(heap, 0, sizeof(heap));

    return count * size <= sizeof(heap) ? heap : NULL;
}

void tls_free(void *block)
{
    (void)block;
}

void tls_zeroize(void *block, size_t length)
{
    memset(block, 0, length);
}

static void run(void)
{
    static uint8_t data[LENGTH_MAX];
    unsigned i;

    for (i = 0; i < sizeof(inputs) / sizeof(*inputs); i++)
    {
        now = &inputs[i];
        memcpy(data, now->base, now->length);
        if (rsa_modexp(data, now->length, &modulus, &exponent) != 0)
        {
            print_line("failed\n");
        }
        print(data, now->length);
    }
}
