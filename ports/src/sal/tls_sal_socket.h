/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A TLS socket of SAL, and its way to the sockets of the network stack below. Not
 * for applications.
 */
#ifndef TLS_SAL_SOCKET_H
#define TLS_SAL_SOCKET_H

#include "tls_sal.h"
#include "../client/tls_session.h"
#include "../net/tls_socket.h"

#if !defined(RT_VERSION_MAJOR) && RT_VER_NUM < 0x40001
#error "PKG_MBEDTLS_SAL needs a kernel from 4.0.1 on: switch it off"
#elif defined(RT_VERSION_MAJOR) || RT_VER_NUM >= 0x40101
#include <sal_low_lvl.h>
#else
#include <sal.h>
#endif
#include <netdev.h>

#ifdef __cplusplus
extern "C" {
#endif

/** user_data_tls of a socket. */
struct tls_sal
{
    MbedTLSSession session;
    struct tls_client_link link;
    int number;                         /* of SAL */
    int error;                          /* errno of the failure that ended it; 0: none */
    char *alpn;                         /* the text of TLS_SAL_ALPN, cut into names */
    const char **protocols;             /* the names in alpn */
    char *pins;                         /* the text of TLS_SAL_PINS */
    unsigned char has_session;          /* mbedtls_client_init() is done */
    unsigned char has_name;             /* by TLS_SAL_NAME */
    unsigned char has_context;          /* mbedtls_client_context() is done */
    unsigned char is_connected;         /* the handshake is done */
    unsigned char is_closed;            /* the kernel has closed the socket below */
    unsigned char does_not_wait;        /* the socket below is non-blocking, or its limit has passed */
    unsigned char keeps_byte;           /* the last byte received is still in the socket below */
};

/** Let the functions of tls_sal_link.c carry the session. */
void tls_sal_link(struct tls_sal *sal);

/**
 * Take the byte that the socket below still has. It stays there while decrypted data
 * is waiting, so that select() and poll(), which know nothing of TLS, see the data.
 */
void tls_sal_settle(struct tls_sal *sal);

/** @return the limit of SO_RCVTIMEO or SO_SNDTIMEO, milliseconds; 0: none */
uint32_t tls_sal_limit(const struct tls_sal *sal, int option);

/** Set SO_RCVTIMEO or SO_SNDTIMEO of the socket below; 0: none. */
void tls_sal_set_limit(const struct tls_sal *sal, int option, uint32_t milliseconds);

/**
 * The peer's address and port as text.
 *
 * @param address  at least 40 bytes
 * @param port     at least 6 bytes
 * @return 0, or -1 if the socket below is not connected
 */
int tls_sal_peer(const struct tls_sal *sal, char *address, char *port);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SAL_SOCKET_H */
