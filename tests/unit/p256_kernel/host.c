/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the P-256 kernel needs of its surroundings, for test_p256_kernel.py.
 */
#include <string.h>

#include "tls_random.h"

#include "mbedtls/platform_util.h"

unsigned char kernel_random[32];
int kernel_random_fails;

int tls_random_bytes(void *context, unsigned char *output, size_t length)
{
    (void)context;
    memcpy(output, kernel_random, length);

    return kernel_random_fails;
}

void mbedtls_platform_zeroize(void *memory, size_t size)
{
    volatile unsigned char *at = memory;

    while (size-- > 0)
    {
        *at++ = 0;
    }
}
