/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The frame of the programs that run a kernel by itself, included once by each: on a
 * Cortex-M in QEMU with semihosting, or on this machine. The program has run().
 */
#ifndef KERNEL_PROGRAM_H
#define KERNEL_PROGRAM_H

#include <stdint.h>

#define PRINT_MAX       512             /* bytes of a line */

static void run(void);

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

#include <stdio.h>

static void print_line(const char *line)
{
    fputs(line, stdout);
}

int main(void)
{
    run();

    return 0;
}

#endif

/* A line of hexadecimal digits. */
static void print(const uint8_t *bytes, unsigned length)
{
    static char line[2 * PRINT_MAX + 2];
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

#endif /* KERNEL_PROGRAM_H */
