/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * From one stack to another; see board.h.
 */
    .syntax unified
    .thumb

    .section .text.board_switch_stack, "ax"
    .global board_switch_stack
    .thumb_func
    .type board_switch_stack, %function
board_switch_stack:
    push    {r4-r11, lr}
    str     sp, [r0]
    mov     sp, r1
    pop     {r4-r11, pc}
    .size board_switch_stack, . - board_switch_stack

    .section .text.board_call_apart, "ax"
    .global board_call_apart
    .thumb_func
    .type board_call_apart, %function
board_call_apart:
    push    {r4, lr}
    mov     r4, sp
    mov     sp, r2
    mov     r3, r0
    mov     r0, r1
    blx     r3
    mov     sp, r4
    pop     {r4, pc}
    .size board_call_apart, . - board_call_apart
