/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Encrypts messages of all lengths by the AES-GCM of ports/src/alt and prints each tag, for
 * test_gcm_kernel.py: on a Cortex-M in QEMU, or on this machine.
 */
#include <stdint.h>
#include <string.h>

#include "mbedtls/gcm.h"

#define LENGTHS         301

#ifdef __arm__

static int call_host(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");

    return r0;
}

static void print_line(const char *line)
{
    call_host(4, line);                         /* SYS_WRITE0 */
}

#else

#include <stdio.h>

static void print_line(const char *line)
{
    fputs(line, stdout);
}

#endif

void mbedtls_platform_zeroize(void *bytes, size_t length)
{
    memset(bytes, 0, length);
}

int mbedtls_ct_memcmp(const void *a, const void *b, size_t length)
{
    return memcmp(a, b, length);
}

static void print(const uint8_t *bytes, unsigned length)
{
    static char line[2 * 16 + 2];
    unsigned i;

    for (i = 0; i < length; i++)
    {
        line[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        line[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    line[2 * i] = '\n';
    line[2 * i + 1] = 0;
    print_line(line);
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

#ifdef __arm__

__attribute__((noreturn)) void reset(void);

void reset(void)
{
    run();
    for (;;)
    {
        call_host(0x18, (const void *)0x20026);     /* SYS_EXIT, ended */
    }
}

__attribute__((section(".vectors"), used)) const void *const vectors[] = { (void *)0x20010000, reset, reset, reset };

#else

int main(void)
{
    run();

    return 0;
}

#endif
