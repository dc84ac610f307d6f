/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The calls that RT-Thread's SAL has beyond POSIX, its silence on EPIPE, and
 * lwIP's mailbox for datagrams.
 */
#define STANDIN_HOST_RECV
#include <dirent.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rtthread.h>
#include <standin.h>

#include "posix.h"

ssize_t standin_recv(int s, void *data, size_t size, int flags);

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

/* lwIP's receive thread, erx. */
#define RECEIVE_PRIORITY    12
#define BURST_US            20000

static int mailbox;             /* datagrams that a socket keeps; 0: as many as the host does */

void posix_socket_set_mailbox(int datagrams)
{
    mailbox = datagrams;
}

static rt_bool_t is_udp(int s)
{
    int type = 0;
    socklen_t size = sizeof(type);

    return getsockopt(s, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM;
}

/*
 * A reader less urgent than the receive thread runs only when the whole burst has
 * arrived: what the mailbox does not hold is lost.
 */
static void lose_rest(int s)
{
    static __thread int taken;
    char byte;

    if (++taken < mailbox)
    {
        return;
    }
    taken = 0;
    usleep(BURST_US);
    while (recv(s, &byte, 1, MSG_DONTWAIT) >= 0)
    {
    }
}

ssize_t standin_recv(int s, void *data, size_t size, int flags)
{
    ssize_t received = recv(s, data, size, flags);

    if (received >= 0 && mailbox > 0 && rt_thread_self()->current_priority >= RECEIVE_PRIORITY && is_udp(s))
    {
        lose_rest(s);
    }
    return received;
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
