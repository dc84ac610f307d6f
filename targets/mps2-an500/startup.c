/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * From reset to main(), and faults.
 */
#include <string.h>

#include <rthw.h>
#include <rtthread.h>

#include "board.h"

#define EXCEPTIONS      16
#define FAULT_STATUS    REGISTER(0xE000ED28)
#define FAULT_ADDRESS   REGISTER(0xE000ED38)

extern rt_uint32_t __data_start[], __data_end[], __data_load[];
extern rt_uint32_t __bss_start[], __bss_end[];
extern rt_uint32_t __stack_top[];

int main(void);

void Reset_Handler(void) rt_noreturn;

void Reset_Handler(void)
{
    __asm__ volatile("cpsid i");
    memcpy(__data_start, __data_load, (rt_size_t)((char *)__data_end - (char *)__data_start));
    memset(__bss_start, 0, (rt_size_t)((char *)__bss_end - (char *)__bss_start));
    board_exit(main());
}

/* Pushed by the processor: r0-r3, r12, lr, pc, psr. */
static rt_used rt_noreturn void report_fault(const rt_uint32_t *frame)
{
    rt_kprintf("fault at 0x%08lx, called from 0x%08lx, status 0x%08lx, address 0x%08lx, stack 0x%08lx\n",
               (unsigned long)frame[6], (unsigned long)frame[5], (unsigned long)FAULT_STATUS,
               (unsigned long)FAULT_ADDRESS, (unsigned long)frame);
    board_exit(EXIT_ABORT);
}

static __attribute__((naked)) void fault(void)
{
    __asm__ volatile("mov r0, sp\n"
                     "b report_fault\n");
}

typedef void (*vector_t)(void);

rt_used rt_section(".vectors") static const vector_t vectors[EXCEPTIONS] =
{
    (vector_t)__stack_top, Reset_Handler, fault, fault, fault, fault, fault, fault,
    fault, fault, fault, fault, fault, fault, fault, fault
};
