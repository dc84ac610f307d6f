/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Secure connections for applications: a session is one TLS connection of a
 * client (manual 5.4 to 5.10, 7.1).
 *
 *     MbedTLSSession *session = tls_calloc(1, sizeof(MbedTLSSession));
 *
 *     session->host = tls_strdup("www.rt-thread.org");
 *     session->port = tls_strdup("443");
 *     if (mbedtls_client_init(session, "my device", 9) == 0 &&
 *         mbedtls_client_context(session) == 0 &&
 *         mbedtls_client_connect(session) == 0)
 *     {
 *         mbedtls_client_write(session, request, request_length);
 *         while ((ret = mbedtls_client_read(session, buffer, sizeof(buffer))) > 0)
 *         {
 *             ...
 *         }
 *     }
 *     mbedtls_client_close(session);
 *
 * The rules:
 *
 * - A session that has connected has verified its peer: a chain to a trusted
 *   root (tls_trust.h), dates, and the host's name or address; or, with
 *   options.psk, that it has the same secret. Anything else is a failure, unless
 *   options.verify asks for something else by name.
 * - A session takes the newest protocol version that build and server share. conf
 *   can be limited between context and connect: mbedtls_ssl_conf_min_version()
 *   with Mbed TLS 2.28, which may have versions before TLS 1.2 (menuconfig),
 *   mbedtls_ssl_conf_min_tls_version() with 3.6.
 * - Nothing waits without a limit: name look-up, connect and handshake share
 *   options.connect_timeout, each read and each write has options.io_timeout.
 *   TLS_ERR_TIMEOUT tells that one passed.
 * - Every function returns 0 or more for success and a negative code for a
 *   failure: the engine's (mbedtls/ssl.h, mbedtls/net_sockets.h, ...) or the
 *   package's (tls_error.h). tls_client_report() has it in words, and so has
 *   the log.
 * - A failed function gives back what it took; a failed session can only be
 *   closed or, after mbedtls_client_connect(), connected again. Closing is safe
 *   at any time after mbedtls_client_init(), and on a session that is all
 *   zeros.
 * - A session over TCP takes memory for a record while it is read or written
 *   (PKG_MBEDTLS_SSL_VARIABLE_BUFFER). If there is none for a record that comes,
 *   it ends with MBEDTLS_ERR_SSL_ALLOC_FAILED. One without a host by
 *   mbedtls_client_context(), whose application connects by itself, has all its
 *   memory from then on.
 * - A session belongs to one thread at a time. Different sessions may be used
 *   by different threads at once.
 *
 * Over datagrams (options.transport) the same calls make DTLS 1.2 over UDP, with
 * what datagrams are like: each write is one datagram, each read returns one,
 * and those that the network loses, doubles or reorders stay lost or out of
 * order, but for the handshake, which repeats what got lost. Doubled, old and
 * forged ones are dropped (RFC 6347 4.1.2). An empty write sends nothing.
 */
#ifndef TLS_CLIENT_H
#define TLS_CLIENT_H

#include <rtthread.h>

#include "tls_config.h"
#include "tls_clock.h"
#include "tls_diagnose.h"
#include "tls_error.h"
#include "tls_memory.h"
#include "tls_net.h"
#include "tls_path.h"
#include "tls_psk.h"

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"
#include "mbedtls/net_sockets.h"
#include "mbedtls/platform.h"
#include "mbedtls/ssl.h"
#include "mbedtls/timing.h"
#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * options.verify: connect to anyone, whatever certificate it shows. The
 * connection is encrypted, but whoever sits in between can read and change it.
 * The value is not one that uninitialised memory is likely to hold.
 */
#define TLS_VERIFY_NOTHING      0x4E6F6E65U

/** options.transport: TLS over TCP. */
#define TLS_TRANSPORT_STREAM    0
/** options.transport: DTLS over UDP. */
#define TLS_TRANSPORT_DATAGRAM  1

struct MbedTLSSession;

/**
 * options.verify: the peer is who has one of the keys in options.pins, whatever
 * else its certificate says. Neither the chain, nor dates, nor names are looked
 * at, so a self-signed certificate will do, the clock need not be set, and no
 * host name is needed. A peer that renews its key is refused: pin the next one,
 * too.
 */
#define TLS_VERIFY_PINS         0x50696E73U

/**
 * What an application may choose for a session; zero means the default. To be
 * set between mbedtls_client_init(), which clears it, and
 * mbedtls_client_context().
 */
