/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rounds of AES for Cortex-M3 and later, in assembly that GCC, clang and Arm Compiler 6
 * take: 600 instructions a block with a key of 128 bits. Method and time: aes_fast.c.
 */
#include "aes_kernel.h"
#include "thumb2.h"

#ifdef ALT_HAS_THUMB2

/* A column t, which holds its round key, of the first byte of a, the second of b, the third of c, the fourth of d. */
#define COLUMN(t, a, b, c, d) \
    "uxtb r2, " a "\n" \
    "uxtb r3, " b ", ror #8\n" \
    "uxtb r12, " c ", ror #16\n" \
    "ldr r2, [r1, r2, lsl #2]\n" \
    "ldr r3, [r1, r3, lsl #2]\n" \
    "ldr r12, [r1, r12, lsl #2]\n" \
    "eor " t ", " t ", r2\n" \
    "lsr r2, " d ", #24\n" \
    "eor " t ", " t ", r3, ror #24\n" \
    "ldr r2, [r1, r2, lsl #2]\n" \
    "eor " t ", " t ", r12, ror #16\n" \
    "eor " t ", " t ", r2, ror #8\n"

/* The same without MixColumns: r1 points to the second byte of the table. */
#define LAST_COLUMN(t, a, b, c, d) \
    "uxtb r2, " a "\n" \
    "uxtb r3, " b ", ror #8\n" \
    "uxtb r12, " c ", ror #16\n" \
    "ldrb r2, [r1, r2, lsl #2]\n" \
    "ldrb r3, [r1, r3, lsl #2]\n" \
    "ldrb r12, [r1, r12, lsl #2]\n" \
    "eor " t ", " t ", r2\n" \
    "lsr r2, " d ", #24\n" \
    "eor " t ", " t ", r3, lsl #8\n" \
    "ldrb r2, [r1, r2, lsl #2]\n" \
    "eor " t ", " t ", r12, lsl #16\n" \
    "eor " t ", " t ", r2, lsl #24\n"

/* A round from the second four registers to the first four, which hold its key. */
#define ROUND(COLUMN, t0, t1, t2, t3, s0, s1, s2, s3) \
    COLUMN(t0, s0, s1, s2, s3) \
    COLUMN(t1, s1, s2, s3, s0) \
    COLUMN(t2, s2, s3, s0, s1) \
    COLUMN(t3, s3, s0, s1, s2)

__attribute__((naked, used, noinline))
void aes_rounds(const uint32_t *round_keys ALT_UNUSED, uint32_t block[AES_BLOCK_WORDS] ALT_UNUSED,
                const uint32_t *table ALT_UNUSED, unsigned rounds ALT_UNUSED)
{
    __asm__ volatile(
    "push {r1, r4-r11, lr}\n"
    "ldm r1, {r4-r7}\n"
    "ldm r0!, {r8-r11}\n"
    "mov r1, r2\n"
    "lsr lr, r3, #1\n"                         /* pairs of rounds; the last pair has another second round */
    "eor r4, r4, r8\n"
    "eor r5, r5, r9\n"
    "eor r6, r6, r10\n"
    "eor r7, r7, r11\n"
    "b 2f\n"
    "1:\n"
    "ldm r0!, {r4-r7}\n"
    ROUND(COLUMN, "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11")
    "2:\n"
    "ldm r0!, {r8-r11}\n"
    ROUND(COLUMN, "r8", "r9", "r10", "r11", "r4", "r5", "r6", "r7")
    "subs lr, lr, #1\n"
    "bne 1b\n"
    "adds r1, r1, #1\n"
    "ldm r0, {r4-r7}\n"
    ROUND(LAST_COLUMN, "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11")
    "pop {r2}\n"
    "stm r2, {r4-r7}\n"
    "pop {r4-r11, pc}\n");
}

#endif
