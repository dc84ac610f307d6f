/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Functions that the files of the mps2-an500 target share.
 *
 * No interrupt is ever taken: they stay masked and only end a WFI. Threads are
 * switched where one of them waits, so code between two waits runs alone.
 */
#ifndef BOARD_H
#define BOARD_H

#include <rtthread.h>

#define REGISTER(address)       (*(volatile rt_uint32_t *)(address))

/* Exit codes beyond 0 and what `exit` was given. */
#define EXIT_COMMAND_FAILED     1
#define EXIT_ABORT              70

/*
 * uart.c: the UARTs of the board, one byte at a time. QEMU holds back what the
 * other side sends until the byte before has been read.
 */
enum board_uart
{
    UART_CONSOLE,
    UART_LINK,
    UARTS
};

void board_uart_start(void);
void board_uart_put(enum board_uart uart, rt_uint8_t byte);

/* The byte received, or -1 if there is none. */
int board_uart_get(enum board_uart uart);

/* Waits for a byte, letting other threads run; -1 if none comes in time. */
int board_uart_wait(enum board_uart uart, rt_uint64_t until_ms);

/*
 * clock.c: virtual time in ticks of the board's 25 MHz clock. Under -icount
 * shift=0 an instruction takes 1 ns, so a tick is 40 instructions.
 */
#define BOARD_CLOCK_HZ          25000000u

void board_clock_start(void);
rt_uint64_t board_clock_now(void);

/*
 * Ticks that count as instructions of the program: without those between pause
 * and resume, which may be nested. The board pauses while it waits, moves bytes
 * through a UART, or writes to the console.
 */
void board_clock_pause(void);
void board_clock_resume(void);
rt_uint64_t board_clock_counted(void);

/* Sleeps until a byte comes in or standin_target_milliseconds() reaches the
 * time. */
void board_clock_sleep(rt_uint64_t until_ms);

/*
 * thread.c. Stack peaks of threads that have ended, newest first.
 */
struct board_stack
{
    char        name[RT_NAME_MAX];
    rt_uint32_t size;
    rt_uint32_t peak;
};

rt_bool_t board_thread_last_stack(const char *name, struct board_stack *stack);

/*
 * switch.S. Saves the caller's context at *from and continues at to.
 */
void board_switch_stack(rt_uint32_t **from, rt_uint32_t *to);

/* Runs a function on another stack, so that its use does not count as the
 * thread's. Not to be nested. */
void board_call_apart(void (*function)(void *), void *argument, void *stack_top);

/*
 * semihosting.c: services of QEMU.
 */
void board_exit(int code) rt_noreturn;

/* Writes a file on the host, into the folder that QEMU runs in. */
rt_bool_t board_save(const char *name, const void *data, rt_size_t length);

#endif /* BOARD_H */