struct tls_client_options
{
    /** Limit for look-up, connect and handshake together, milliseconds; 0: PKG_MBEDTLS_CONNECT_TIMEOUT. */
    uint32_t connect_timeout;
    /**
     * Limit for a read, and for each step that a write makes, milliseconds; 0:
     * PKG_MBEDTLS_IO_TIMEOUT. SO_RCVTIMEO or SO_SNDTIMEO, set on server_fd.fd
     * after the connect, comes before it.
     */
    uint32_t io_timeout;
    /** The name to ask for and to verify if it is not host; not copied, must live until the context is made. */
    const char *server_name;
    /** 0: the peer is verified. TLS_VERIFY_PINS: by its key alone. TLS_VERIFY_NOTHING: it is not. */
    uint32_t verify;
    /**
     * Public keys that the peer must show, in curl's notation: "sha256//" and the
     * base64 of the SHA-256 of a SubjectPublicKeyInfo (44 characters), several
     * with a semicolon between, nothing else. RT_NULL: PKG_MBEDTLS_PINS, if that
     * is not empty. With verify 0 these come on top: one certificate of the
     * verified chain has to have such a key, the server's own, an issuer's, or
     * the root's. Not copied, must live as long as the session. "tools/roots pin
     * FILE" prints a certificate's.
     */
    const char *pins;
    /**
     * Protocols that the application can speak over the session (RFC 7301), the
     * best first, RT_NULL after the last: names of 1 to 255 bytes, all of them
     * together half the output buffer at most. A server that knows such names and
     * none of these refuses (alert no_application_protocol); one that does not
     * know ALPN connects, and tls_client_alpn() is RT_NULL. RT_NULL: none are
     * offered. Neither the list nor the names are copied: both must live as long
     * as the session.
     */
    const char **alpn;
    /** Non-zero: read and write return WANT_READ or WANT_WRITE instead of waiting. */
    unsigned char nonblocking;
    /** TLS_TRANSPORT_STREAM, or TLS_TRANSPORT_DATAGRAM (PKG_MBEDTLS_DTLS). */
    unsigned char transport;
    /** Datagrams: the largest UDP payload to send, bytes, 256 at least; 0: PKG_MBEDTLS_DTLS_MTU. */
    uint16_t mtu;
    /**
     * Datagrams: handshake messages that nobody answers are sent again after
     * retransmit_first milliseconds (0: 1000), then after twice as long each
     * time, up to retransmit_last (0: 60000; a twentieth of connect_timeout at
     * least, since the engine gives up after that many). options.connect_timeout
     * ends it.
     */
    uint32_t retransmit_first;
    uint32_t retransmit_last;
    /**
     * Datagrams: so many records that fail their check end the session with
     * MBEDTLS_ERR_SSL_INVALID_MAC; 0: any number is dropped. Who sets it lets
     * anyone who can send to the device end the session.
     */
    uint32_t bad_record_limit;
    /**
     * The pre-shared key (PKG_MBEDTLS_PSK), over either transport. The session
     * then offers TLS 1.2 suites with such keys only: no certificate, no clock
     * is needed. Where the build has PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK, the server
     * may choose to show a certificate beside the key, if there are roots and
     * verify is 0; it is verified like any other, clock included. What it points to
     * is copied by mbedtls_client_context() and not needed afterwards; the member
     * stays as it is until the session is closed.
     */
    const struct tls_psk *psk;
    /**
     * Instead: asked for the key by mbedtls_client_context(). It fills psk, whose
     * memory has to live until put_psk(), which may be RT_NULL, is called with it.
     *
     * @return 0, or anything else if there is no key
     */
    int (*get_psk)(struct MbedTLSSession *session, struct tls_psk *psk);
    void (*put_psk)(struct MbedTLSSession *session, struct tls_psk *psk);
};

/** Private: what a session over UDP notes. */
struct tls_client_datagram
{
    mbedtls_timing_delay_context timer; /* until the next retransmission */
    size_t needed;                      /* bytes of a message or record that the input buffer cannot hold; 0: none */
    int error;                          /* of the last datagram that could not be sent */
    unsigned char has_heard;            /* the peer has sent a record */
    unsigned char has_noise;            /* the peer has sent something else */
};

/** What the package notes about a session. Private: applications do not touch it, and it changes. */
struct tls_client_internal
{
    struct tls_report report;           /* the last failure; see tls_client_report() */
    struct tls_deadline deadline;       /* of the connect, read or write in progress */
    struct tls_net_connect attempt;     /* the connect in progress */
    unsigned char state;                /* enum tls_client_state */
    unsigned char owns_fd;              /* server_fd.fd was opened by the session */
    unsigned char is_at_end;            /* the peer's side of the connection is closed */
    unsigned char read_end;             /* enum tls_client_read_end */
    unsigned char peer;                 /* enum tls_client_peer */
    unsigned char has_pinned_key;       /* a certificate of the chain in verification has one */
    unsigned char has_shown;            /* the server has shown a certificate in this connect */
    unsigned char may_resume;           /* tls_client_resume() has accepted a saved session */
    unsigned char address[16];          /* if the peer is an address */
    struct tls_path path;               /* the chain in verification */
#ifdef PKG_MBEDTLS_DTLS
    struct tls_client_datagram datagram;
#endif
};

