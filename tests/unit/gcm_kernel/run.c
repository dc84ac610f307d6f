/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Encrypts messages of all lengths by the AES-GCM of ports/src/alt and prints each tag, for
 * test_gcm_kernel.py: on a Cortex-M in QEMU, or on this machine.
 */
#include <stdint.h>
#include <string.h>

#include "mbedtls/gcm.h"

#include "../kernel_program.h"

#define LENGTHS         301

void mbedtls_platform_zeroize(void *bytes, size_t length)
{
    memset(bytes, 0, length);
}

int mbedtls_ct_memcmp(const void *a, const void *b, size_t length)
{
    return memcmp(a, b, length);
}

/* The same numbers as in test_gcm_kernel.py. */
static void fill(uint8_t *bytes, unsigned length, unsigned seed)
{
    uint32_t state = seed;

    while (length-- > 0)
    {
        state = state * 1103515245u + 12345u;
        *bytes++ = (uint8_t)(state >> 16);
    }
}

/* A message of this length, at an address that is no multiple of 4. */
static void run_length(unsigned key_bits, unsigned length)
{
    static uint8_t plain[LENGTHS + 8], output[LENGTHS + 8], back[LENGTHS + 8];
    static mbedtls_gcm_context gcm;
    uint8_t key[32], iv[12], add[32], tag[16];
    unsigned at = length % 4, add_length = length % 32;

    fill(key, 32, length);
    fill(iv, 12, length + 1000);
    fill(add, 32, length + 2000);
    fill(plain + at, length, length + 3000);
    mbedtls_gcm_init(&gcm);
    mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, key_bits);
    mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, length, iv, 12, add, add_length, plain + at, output + 3 - at,
                              16, tag);
    print(tag, 16);
    if (mbedtls_gcm_auth_decrypt(&gcm, length, iv, 12, add, add_length, tag, 16, output + 3 - at, back) != 0 ||
        memcmp(back, plain + at, length) != 0)
    {
        print_line("decryption failed\n");
    }
    tag[length % 16] ^= 1;
    if (mbedtls_gcm_auth_decrypt(&gcm, length, iv, 12, add, add_length, tag, 16, output + 3 - at, back) == 0)
    {
        print_line("a wrong tag was accepted\n");
    }
    mbedtls_gcm_free(&gcm);
}

static void run(void)
{
    unsigned length;

    for (length = 0; length < LENGTHS; length++)
    {
        run_length(128, length);
        run_length(256, length);
    }
}
