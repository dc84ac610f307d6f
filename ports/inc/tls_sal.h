/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * TLS sockets of SAL (PKG_MBEDTLS_SAL), on kernels from 4.0.1 on:
 *
 *     int s = socket(AF_INET, SOCK_STREAM, PROTOCOL_TLS);         // sal_tls.h
 *
 *     setsockopt(s, SOL_TLS, TLS_SAL_NAME, "www.rt-thread.org", 17);
 *     if (connect(s, (struct sockaddr *)&address, sizeof(address)) == 0)
 *     {
 *         send(s, request, request_length, 0);
 *         while ((length = recv(s, buffer, sizeof(buffer), 0)) > 0)
 *         {
 *             ...
 *         }
 *     }
 *     closesocket(s);
 *
 * The package registers its own implementation in place of the kernel's, which
 * gives a session no host name and so never connects. The rules:
 *
 * - connect() opens the connection, performs the handshake and verifies the server,
 *   as a session does (tls_client.h). The handshake takes
 *   PKG_MBEDTLS_CONNECT_TIMEOUT at most. Set the options before.
 * - The server must have a certificate for TLS_SAL_NAME. Without this option it must
 *   have one for the address, which few servers have.
 * - A failed call returns -1. errno is EACCES if the server is not trusted,
 *   ETIMEDOUT, ECONNRESET, ENOMEM, EAGAIN, EPROTO for other failures of TLS, EINVAL or
 *   EOPNOTSUPP for options. The log and tls_client_report(tls_sal_session(s)) say in
 *   words what failed and what to change. After a failed handshake the socket can
 *   only be closed; nothing of it stays behind.
 * - recv() waits for SO_RCVTIMEO, send() for SO_SNDTIMEO; without them for
 *   PKG_MBEDTLS_IO_TIMEOUT. Then they return -1 with EAGAIN, and may be called again
 *   (send() with the same data). recv() returns 0 at the end.
 * - On a non-blocking socket connect() returns -1 with EINPROGRESS. The handshake
 *   goes on with each send() and recv(), which return -1 with EAGAIN until it is done
 *   and there is data; select() for reading says when to call again.
 * - With lwIP select() and poll() see data that has been decrypted and not yet read.
 *   With another stack ask tls_client_pending(tls_sal_session(s)) before select().
 * - closesocket() may be called at any time. The kernel closes the connection first,
 *   so the server gets no close_notify. shutdown() ends the session in both
 *   directions, whatever its argument.
 * - SAL passes no flags of recv() and send(). sendmsg() and recvmsg() work if the
 *   kernel's table of operations (sal_tls.h) has them; if it does not, they bypass TLS
 *   on a kernel that has these functions.
 * - One thread at a time may use a socket. PROTOCOL_DTLS is not supported: a session
 *   with TLS_TRANSPORT_DATAGRAM is.
 */
#ifndef TLS_SAL_H
#define TLS_SAL_H

#include <sal_tls.h>

#include "tls_client.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Options of level SOL_TLS. The kernel passes on four numbers, for which it has
 * names of other meanings. Values are text, with or without the zero at its end, and
 * are copied.
 */

/** The server's host name or address, to send (SNI) and to verify: 1 to 255 characters. */
#define TLS_SAL_NAME            TLS_PEER_VERIFY
/** Certificates, PEM or DER, that this socket trusts as well (PKG_MBEDTLS_SESSION_CACERT). */
#define TLS_SAL_ROOTS           TLS_CRET_LIST
/** Application protocols, separated by commas, the preferred one first (PKG_MBEDTLS_ALPN). */
#define TLS_SAL_ALPN            TLS_CIPHERSUITE_LIST
/** Pinned keys, as options.pins (PKG_MBEDTLS_PINNING). */
#define TLS_SAL_PINS            TLS_DTLS_ROLE

/**
 * The session under a TLS socket, for tls_client_report(), tls_client_alpn(),
 * tls_client_pending(), and to set session->options before connect(). It belongs to
 * the socket, which must stay open meanwhile. Does not wait.
 *
 * @param s  a descriptor
 * @return RT_NULL if s is no open TLS socket, or if the random source or the heap has
 *         failed
 */
MbedTLSSession *tls_sal_session(int s);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SAL_H */
