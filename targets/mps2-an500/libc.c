/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * System calls of the C library: there are no files, no processes, and
 * no heap but the kernel's.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <standin_target.h>

#include "board.h"

void *_sbrk(ptrdiff_t increment)
{
    RT_UNUSED(increment);
    errno = ENOMEM;
    return (void *)-1;
}

int _write(int file, const char *text, int length)
{
    RT_UNUSED(file);
    standin_target_write(text, (rt_size_t)length);
    return length;
}

int _read(int file, char *text, int length)
{
    RT_UNUSED(file);
    RT_UNUSED(text);
    RT_UNUSED(length);
    return 0;
}

int _close(int file)
{
    RT_UNUSED(file);
    errno = EBADF;
    return -1;
}

int _lseek(int file, int offset, int whence)
{
    RT_UNUSED(file);
    RT_UNUSED(offset);
    RT_UNUSED(whence);
    errno = ESPIPE;
    return -1;
}

int _fstat(int file, struct stat *about)
{
    RT_UNUSED(file);
    about->st_mode = S_IFCHR;
    return 0;
}

int _isatty(int file)
{
    RT_UNUSED(file);
    return 1;
}

int _getpid(void)
{
    return 1;
}

int _kill(int process, int signal)
{
    RT_UNUSED(process);
    RT_UNUSED(signal);
    errno = EINVAL;
    return -1;
}

void _exit(int code)
{
    board_exit(code);
}
