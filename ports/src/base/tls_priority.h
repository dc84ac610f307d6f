/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The priority of a thread during a DTLS handshake. In builds with PKG_MBEDTLS_DTLS_PRIORITY.
 *
 * lwIP keeps one UDP datagram for a socket as the BSPs configure it (DEFAULT_UDP_RECVMBOX_SIZE
 * 1, MEMP_NUM_NETBUF 2). A flight of several datagrams arrives whole only if its reader runs
 * between two of them: before the thread that takes frames from the driver, RT_LWIP_ETHTHREAD_PRIORITY.
 */
#ifndef TLS_PRIORITY_H
#define TLS_PRIORITY_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Make the calling thread more urgent than lwIP's receive thread, if it is not already.
 *
 * @return its priority before, for tls_priority_restore(), or -1 if it is unchanged
 */
int tls_priority_raise(void);

/** @param before  from tls_priority_raise() in the same thread, not -1 */
void tls_priority_restore(int before);

#ifdef __cplusplus
}
#endif

#endif /* TLS_PRIORITY_H */