/** A session. Zeroed by the application, which sets the first four members. */
typedef struct MbedTLSSession
{
    char *host;                         /* name or address; freed by mbedtls_client_close() */
    char *port;                         /* decimal; freed by mbedtls_client_close() */

    unsigned char *buffer;              /* the application's; freed by mbedtls_client_close(); may be RT_NULL */
    size_t buffer_len;                  /* bytes */

    mbedtls_ssl_context ssl;
    mbedtls_ssl_config conf;
#ifdef PKG_MBEDTLS_SESSION_DRBG
    mbedtls_entropy_context entropy;    /* not used: initialised only */
    mbedtls_ctr_drbg_context ctr_drbg;  /* seeded, for the application; the session uses tls_random */
#endif
    mbedtls_net_context server_fd;      /* .fd: the descriptor, -1 for none */
#ifdef PKG_MBEDTLS_SESSION_CACERT
    mbedtls_x509_crt cacert;            /* empty; certificates parsed into it before the connect are trusted, too */
#endif

    struct tls_client_options options;

    struct tls_client_internal internal;        /* private */
} MbedTLSSession;

/**
 * Initialise a session: everything but host, port, buffer and buffer_len.
 *
 * @param session     the session; its other members may hold anything
 * @param entropy     mixed into the random generator, e.g. a serial number; not
 *                    secret; RT_NULL for none
 * @param entropyLen  its bytes
 * @return 0
 *         TLS_ERR_RANDOM                the random source failed
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory (TLS 1.3 only)
 *         Waits only for the random source, the first time.
 */
int mbedtls_client_init(MbedTLSSession *session, void *entropy, size_t entropyLen);

/**
 * Set up the engine: takes the session's buffers.
 *
 * @return 0
 *         TLS_ERR_NO_ROOTS              there is no root certificate
 *         TLS_ERR_PINS                  options.pins is not in its notation, is
 *                                       missing with TLS_VERIFY_PINS, is there with
 *                                       TLS_VERIFY_NOTHING or a pre-shared key
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory
 *         MBEDTLS_ERR_SSL_BAD_INPUT_DATA  the name is longer than 255 characters
 *         TLS_ERR_PSK                   the pre-shared key cannot be used
 *         TLS_ERR_ALPN                  options.alpn cannot be used
 *         TLS_ERR_UNSUPPORTED           this build lacks the transport, or
 *                                       pre-shared keys, or certificates
 *         TLS_ERR_STATE                 not initialised, or already done
 *         Does not wait.
 */
int mbedtls_client_context(MbedTLSSession *session);

/**
 * Connect, shake hands and verify the peer.
 *
 * @return 0 connected to a verified peer
 *         MBEDTLS_ERR_X509_CERT_VERIFY_FAILED  its certificate is refused
 *         TLS_ERR_CLOCK_UNSET           dates cannot be checked (manual 3.2.2)
 *         TLS_ERR_TIMEOUT               options.connect_timeout has passed
 *         TLS_ERR_NO_HOST               no host, or no port from 1 to 65535
 *         MBEDTLS_ERR_NET_UNKNOWN_HOST, MBEDTLS_ERR_NET_CONNECT_FAILED,
 *         MBEDTLS_ERR_NET_CONN_RESET, MBEDTLS_ERR_SSL_CONN_EOF
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory, in whatever part
 *         TLS_ERR_STATE                 no context, or already connected
 *         or another code of the engine. Then server_fd.fd is -1, and the
 *         session may connect again.
 *         Waits for options.connect_timeout at most.
 */
int mbedtls_client_connect(MbedTLSSession *session);

/**
 * Connect without waiting: does what can be done at once. To be called until it
 * returns neither WANT_READ nor WANT_WRITE; tls_client_poll() says what to wait
 * for in between. options.connect_timeout counts from the first call. One call
 * may compute for as long as a signature takes.
 *
 * @return MBEDTLS_ERR_SSL_WANT_READ, MBEDTLS_ERR_SSL_WANT_WRITE, or what
 *         mbedtls_client_connect() returns
 */
int tls_client_connect_step(MbedTLSSession *session);

/**
 * What to wait for after WANT_READ or WANT_WRITE.
 *
 * @param fd  receives the descriptor to poll, for reading after WANT_READ, for
 *            writing after WANT_WRITE; -1 while the name is looked up: then call
 *            again some milliseconds later
 * @return milliseconds until the next call is due even if nothing happens
 */
uint32_t tls_client_poll(const MbedTLSSession *session, int *fd);

