/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Services that QEMU offers through Arm's semihosting calls.
 */
#include <string.h>

#include "board.h"

#define SYS_OPEN            0x01
#define SYS_CLOSE           0x02
#define SYS_WRITE           0x05
#define SYS_EXIT_EXTENDED   0x20

#define OPEN_WRITE_BINARY   5
#define APPLICATION_EXIT    0x20026

static int call(int operation, const void *arguments)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void board_exit(int code)
{
    rt_uint32_t arguments[] = {APPLICATION_EXIT, (rt_uint32_t)code};

    for (;;)
    {
        call(SYS_EXIT_EXTENDED, arguments);
    }
}

rt_bool_t board_save(const char *name, const void *data, rt_size_t length)
{
    rt_uint32_t open[] = {(rt_uint32_t)name, OPEN_WRITE_BINARY, strlen(name)};
    rt_uint32_t file = (rt_uint32_t)call(SYS_OPEN, open);
    rt_uint32_t write[] = {file, (rt_uint32_t)data, length};
    int left;

    if (file == (rt_uint32_t)-1)
    {
        return RT_FALSE;
    }
    left = call(SYS_WRITE, write);
    call(SYS_CLOSE, &file);
    return left == 0;
}
