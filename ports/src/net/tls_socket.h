/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * RT-Thread's socket headers, whose names differ between kernels 4.0 and 5.x.
 * For the network files of the package. Without SAL_USING_POSIX the socket
 * functions are macros: no function or member may bear such a name.
 */
#ifndef TLS_SOCKET_H
#define TLS_SOCKET_H

#include <rtthread.h>

#include <fcntl.h>
#include <netdb.h>
#include <sys/errno.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#if defined(RT_VERSION_MAJOR) || (defined(RT_VER_NUM) && RT_VER_NUM >= 0x40100)
#include <sys/select.h>
#else
#include <dfs_select.h>
#endif
#if defined(RT_VERSION_MAJOR) || (defined(RT_VER_NUM) && RT_VER_NUM >= 0x40004)
#include <sys/ioctl.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL            0
#endif

/**
 * The error of the socket call that has just failed; to be read at once, since
 * the kernel's own calls change errno. Some parts of RT-Thread store negative
 * values, and a network interface that went down stores none: then it is 0, if
 * it was cleared before the call.
 */
static inline int tls_socket_error(void)
{
    int error = errno;

    return error < 0 ? -error : error;
}

/**
 * Clear the error before a socket call.
 */
static inline void tls_socket_clear_error(void)
{
    errno = 0;
}

#endif /* TLS_SOCKET_H */
