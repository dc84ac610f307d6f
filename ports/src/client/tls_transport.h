/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What differs between a session over TCP and one over UDP.
 */
#ifndef TLS_TRANSPORT_H
#define TLS_TRANSPORT_H

#include "tls_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A transport. A function that is RT_NULL has nothing to do. */
struct tls_transport
{
    unsigned char engine;               /* MBEDTLS_SSL_TRANSPORT_* */
    unsigned char protocol;             /* MBEDTLS_NET_PROTO_* */
    short passing;                      /* a failed write with this code leaves the session usable; 0: none does */

    /** Take the engine's buffers and prepare them; returns 0 or a code of the engine. */
    int (*setup)(MbedTLSSession *session);

    /** Give the engine the functions that send and receive on the socket, which has just been opened. */
    void (*begin)(MbedTLSSession *session);

    /** One step of the handshake, as mbedtls_ssl_handshake(). */
    int (*handshake)(MbedTLSSession *session);

    /** Prepare the engine for another connect; returns 0 or a code of the engine. */
    int (*restart)(MbedTLSSession *session);

    /** @return milliseconds to wait before the next step of the handshake, at most left; RT_NULL: left */
    uint32_t (*wait)(const MbedTLSSession *session, uint32_t left);

    /** As mbedtls_ssl_read() and mbedtls_ssl_write(); over datagrams TLS_ERR_TOO_LONG as well. */
    int (*read)(MbedTLSSession *session, unsigned char *buf, size_t len);
    int (*write)(MbedTLSSession *session, const unsigned char *buf, size_t len);

    /** @return bytes that a read gets without waiting for the network, see tls_client_pending() */
    size_t (*pending)(const MbedTLSSession *session);

    /**
     * The reason for TLS_ERR_TIMEOUT or TLS_ERR_TOO_LONG. The report's number is
     * the limit; for any other reason than TLS_REASON_TIMEOUT it is set here.
     *
     * @return enum tls_reason
     */
    int (*reason)(MbedTLSSession *session, int step, int code);
};

/* tls_client_stream.c */
int tls_stream_setup(MbedTLSSession *session);
void tls_stream_begin(MbedTLSSession *session);
int tls_stream_handshake(MbedTLSSession *session);
int tls_stream_restart(MbedTLSSession *session);
int tls_stream_read(MbedTLSSession *session, unsigned char *buf, size_t len);
int tls_stream_write(MbedTLSSession *session, const unsigned char *buf, size_t len);
size_t tls_stream_pending(const MbedTLSSession *session);

/**
 * After a send that failed because the peer has reset the connection: it may have
 * sent an alert before. What the peer has sent besides is dropped.
 *
 * @return MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, or code if no alert is there
 */
int tls_stream_find_alert(MbedTLSSession *session, int code);

/*
 * TLS over TCP. Defined here so that a compiler turns calls through it into
 * direct ones where no other transport is in the build.
 */
static const struct tls_transport tls_transport_stream =
{
    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_NET_PROTO_TCP, 0,
    tls_stream_setup, tls_stream_begin, tls_stream_handshake, tls_stream_restart, RT_NULL,
    tls_stream_read, tls_stream_write, tls_stream_pending, RT_NULL,
};

/** The transport that options.transport names (tls_client_datagram.c, in builds with PKG_MBEDTLS_DTLS). */
const struct tls_transport *tls_transport_chosen(const MbedTLSSession *session);

static inline const struct tls_transport *tls_transport(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_DTLS) ? tls_transport_chosen(session) : &tls_transport_stream;
}

#ifdef __cplusplus
}
#endif

#endif /* TLS_TRANSPORT_H */
