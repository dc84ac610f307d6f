/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The field of P-256 for ARMv7E-M and ARMv8-M with DSP instructions, in assembly that
 * GCC, clang and Arm Compiler 6 take. A product takes 203 instructions.
 *
 * Method: Montgomery's multiplication (Math. Comp. 44, 1985), operand scanning, two words
 * of b at a time. UMAAL (a 32-bit product plus two words, which never overflows 64 bits)
 * keeps two rows of products going with a carry word each, c0 and c1, and no carry flag.
 * As p = 2^256 - 2^224 + 2^192 + 2^96 - 1 is -1 modulo 2^64, the two lowest words of the
 * sum are m, for which the sum plus m p ends in two words of 0:
 *     t + m p = (t - m) + m 2^96 + m 2^192 + m (2^32 - 1) 2^224.
 * The sum then moves two words down: by renaming the registers, so that each of the four
 * steps has its own.
 *
 * Bounds: before a step, t is eight words and a top word of 0 or 1 in r1, below 2^256 + p.
 * After it, t < (2^256 + p + (2^64 - 1) (a + p)) / 2^64 <= 2^256 + p for each a below
 * 2^256. At the end t < (a b + 2^256 p) / 2^256 <= 2p, because one of a and b is below p
 * and the other below 2^256: one subtraction of p at most is left.
 *
 * Constant time: no branch, no conditional instruction, no address from a number; these
 * processors multiply in a fixed time.
 *
 * The functions are naked: they save what they use. Each calls only code of this file,
 * and all of it is "used", so that link-time optimisation keeps what only assembly names.
 */
#include "p256_field.h"

#ifdef P256_HAS_UMAAL

#define ASSEMBLY        __attribute__((naked, used, noinline))
#define UNUSED          __attribute__((unused))
#define OPERANDS        uint32_t *r UNUSED, const uint32_t *a UNUSED, const uint32_t *b UNUSED

/* One word of a, at sp + AT, times two of b in r2 and r3, added at w0 and w1. */
#define ROW(AT, w0, w1, c0, c1) \
    "ldr r0, [sp, #" AT "]\n" \
    "umaal " w0 ", " c0 ", r0, r2\n" \
    "umaal " w1 ", " c1 ", r0, r3\n"

/* t in w0 to w7 and r1 += a times two words of b; the lowest two words become 0 and make place for c0 and c1. */
#define STEP(w0, w1, w2, w3, w4, w5, w6, w7, c0, c1, OFFSET) \
    "ldr r2, [sp, #36]\n" \
    "ldrd r2, r3, [r2, #" OFFSET "]\n" \
    "mov " c0 ", #0\n" \
    "mov " c1 ", #0\n" \
    ROW("0", w0, w1, c0, c1) \
    ROW("4", w1, w2, c0, c1) \
    ROW("8", w2, w3, c0, c1) \
    ROW("12", w3, w4, c0, c1) \
    ROW("16", w4, w5, c0, c1) \
    ROW("20", w5, w6, c0, c1) \
    ROW("24", w6, w7, c0, c1) \
    ROW("28", w7, c0, c0, c1) \
    "adds " w3 ", " w3 ", " w0 "\n"             /* m 2^96 + m 2^192 */ \
    "adcs " w4 ", " w4 ", " w1 "\n" \
    "adcs " w5 ", " w5 ", #0\n" \
    "adcs " w6 ", " w6 ", " w0 "\n" \
    "adcs " w7 ", " w7 ", " w1 "\n" \
    "adc r1, r1, #0\n" \
    "movs r2, #0\n" \
    "mvn r3, #0\n"                              /* m (2^32 - 1) 2^224 */ \
    "umaal " w7 ", r2, r3, " w0 "\n" \
    "umaal " c0 ", r2, r3, " w1 "\n" \
    "adds " c0 ", " c0 ", r1\n"                 /* the top word belongs to c0 now */ \
    "mov r1, #0\n" \
    "adcs " c1 ", " c1 ", r2\n" \
    "adcs r1, r1\n"