/**
 * Read what the peer has sent; over datagrams one of them.
 *
 * @param buf  receives at most len bytes
 * @param len  above 0
 * @return the number of bytes, 1 to len
 *         0                              the peer closed the connection without
 *                                        saying so in TLS: data may be missing
 *         MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY  the peer has closed the session; no failure
 *         MBEDTLS_ERR_SSL_WANT_READ, MBEDTLS_ERR_SSL_WANT_WRITE  call again
 *                                        (options.nonblocking, or a descriptor
 *                                        that the session did not open)
 *         TLS_ERR_TIMEOUT                nothing came in time; errno is EAGAIN;
 *                                        the session remains usable
 *         TLS_ERR_TOO_LONG               the datagram has more than len bytes;
 *                                        nothing is lost: tls_client_pending()
 *                                        says how many, and the next read with
 *                                        such a buffer gets them
 *         MBEDTLS_ERR_NET_CONN_RESET or another code of the engine: the session
 *                                        has to be closed
 *         TLS_ERR_STATE                  not connected
 *         Waits for options.io_timeout at most.
 */
int mbedtls_client_read(MbedTLSSession *session, unsigned char *buf, size_t len);

/**
 * Send data: all of it, in as many records as it takes; over datagrams as one of
 * them.
 *
 * @return len
 *         a smaller number of bytes      the rest did not go in time
 *         MBEDTLS_ERR_SSL_WANT_READ, MBEDTLS_ERR_SSL_WANT_WRITE  nothing went:
 *                                        call again with the same data
 *         TLS_ERR_TIMEOUT                nothing went in time; errno is
 *                                        ETIMEDOUT; may be called again with the
 *                                        same data
 *         TLS_ERR_TOO_LONG               len is above tls_client_datagram_size(),
 *                                        or the path takes less; nothing went
 *         MBEDTLS_ERR_NET_SEND_FAILED    over datagrams: this one is lost, the
 *                                        session remains usable
 *         MBEDTLS_ERR_NET_CONN_RESET or another code of the engine: the session
 *                                        has to be closed
 *         TLS_ERR_STATE                  not connected
 *         Waits for options.io_timeout at most without progress.
 */
int mbedtls_client_write(MbedTLSSession *session, const unsigned char *buf, size_t len);

/**
 * End the session and free all of it: the connection if the session opened it,
 * what the engine took, host, port, buffer and the session itself, all with
 * tls_free(), which is rt_free(). A connected peer is told, without waiting.
 *
 * @param session  from tls_malloc(), tls_calloc(), rt_malloc() or rt_calloc();
 *                 RT_NULL does nothing
 * @return 0
 */
int mbedtls_client_close(MbedTLSSession *session);

/**
 * End the session and free what it took, but neither the session nor host, port
 * and buffer: for sessions that are static or part of something. It may be
 * initialised again afterwards.
 *
 * @return 0
 */
int tls_client_end(MbedTLSSession *session);

/**
 * The last failure of a session.
 *
 * @return the report, which lives as long as the session and changes with its
 *         next failure; tls_report_what() and tls_report_remedy() put it in words
 */
const struct tls_report *tls_client_report(const MbedTLSSession *session);

/**
 * Bytes that a read returns without waiting, though select() may not see them;
 * over datagrams those of the next one, or 1 while that is not known.
 */
size_t tls_client_pending(const MbedTLSSession *session);

/**
 * The protocol of options.alpn that the server has chosen.
 *
 * @return one of these names, from the connect to the end of the session; RT_NULL:
 *         the server has chosen none, or the build has no ALPN. Such a server may
 *         speak anything: it is the application's to go on or to close
 */
const char *tls_client_alpn(const MbedTLSSession *session);

/**
 * The largest datagram that a write takes, which depends on options.mtu, the
 * cipher suite and, if the server has one, the connection ID.
 *
 * @return bytes; 0 if the session is not connected over datagrams
 */
size_t tls_client_datagram_size(const MbedTLSSession *session);

/**
 * Whether the server knows the session by a connection ID (RFC 9146), so that it
 * lives on when the device's address changes.
 */
int tls_client_has_connection_id(const MbedTLSSession *session);

/**
 * Go on from another address: replace the session's socket by a new one, after
 * the device has moved to another network or got another address. (A router that
 * changes the address on the way needs no call.) The server learns the new
 * address from the next datagram that is written. Socket options that the
 * application has set have to be set again on the new server_fd.fd.
 *
 * @return 0
 *         TLS_ERR_UNSUPPORTED           the server has agreed on no connection ID
 *         MBEDTLS_ERR_NET_SOCKET_FAILED, MBEDTLS_ERR_NET_CONNECT_FAILED: no
 *                                       socket, or no route; the old one remains
 *         TLS_ERR_STATE                 not connected over datagrams
 *         Does not wait.
 */
int tls_client_rebind(MbedTLSSession *session);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLIENT_H */
