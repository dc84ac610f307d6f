/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Linux sockets under the header by which RT-Thread's SAL offers its own.
 *
 * SAL's header also brings the addresses and options of IP and TCP, and two
 * calls that only it has.
 */
#ifndef STANDIN_SYS_SOCKET_H
#define STANDIN_SYS_SOCKET_H

#include_next <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Loses datagrams as lwIP does, see --udp-mailbox. STANDIN_HOST_RECV leaves the host's function bound. */
#ifndef STANDIN_HOST_RECV
ssize_t recv(int s, void *data, size_t size, int flags) __asm__("standin_recv");
#endif

int closesocket(int s);
int ioctlsocket(int s, long cmd, void *arg);

#ifdef __cplusplus
}
#endif

#endif /* STANDIN_SYS_SOCKET_H */