ASSEMBLY void p256_mul(OPERANDS)
{
    __asm__ volatile(
    "push {r4-r11, lr}\n"
    "push {r0, r2}\n"                           /* sp + 32: r, sp + 36: b, after the next push */
    "ldm r1, {r4-r11}\n"
    "push {r4-r11}\n"                           /* sp: a */
    "movs r1, #0\n"
    "movs r6, #0\n"
    "movs r7, #0\n"
    "mov r8, r6\n"
    "mov r9, r6\n"
    "mov r10, r6\n"
    "mov r11, r6\n"
    "mov r12, r6\n"
    "mov lr, r6\n"
    STEP("r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "r4", "r5", "0")
    STEP("r8", "r9", "r10", "r11", "r12", "lr", "r4", "r5", "r6", "r7", "8")
    STEP("r10", "r11", "r12", "lr", "r4", "r5", "r6", "r7", "r8", "r9", "16")
    STEP("r12", "lr", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "24")
    "ldr r0, [sp, #32]\n"
    "add sp, sp, #40\n"

    /* Ends a function: r4 to r11 and r1, below 2p, less p if that is not negative, to r0. */
    ".global p256_reduce_once\n"
    ".thumb_func\n"
    "p256_reduce_once:\n"
    "subs r4, r4, #0xFFFFFFFF\n"
    "sbcs r5, r5, #0xFFFFFFFF\n"
    "sbcs r6, r6, #0xFFFFFFFF\n"
    "sbcs r7, r7, #0\n"
    "sbcs r8, r8, #0\n"
    "sbcs r9, r9, #0\n"
    "sbcs r10, r10, #1\n"
    "sbcs r11, r11, #0xFFFFFFFF\n"
    "sbc r1, r1, #0\n"

    /* Ends a function: r4 to r11 plus p if r1 is -1, nothing if it is 0, to r0. */
    ".global p256_add_prime\n"
    ".thumb_func\n"
    "p256_add_prime:\n"
    "adds r4, r4, r1\n"
    "adcs r5, r5, r1\n"
    "adcs r6, r6, r1\n"
    "adcs r7, r7, #0\n"
    "adcs r8, r8, #0\n"
    "adcs r9, r9, #0\n"
    "adcs r10, r10, r1, lsr #31\n"
    "adc r11, r11, r1\n"
    "stm r0, {r4-r11}\n"
    "pop {r4-r11, pc}\n");
}

/* The eight words at r1 and those at r2, in r4 to r11, and the carry flag; r0 remains. */
#define WORDS(first, next) \
    "ldm r1, {r4-r11}\n" \
    "ldm r2!, {r1, r3, r12}\n" \
    first " r4, r4, r1\n" \
    next " r5, r5, r3\n" \
    next " r6, r6, r12\n" \
    "ldm r2!, {r1, r3, r12}\n" \
    next " r7, r7, r1\n" \
    next " r8, r8, r3\n" \
    next " r9, r9, r12\n" \
    "ldm r2, {r1, r3}\n" \
    next " r10, r10, r1\n" \
    next " r11, r11, r3\n" \
    "bx lr\n"

ASSEMBLY void p256_words_plus(void)
{
    __asm__ volatile(WORDS("adds", "adcs"));
}

ASSEMBLY void p256_words_minus(void)
{
    __asm__ volatile(WORDS("subs", "sbcs"));
}

ASSEMBLY void p256_add(OPERANDS)
{
    __asm__ volatile(
    "push {r4-r11, lr}\n"
    "bl p256_words_plus\n"
    "mov r1, #0\n"
    "adc r1, r1, #0\n"
    "b p256_reduce_once\n");
}

ASSEMBLY void p256_sub(OPERANDS)
{
    __asm__ volatile(
    "push {r4-r11, lr}\n"
    "bl p256_words_minus\n"
    "sbc r1, r1, r1\n"
    "b p256_add_prime\n");
}

ASSEMBLY uint32_t p256_plus(OPERANDS)
{
    __asm__ volatile(
    "push {r4-r11, lr}\n"
    "bl p256_words_plus\n"
    "stm r0, {r4-r11}\n"
    "mov r0, #0\n"
    "adc r0, r0, r0\n"
    "pop {r4-r11, pc}\n");
}

ASSEMBLY uint32_t p256_minus(OPERANDS)
{
    __asm__ volatile(
    "push {r4-r11, lr}\n"
    "bl p256_words_minus\n"
    "stm r0, {r4-r11}\n"
    "sbc r0, r0, r0\n"
    "pop {r4-r11, pc}\n");
}

ASSEMBLY void p256_halve(uint32_t *a UNUSED, uint32_t carry UNUSED)
{
    __asm__ volatile(
    "push {r4-r11, lr}\n"
    "ldm r0, {r4-r11}\n"
    "lsrs r1, r1, #1\n"
    "rrxs r11, r11\n"
    "rrxs r10, r10\n"
    "rrxs r9, r9\n"
    "rrxs r8, r8\n"
    "rrxs r7, r7\n"
    "rrxs r6, r6\n"
    "rrxs r5, r5\n"
    "rrxs r4, r4\n"
    "stm r0, {r4-r11}\n"
    "pop {r4-r11, pc}\n");
}

#endif /* P256_HAS_UMAAL */
