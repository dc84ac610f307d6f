/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Resuming sessions (PKG_MBEDTLS_SESSION_TICKETS): a later connect to the same
 * server needs no certificates and no signatures, which saves most of the computing
 * and a round trip or more.
 *
 *     length = tls_client_save(session, saved, sizeof(saved));     after the answer has been read
 *     mbedtls_client_close(session);
 *     ...
 *     mbedtls_client_init(next, RT_NULL, 0);
 *     mbedtls_client_context(next);
 *     tls_client_resume(next, saved, length);      may fail:
 *     mbedtls_client_connect(next);                then this is a full handshake
 *
 * In a resumed session the server shows no certificate: it proves that it knows the
 * secret of the saved session, in which it had shown one. So a saved session is
 * bound to what that verification rested on: the host's name or address,
 * options.verify, the pinned keys, the session's own roots (cacert), the transport,
 * options.resume_key, and whether dates were checked. A session that differs in any of these does not
 * accept it, and none does after PKG_MBEDTLS_RESUME_HOURS. Sessions with
 * TLS_VERIFY_NOTHING or a pre-shared key cannot be saved. A session resumed with
 * mbedtls_ssl_set_session(), which checks none of this, fails with TLS_ERR_RESUME.
 *
 * What to know:
 *
 * - A saved session remains valid when a certificate expires or a root is removed
 *   (tls_trust.h) after the save: delete saved sessions when you change roots.
 * - A saved session is as secret as a key: with it an attacker can read and change
 *   the session that resumes it, and read the earlier records of a TLS 1.2 session.
 *   An attacker who can write it can make the device connect to a false server,
 *   unless options.resume_key binds it to a key of the device. In flash it belongs
 *   where keys are stored.
 * - Save again after each connect, and use a saved session once only (RFC 8446 C.4):
 *   servers may accept a ticket once, and a listener can recognise a device by it.
 * - The server sends TLS 1.3 tickets after the handshake, with the first data that
 *   is read. Their age is counted in ticks of the OS: after a restart the handshake
 *   is a full one. TLS 1.2 tickets and session IDs survive a restart.
 */
#ifndef TLS_CLIENT_RESUME_H
#define TLS_CLIENT_RESUME_H

#include "tls_client.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Save what a later session needs to resume this one.
 *
 * @param session  connected
 * @param saved    receives the bytes; RT_NULL with size 0
 * @param size     bytes of saved
 * @return the number of bytes needed; if it is above size, nothing was written.
 *         About 170 and the server's ticket, usually 200; for TLS 1.2 in a build
 *         with TLS 1.3 the server's certificate as well
 *         0              there is nothing to resume: the server has sent neither
 *                        ticket nor session ID (yet), or the session has not
 *                        verified a certificate
 *         TLS_ERR_STATE  not connected
 *         TLS_ERR_RESUME the engine cannot save this session
 *         Does not wait, allocates no memory.
 */
int tls_client_save(const MbedTLSSession *session, unsigned char *saved, size_t size);

/**
 * Make the next connect offer to resume a saved session. Call it once, between
 * mbedtls_client_context() and mbedtls_client_connect(). If the server does not
 * resume, the same connect performs a full handshake, over a second connection if the
 * server refuses the first with an alert (one that has another version of TLS now). If the connect fails, the next
 * one is a full handshake.
 *
 * @param saved   what tls_client_save() wrote; not needed afterwards
 * @param length  bytes of saved
 * @return 0
 *         TLS_ERR_RESUME                it was saved with other options, is too old,
 *                                       damaged, or of another build
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory
 *         TLS_ERR_STATE                 not between these two calls
 *         After a failure the session is unchanged and can connect.
 *         Does not wait.
 */
int tls_client_resume(MbedTLSSession *session, const unsigned char *saved, size_t length);

/**
 * @return non-zero if a connected session has resumed a saved one: the server has
 *         shown no certificate in this connect
 */
int tls_client_is_resumed(const MbedTLSSession *session);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLIENT_RESUME_H */
