/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The calls that RT-Thread's SAL has beyond POSIX, and its silence on EPIPE.
 */
#include <dirent.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rtthread.h>
#include <standin.h>

/* Sending on a closed connection is an error code on a device, not a signal. */
__attribute__((constructor)) static void ignore_sigpipe(void)
{
    signal(SIGPIPE, SIG_IGN);
}

int closesocket(int s)
{
    return close(s);
}

int ioctlsocket(int s, long cmd, void *arg)
{
    return ioctl(s, (unsigned long)cmd, arg);
}

rt_size_t standin_fd_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    rt_size_t entries = 0;

    if (folder == RT_NULL)
    {
        return 0;
    }
    while (readdir(folder) != RT_NULL)
    {
        entries++;
    }
    closedir(folder);
    return entries - 3;         /* ".", ".." and the folder itself */
}
