/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is different about a session over datagrams, for the files of tls_client.
 * In builds without DTLS these functions are what a session over TCP needs, and
 * cost nothing.
 */
#ifndef TLS_CLIENT_DATAGRAM_H
#define TLS_CLIENT_DATAGRAM_H

#include "tls_client.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef PKG_MBEDTLS_DTLS
static inline int tls_client_is_datagram(const MbedTLSSession *session)
{
    return session->options.transport == TLS_TRANSPORT_DATAGRAM;
}

static inline int tls_datagram_is_too_long(int code)
{
    return code == TLS_ERR_TOO_LONG;
}

/**
 * Choose the transport: for datagrams tell the engine timer, sizes and connection
 * ID. After tls_engine_setup().
 *
 * @return 0, TLS_ERR_UNSUPPORTED, or a code of the engine
 */
int tls_datagram_setup(MbedTLSSession *session);

/** Give the engine the functions that send and receive datagrams, on the socket that is there now. */
void tls_datagram_start(MbedTLSSession *session);

/**
 * One step of the handshake.
 *
 * @return what mbedtls_ssl_handshake() returns; an address that refuses or stays
 *         silent for its share of the time has been replaced by the next one
 */
int tls_datagram_handshake(MbedTLSSession *session);

/**
 * @return the shorter of left and the milliseconds until the engine wants to
 *         send something again
 */
uint32_t tls_datagram_wait(const MbedTLSSession *session, uint32_t left);

/** The reason for TLS_ERR_TIMEOUT in a handshake, and for TLS_ERR_TOO_LONG; notes the report's number. */
int tls_datagram_reason(MbedTLSSession *session, int step, int code);

/** For tls_client_pending(): a UDP datagram may hold several records, and so several of ours. */
size_t tls_datagram_pending(const MbedTLSSession *session);

/** mbedtls_ssl_read() for one datagram. */
int tls_datagram_read(MbedTLSSession *session, unsigned char *buf, size_t len);

/** Before and after mbedtls_ssl_write(): whether a datagram fits, and whether it went. */
int tls_datagram_check(MbedTLSSession *session, size_t len);
int tls_datagram_result(MbedTLSSession *session, int ret);
#else
static inline int tls_client_is_datagram(const MbedTLSSession *session)
{
    (void)session;
    return 0;
}

static inline int tls_datagram_is_too_long(int code)
{
    (void)code;
    return 0;
}

static inline int tls_datagram_setup(MbedTLSSession *session)
{
    return session->options.transport == TLS_TRANSPORT_STREAM ? 0 : TLS_ERR_UNSUPPORTED;
}

static inline void tls_datagram_start(MbedTLSSession *session)
{
    (void)session;
}

static inline int tls_datagram_handshake(MbedTLSSession *session)
{
    return mbedtls_ssl_handshake(&session->ssl);
}

static inline uint32_t tls_datagram_wait(const MbedTLSSession *session, uint32_t left)
{
    (void)session;
    return left;
}

static inline int tls_datagram_reason(MbedTLSSession *session, int step, int code)
{
    (void)session;
    (void)step;
    (void)code;
    return TLS_REASON_TIMEOUT;
}

static inline size_t tls_datagram_pending(const MbedTLSSession *session)
{
    return mbedtls_ssl_get_bytes_avail(&session->ssl);
}

static inline int tls_datagram_read(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    return mbedtls_ssl_read(&session->ssl, buf, len);
}

static inline int tls_datagram_check(MbedTLSSession *session, size_t len)
{
    (void)session;
    (void)len;
    return 0;
}

static inline int tls_datagram_result(MbedTLSSession *session, int ret)
{
    (void)session;
    return ret;
}
#endif

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLIENT_DATAGRAM_H */
