/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The buffers of a session. Included by tls_engine.h.
 *
 * With PKG_MBEDTLS_SSL_VARIABLE_BUFFER they are as long as the records of a
 * stream need, which tls_engine_buffer.c does; without, the engine's functions
 * are called directly.
 */
#ifndef TLS_ENGINE_BUFFER_H
#define TLS_ENGINE_BUFFER_H

#include <stddef.h>

#include "../base/tls_has.h"

#include "mbedtls/ssl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In builds with PKG_MBEDTLS_SSL_VARIABLE_BUFFER only. */
int tls_buffer_setup(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf);
int tls_buffer_setup_stream(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf);
int tls_buffer_restart(mbedtls_ssl_context *ssl);
int tls_buffer_received(mbedtls_ssl_context *ssl, int ret);
void tls_buffer_shrink_input(mbedtls_ssl_context *ssl);
int tls_buffer_restore_input(mbedtls_ssl_context *ssl);
int tls_buffer_handshake(mbedtls_ssl_context *ssl);
void tls_buffer_fit_output(mbedtls_ssl_context *ssl, mbedtls_ssl_config *conf, size_t length);
int tls_buffer_read(mbedtls_ssl_context *ssl, unsigned char *buf, size_t len);

/**
 * tls_engine_restore_input() if the engine has cut the input buffer to the length of
 * the output buffer; not if the application has announced a maximum fragment length,
 * to which the server has to keep.
 */
int tls_buffer_undo_cut(mbedtls_ssl_context *ssl);

/**
 * Set up a session with a full input buffer.
 *
 * @return 0, or MBEDTLS_ERR_SSL_ALLOC_FAILED; mbedtls_ssl_free() in each case
 */
static inline int tls_engine_setup(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf)
{
    return TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) ? tls_buffer_setup(ssl, conf) : mbedtls_ssl_setup(ssl, conf);
}

/**
 * Set up a session over a stream, with a short input buffer. Its f_recv must call
 * tls_engine_received().
 *
 * @return as tls_engine_setup()
 */
static inline int tls_engine_setup_stream(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf)
{
    return TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) ? tls_buffer_setup_stream(ssl, conf) : mbedtls_ssl_setup(ssl, conf);
}

/**
 * mbedtls_ssl_session_reset() for a session over a stream: leaves a short input
 * buffer, and allocates no long one on the way.
 */
static inline int tls_engine_restart(mbedtls_ssl_context *ssl)
{
    return TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) ? tls_buffer_restart(ssl) : mbedtls_ssl_session_reset(ssl);
}

/**
 * To be called by f_recv after it has written into the engine's buffer. Once a
 * record's header is complete, the buffer becomes as long as the record.
 *
 * @param ret  bytes, or a code
 * @return what f_recv has to return: ret, or MBEDTLS_ERR_SSL_ALLOC_FAILED
 */
static inline int tls_engine_received(mbedtls_ssl_context *ssl, int ret)
{
    return TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) ? tls_buffer_received(ssl, ret) : ret;
}

/**
 * Shrink the input buffer if its record is used up; to be called after each read.
 * Does nothing over datagrams.
 */
static inline void tls_engine_shrink_input(mbedtls_ssl_context *ssl)
{
    if (TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER))
    {
        tls_buffer_shrink_input(ssl);
    }
}

/**
 * Restore the full input buffer of a session with another f_recv, or over
 * datagrams: the engine shrinks it to the output buffer's length after the
 * handshake. To be called after the handshake, or before each read.
 *
 * @return 0, MBEDTLS_ERR_SSL_ALLOC_FAILED, or MBEDTLS_ERR_SSL_INVALID_RECORD: see
 *         tls_engine_handshake()
 */
static inline int tls_engine_restore_input(mbedtls_ssl_context *ssl)
{
    return TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) ? tls_buffer_restore_input(ssl) : 0;
}

/**
 * mbedtls_ssl_handshake(). When the engine shrinks the input buffer at the end,
 * it cuts off messages that came in one record with the last one, and would later
 * read them behind the buffer's end: such a record fails here.
 *
 * @return its result, or MBEDTLS_ERR_SSL_INVALID_RECORD if messages were cut off
 */
static inline int tls_engine_handshake(mbedtls_ssl_context *ssl)
{
    return TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) ? tls_buffer_handshake(ssl) : mbedtls_ssl_handshake(ssl);
}

/**
 * tls_engine_handshake() for a server over a stream. The engine agrees to each
 * maximum fragment length (RFC 6066 4) but sends a handshake message in one record
 * whatever its length: the server ignores a requested length shorter than its longest message.
 *
 * @param longest  bytes of the longest handshake message
 */
int tls_engine_handshake_server(mbedtls_ssl_context *ssl, size_t longest);

/**
 * The engine's mbedtls_ssl_read(), not the one that tls_engine_read.c has for
 * applications: sessions of the package see to their buffers themselves.
 */
static inline int tls_engine_read(mbedtls_ssl_context *ssl, unsigned char *buf, size_t len)
{
    return TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER) ? tls_buffer_read(ssl, buf, len) : mbedtls_ssl_read(ssl, buf, len);
}

/**
 * Make a client's output buffer long enough for a write, if there is memory and
 * nothing left to send; the engine splits data into records that fit. Does
 * nothing over datagrams.
 *
 * @param conf    the session's own
 * @param length  of the write, bytes; 0: none, shrink the buffer
 */
static inline void tls_engine_fit_output(mbedtls_ssl_context *ssl, mbedtls_ssl_config *conf, size_t length)
{
    if (TLS_HAS(PKG_MBEDTLS_SSL_VARIABLE_BUFFER))
    {
        tls_buffer_fit_output(ssl, conf, length);
    }
}

#ifdef __cplusplus
}
#endif

#endif /* TLS_ENGINE_BUFFER_H */
