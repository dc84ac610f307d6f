/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Resuming sessions (PKG_MBEDTLS_SESSION_TICKETS): a later connect to the same
 * server without certificates and signatures, which takes a small part of the
 * computing and less time on the network.
 *
 *     length = tls_client_save(session, saved, sizeof(saved));     after the answer has been read
 *     mbedtls_client_close(session);
 *     ...
 *     mbedtls_client_init(next, RT_NULL, 0);
 *     mbedtls_client_context(next);
 *     tls_client_resume(next, saved, length);      whatever it returns:
 *     mbedtls_client_connect(next);                shakes hands in full if need be
 *
 * In a resumed session the server shows no certificate. It proves that it knows the
 * secret of the session that was saved, in which it had shown one. So what has been
 * saved is bound to that verification: to the host's name or address, options.verify,
 * the pinned keys, the roots of the session's own (cacert), the transport, and
 * whether dates were checked. A session in which any of these is another does not
 * take it, nor does any after PKG_MBEDTLS_RESUME_HOURS. One that verifies nobody
 * (TLS_VERIFY_NOTHING), or by a pre-shared key, cannot be saved. A session that was
 * resumed by mbedtls_ssl_set_session(), which binds nothing, fails with
 * TLS_ERR_RESUME.
 *
 * What to know:
 *
 * - A certificate that expires, or a root that is taken away (tls_trust.h), after the
 *   save does not end what was saved: throw it away when you change roots.
 * - What was saved is as secret as a key: who reads it can read and change the
 *   session that resumes it, TLS 1.2's earlier records included; who can write it can
 *   let the device talk to him. In flash it belongs where keys are.
 * - Save again after each connect, and use nothing twice (RFC 8446 C.4): servers
 *   may take a ticket once, and who listens can tell a device by it.
 * - Tickets of TLS 1.3 come after the handshake, with the first data that is read,
 *   and age by the tick: after a restart the handshake is a full one. Those of TLS 1.2
 *   and session IDs outlast it.
 */
#ifndef TLS_CLIENT_RESUME_H
#define TLS_CLIENT_RESUME_H

#include "tls_client.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Write down what a later session needs to resume this one.
 *
 * @param session  connected
 * @param saved    receives it; RT_NULL with size 0
 * @param size     bytes of saved
 * @return the number of bytes that it takes; if that is above size, nothing was
 *         written. About 170 and what the server's ticket has, usually 200; for
 *         TLS 1.2 in a build with TLS 1.3 the server's certificate as well
 *         0              there is nothing to resume: the server has sent neither
 *                        ticket nor session ID, or not yet; or the session has not
 *                        verified a certificate
 *         TLS_ERR_STATE  not connected
 *         TLS_ERR_RESUME what the server sent cannot be kept
 *         Does not wait, takes no heap.
 */
int tls_client_save(const MbedTLSSession *session, unsigned char *saved, size_t size);

/**
 * Have the next connect offer to resume. To be called between
 * mbedtls_client_context() and mbedtls_client_connect(), once. A server that does not
 * want to, for whatever reason, gets a full handshake within the same connect. After a
 * connect that failed the next one is a full handshake.
 *
 * @param saved   what tls_client_save() wrote; not needed afterwards
 * @param length  bytes
 * @return 0
 *         TLS_ERR_RESUME                it is not this session's, too old, damaged, or
 *                                       of another build
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory
 *         TLS_ERR_STATE                 not between these two
 *         The session stays as it was then, and can connect.
 *         Does not wait.
 */
int tls_client_resume(MbedTLSSession *session, const unsigned char *saved, size_t length);

/**
 * @return non-zero if a session that is connected has resumed another: its peer has
 *         shown no certificate this time
 */
int tls_client_is_resumed(const MbedTLSSession *session);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLIENT_RESUME_H */
