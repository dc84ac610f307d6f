/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * TLS and DTLS clients: a session is one connection to a server (manual 5.4 to
 * 5.10, 7.1).
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
 * - A connected session has verified its server: a chain to a trusted root
 *   (tls_trust.h), the dates, and the host's name or address; or, with
 *   options.psk, that the server has the same secret. If any of these fails, the
 *   connect fails, unless options.verify explicitly asks for weaker checks.
 * - A session uses the newest protocol version that the build and the server have
 *   in common. To limit it, change conf between context and connect:
 *   mbedtls_ssl_conf_min_tls_version() with Mbed TLS 3.6,
 *   mbedtls_ssl_conf_min_version() with 2.28, which can have versions before TLS
 *   1.2 (menuconfig).
 * - Every wait has a limit: name look-up, connect and handshake share
 *   options.connect_timeout; each read and each write has options.io_timeout. When
 *   a limit has passed, the function returns TLS_ERR_TIMEOUT.
 * - Every function returns 0 or more for success and a negative code for a
 *   failure: the engine's (mbedtls/ssl.h, mbedtls/net_sockets.h, ...) or the
 *   package's (tls_error.h). tls_client_report() and the log say in words what
 *   failed and what to change.
 * - A failed function frees what it has allocated. mbedtls_client_context() and
 *   mbedtls_client_connect() may be called again after a failure; after a read or
 *   write that ended the session it can only be closed. Closing is safe at any time
 *   after mbedtls_client_init(), and on a session that is all zeros.
 * - A session over TCP allocates memory for a record while it reads or writes one
 *   (PKG_MBEDTLS_SSL_VARIABLE_BUFFER). If there is none for a received record, the
 *   session ends with MBEDTLS_ERR_SSL_ALLOC_FAILED. A session that has no host in
 *   mbedtls_client_context(), because the application connects it, allocates all
 *   its memory there.
 * - One thread at a time may use a session. Different threads may use different
 *   sessions at once.
 *
 * The structures have the same public members in every configuration, but for three
 * of the manual's that menuconfig can leave out to save RAM: entropy, ctr_drbg, cacert.
 * An option whose feature is not in the build makes mbedtls_client_context() return
 * TLS_ERR_UNSUPPORTED, and the report names the symbol to select. A function that
 * names a symbol in its comment is in the image only with that symbol.
 *
 * Over UDP (options.transport) the same calls use DTLS 1.2 (RFC 6347). Each write
 * sends one datagram and each read returns one. The handshake repeats lost
 * datagrams; after it, datagrams that the network loses or reorders stay lost or
 * out of order. Repeated, old and forged ones are dropped (RFC 6347 4.1.2). A write
 * of 0 bytes sends nothing.
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
 * options.verify: connect to any server, whatever certificate it shows. The
 * connection is encrypted, but an attacker on the path can read and change it. The
 * value is one that uninitialised memory is unlikely to hold.
 */
#define TLS_VERIFY_NOTHING      0x4E6F6E65U

/** options.transport: TLS over TCP. */
#define TLS_TRANSPORT_STREAM    0
/** options.transport: DTLS over UDP. */
#define TLS_TRANSPORT_DATAGRAM  1

struct MbedTLSSession;

/**
 * options.verify: accept a server that has one of the keys in options.pins
 * (PKG_MBEDTLS_PINNING), and check nothing else of its certificate: neither chain,
 * nor dates, nor names. The certificate may be self-signed, the clock need not be
 * set, and the session needs no host name. A server that changes its key is
 * refused, so pin its next key in advance.
 */
#define TLS_VERIFY_PINS         0x50696E73U

/** options.certificate_length, options.key_length: the text is the path of a file. */
#define TLS_IN_FILE             ((size_t)-1)

/** Bytes of options.resume_key. */
#define TLS_RESUME_KEY_SIZE     32

/**
 * What an application can choose for a session. Zero means the default. Set the
 * members between mbedtls_client_init(), which clears them, and
 * mbedtls_client_context().
 */
struct tls_client_options
{
    /** Limit for look-up, connect and handshake together, milliseconds; 0: PKG_MBEDTLS_CONNECT_TIMEOUT. */
    uint32_t connect_timeout;

    /**
     * Limit for a read, and for each record of a write, milliseconds; 0:
     * PKG_MBEDTLS_IO_TIMEOUT. SO_RCVTIMEO and SO_SNDTIMEO, set on server_fd.fd
     * after the connect, take precedence.
     */
    uint32_t io_timeout;

    /**
     * The name to send (SNI) and to verify, if it is not host; at most 255
     * characters. Not copied: must stay valid until mbedtls_client_context() returns.
     */
    const char *server_name;

    /** 0: verify the server. TLS_VERIFY_PINS: its key alone. TLS_VERIFY_NOTHING: do not. */
    uint32_t verify;

    /**
     * Public keys that the server must show (PKG_MBEDTLS_PINNING), in curl's
     * notation: "sha256//" and the base64 of the SHA-256 of a SubjectPublicKeyInfo
     * (44 characters); several are separated by semicolons. "tools/roots pin FILE"
     * prints the pin of a certificate. RT_NULL: PKG_MBEDTLS_PINS, if it is not
     * empty. With verify 0 this is a check more: one certificate of the verified
     * chain (the server's own, an issuer's or the root) must have a pinned key.
     * Not copied: must stay valid as long as the session.
     */
    const char *pins;

    /**
     * Application protocols that the session offers (RFC 7301, PKG_MBEDTLS_ALPN),
     * the preferred one first, RT_NULL after the last. Each name has 1 to 255
     * bytes, all together at most half the output buffer. A server that supports
     * ALPN but none of these names refuses (alert no_application_protocol); one
     * without ALPN connects, and tls_client_alpn() is RT_NULL. RT_NULL: offer
     * none. Neither list nor names are copied: they must stay valid as long as the
     * session.
     */
    const char **alpn;

    /** Non-zero: read and write return WANT_READ or WANT_WRITE instead of waiting. */
    unsigned char nonblocking;

    /** TLS_TRANSPORT_STREAM or TLS_TRANSPORT_DATAGRAM (PKG_MBEDTLS_DTLS, as the four members below). */
    unsigned char transport;

    /** UDP: the largest payload to send, bytes, at least 256; 0: PKG_MBEDTLS_DTLS_MTU. */
    uint16_t mtu;

    /**
     * UDP: time until an unanswered handshake message is sent again, milliseconds;
     * 0: 1000. The time doubles with each repetition, up to retransmit_last; 0:
     * 60000; at least a twentieth of connect_timeout, because the engine gives up
     * after that many. The handshake ends after connect_timeout.
     */
    uint32_t retransmit_first;
    uint32_t retransmit_last;

    /**
     * UDP: after this many records that fail authentication the session ends with
     * MBEDTLS_ERR_SSL_INVALID_MAC; 0: drop any number of them. With a limit, anyone
     * who can send datagrams to the device can end the session.
     */
    uint32_t bad_record_limit;

    /**
     * The pre-shared key, over either transport (PKG_MBEDTLS_KEY_EXCHANGE_PSK or
     * another key exchange with such keys). The session offers only TLS 1.2 suites
     * that use it, and needs neither certificates nor the clock. With
     * PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK, roots and verify 0 the server may show a
     * certificate as well; the session verifies it as any other, dates included.
     * mbedtls_client_context() copies key and identity; the pointer itself must
     * not change until the session is closed.
     */
    const struct tls_psk *psk;

    /**
     * Instead of psk: called by mbedtls_client_context() to get the key. It fills
     * psk; what psk points to must stay valid until put_psk() has been called.
     *
     * @return 0; any other value: there is no key, and the context fails with TLS_ERR_PSK
     */
    int (*get_psk)(struct MbedTLSSession *session, struct tls_psk *psk);

    /** Called with the psk from get_psk() once it is copied; may be RT_NULL. */
    void (*put_psk)(struct MbedTLSSession *session, struct tls_psk *psk);

    /**
     * TLS_RESUME_KEY_SIZE secret bytes of this device, for tls_client_save() and
     * tls_client_resume() (PKG_MBEDTLS_SESSION_TICKETS): saved sessions carry an
     * HMAC-SHA-256 with this key, so only this device can make or change one. For
     * saved sessions in memory that others can write. RT_NULL: a SHA-256 without a
     * key. Not copied: must stay valid until these calls return.
     */
    const unsigned char *resume_key;

    /**
     * The device's own certificate, for servers that ask for one (mutual TLS,
     * PKG_MBEDTLS_CLIENT_CERTIFICATE), followed by its issuers without the root: PEM
     * with its terminating zero, or DER, one certificate after the other. DER is not
     * copied: it must stay valid as long as the session. RT_NULL: the files of
     * certs/client/, if the firmware was built with any. Not for sessions with a
     * pre-shared key.
     */
    const void *certificate;
    /** Bytes, the terminating zero of PEM included. TLS_IN_FILE: certificate is a path (PKG_MBEDTLS_CLIENT_FILE). */
    size_t certificate_length;

    /**
     * The private key of the certificate, PEM with its terminating zero, or DER
     * (PKG_MBEDTLS_CLIENT_CERTIFICATE): EC, or RSA. Read by mbedtls_client_context()
     * only.
     */
    const void *key;
    /** Bytes, the terminating zero of PEM included. TLS_IN_FILE: key is a path (PKG_MBEDTLS_CLIENT_FILE). */
    size_t key_length;

    /**
     * The password of an encrypted key (PKG_MBEDTLS_CLIENT_PASSWORD). RT_NULL: the
     * key is not encrypted. Read by mbedtls_client_context() only.
     */
    const char *key_password;

    /**
     * Instead of key: signs a hash with a key that is not in the memory of this CPU, in
     * a secure element or a TEE (PKG_MBEDTLS_CLIENT_SIGN). Called in a connect whose
     * server asks for the certificate. It may take long: its time counts against
     * connect_timeout, which it does not interrupt. The session verifies each
     * signature with the certificate before it sends it.
     *
     * @param algorithm  TLS_SIGN_ECDSA: the signature is r and s, big endian, each as
     *                   long as the curve; TLS_SIGN_RSA: PKCS #1 v1.5, with the
     *                   DigestInfo of the hash, as long as the modulus
     * @param hash       SHA-256, SHA-384 or SHA-512, by its length; before TLS 1.2 for
     *                   TLS_SIGN_RSA 36 bytes, which have no DigestInfo
     * @param signature  receives size bytes, neither more nor fewer
     * @return 0; any other value: the connect fails with TLS_ERR_IDENTITY
     */
    int (*sign)(struct MbedTLSSession *session, int algorithm, const unsigned char *hash, size_t hash_length,
                unsigned char *signature, size_t size);
};

/** Algorithms of options.sign. */
#define TLS_SIGN_ECDSA          0
#define TLS_SIGN_RSA            1

/** Private: what a session over UDP notes. */
struct tls_client_datagram
{
    mbedtls_timing_delay_context timer; /* until the next retransmission */
    size_t needed;                      /* bytes of a message or record that the input buffer cannot hold; 0: none */
    int error;                          /* of the last datagram that could not be sent */
    unsigned char has_heard;            /* the peer has sent a record */
    unsigned char has_noise;            /* the peer has sent something else */
    unsigned char heard;                /* datagrams since our last new flight, 255: or more */
    unsigned char sequence;             /* of the last handshake message in it, its low byte */
};

struct tls_client_link;

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
    unsigned char identity_fault;       /* enum tls_identity_fault */
    unsigned char is_asked;             /* the server has asked for a certificate in this connect */
    unsigned char address[16];          /* if the peer is an address */
    struct tls_path path;               /* the chain in verification */
    struct tls_client_identity *identity;       /* the device's certificate and key; RT_NULL: none */
#ifdef PKG_MBEDTLS_DTLS
    struct tls_client_datagram datagram;
#endif
#ifdef PKG_MBEDTLS_DTLS_PRIORITY
    rt_thread_t raised;                 /* the thread whose priority is raised for the handshake, or RT_NULL */
    unsigned char priority;             /* its priority before */
#endif
#ifdef PKG_MBEDTLS_SAL
    const struct tls_client_link *link; /* carries the records in place of a socket of the session; RT_NULL: none */
#endif
};

/**
 * A session. The application sets it to zeros, then the first four members.
 *
 * entropy, ctr_drbg and cacert come from the manual. Only applications that use
 * them need them: they take hundreds of bytes of RAM in each session, so menuconfig
 * can leave them out. All other members are there in every configuration.
 */
typedef struct MbedTLSSession
{
    char *host;                         /* name or address; freed by mbedtls_client_close() */
    char *port;                         /* decimal, 1 to 65535; freed by mbedtls_client_close() */

    unsigned char *buffer;              /* for the application; freed by mbedtls_client_close(); may be RT_NULL */
    size_t buffer_len;                  /* bytes */

    mbedtls_ssl_context ssl;
    mbedtls_ssl_config conf;
#ifdef PKG_MBEDTLS_SESSION_DRBG
    mbedtls_entropy_context entropy;    /* unused, all zeros */
    mbedtls_ctr_drbg_context ctr_drbg;  /* seeded, for the application; the session uses tls_random */
#endif
    mbedtls_net_context server_fd;      /* .fd: the descriptor, -1 for none */
#ifdef PKG_MBEDTLS_SESSION_CACERT
    mbedtls_x509_crt cacert;            /* empty; certificates parsed into it before the connect are trusted as well */
#endif

    struct tls_client_options options;
    struct tls_client_internal internal;        /* private */
} MbedTLSSession;

/**
 * Initialise a session: all members but host, port, buffer and buffer_len.
 *
 * @param session     the session; the other members need not be initialised
 * @param entropy     mixed into the random generator, for example a serial number;
 *                    need not be secret; RT_NULL: none
 * @param entropyLen  bytes of entropy
 * @return 0
 *         TLS_ERR_RANDOM                the random source failed
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory (only with TLS 1.3)
 *         Waits only for the random source, on the first call.
 */
int mbedtls_client_init(MbedTLSSession *session, void *entropy, size_t entropyLen);

/**
 * Check the options, configure the engine and allocate the session's buffers.
 *
 * @return 0
 *         TLS_ERR_UNSUPPORTED           an option needs a feature that is not in this
 *                                       build, or transport has no valid value; the
 *                                       report says what to select
 *         TLS_ERR_NO_ROOTS              there is no root certificate
 *         TLS_ERR_PINS                  options.pins is not in its notation, missing
 *                                       with TLS_VERIFY_PINS, or set together with
 *                                       TLS_VERIFY_NOTHING or a pre-shared key
 *         TLS_ERR_PSK                   the pre-shared key cannot be used
 *         TLS_ERR_ALPN                  options.alpn cannot be used
 *         TLS_ERR_IDENTITY              options.certificate or options.key cannot be
 *                                       used: unreadable, of different pairs, expired,
 *                                       not for clients; the report says which
 *         MBEDTLS_ERR_SSL_BAD_INPUT_DATA  the server's name is empty or longer than
 *                                       255 characters
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory
 *         TLS_ERR_STATE                 not initialised, or called before
 *         Does not wait.
 */
int mbedtls_client_context(MbedTLSSession *session);

/**
 * Connect to host and port, perform the handshake and verify the server.
 *
 * @return 0: connected to a verified server
 *         MBEDTLS_ERR_X509_CERT_VERIFY_FAILED  the server's certificate is refused
 *         TLS_ERR_CLOCK_UNSET           dates cannot be checked (manual 3.2.2)
 *         TLS_ERR_IDENTITY              the device's own certificate has expired, or
 *                                       options.sign failed
 *         TLS_ERR_TIMEOUT               options.connect_timeout has passed
 *         TLS_ERR_NO_HOST               no host, or no port from 1 to 65535
 *         TLS_ERR_RESUME                the engine resumed a session that
 *                                       tls_client_resume() has not checked
 *         MBEDTLS_ERR_NET_UNKNOWN_HOST, MBEDTLS_ERR_NET_CONNECT_FAILED,
 *         MBEDTLS_ERR_NET_CONN_RESET, MBEDTLS_ERR_SSL_CONN_EOF
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory, in whatever part
 *         TLS_ERR_STATE                 no context, or already connected
 *         or another code of the engine. After a failure server_fd.fd is -1, and
 *         the session may connect again.
 *         Waits for options.connect_timeout at most.
 */
int mbedtls_client_connect(MbedTLSSession *session);

/**
 * Connect without waiting: do what can be done at once. Call it until it returns
 * neither WANT_READ nor WANT_WRITE; tls_client_poll() says what to wait for between
 * the calls. options.connect_timeout starts with the first call. One call may
 * compute for as long as a signature takes. Over UDP with lwIP the thread of the
 * first call is more urgent than lwIP's receive thread until the handshake ends or
 * the session is closed (PKG_MBEDTLS_DTLS_PRIORITY).
 *
 * @return MBEDTLS_ERR_SSL_WANT_READ, MBEDTLS_ERR_SSL_WANT_WRITE, or what
 *         mbedtls_client_connect() returns
 */
int tls_client_connect_step(MbedTLSSession *session);

/**
 * What to wait for after WANT_READ or WANT_WRITE. Does not wait itself.
 *
 * @param fd  receives the descriptor to poll, for reading after WANT_READ, for
 *            writing after WANT_WRITE; -1 during the name look-up: call again some
 *            milliseconds later
 * @return milliseconds until the next call is due even if nothing happens
 */
uint32_t tls_client_poll(const MbedTLSSession *session, int *fd);

/**
 * Read data; over UDP one datagram.
 *
 * @param buf  receives at most len bytes
 * @param len  1 or more
 * @return the number of bytes, 1 to len
 *         0                              the peer closed the connection without
 *                                        close_notify: data may be missing
 *         MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY  the peer has closed the session; not a failure
 *         MBEDTLS_ERR_SSL_WANT_READ, MBEDTLS_ERR_SSL_WANT_WRITE  call again
 *                                        (options.nonblocking, or a descriptor
 *                                        that the session did not open)
 *         TLS_ERR_TIMEOUT                no data in time; errno is EAGAIN; the
 *                                        session remains usable
 *         TLS_ERR_TOO_LONG               the datagram has more than len bytes and
 *                                        is kept: tls_client_pending() says how
 *                                        many, and a read with that much room
 *                                        returns it
 *         TLS_ERR_STATE                  not connected
 *         MBEDTLS_ERR_NET_CONN_RESET or another code of the engine: the session
 *                                        can only be closed
 *         Waits for options.io_timeout at most.
 */
int mbedtls_client_read(MbedTLSSession *session, unsigned char *buf, size_t len);

/**
 * Send data: all of it, in as many records as needed; over UDP as one datagram.
 *
 * @return len
 *         a smaller number of bytes      the rest was not sent in time
 *         MBEDTLS_ERR_SSL_WANT_READ, MBEDTLS_ERR_SSL_WANT_WRITE  nothing was sent:
 *                                        call again with the same data
 *         TLS_ERR_TIMEOUT                nothing was sent in time; errno is
 *                                        ETIMEDOUT; call again with the same data
 *                                        or give up
 *         TLS_ERR_TOO_LONG               UDP: len is above tls_client_datagram_size(),
 *                                        or above what the path takes; nothing was
 *                                        sent
 *         MBEDTLS_ERR_NET_SEND_FAILED    UDP: this datagram is lost, the session
 *                                        remains usable
 *         TLS_ERR_STATE                  not connected
 *         MBEDTLS_ERR_NET_CONN_RESET or another code of the engine: the session
 *                                        can only be closed
 *         Waits for options.io_timeout at most for each record.
 */
int mbedtls_client_write(MbedTLSSession *session, const unsigned char *buf, size_t len);

/**
 * End the session and free everything with tls_free(), which is rt_free(): the
 * engine's memory, host, port, buffer and the session itself. Closes the socket if
 * the session opened it. Sends close_notify to a connected peer, without waiting.
 *
 * @param session  from tls_malloc(), tls_calloc(), rt_malloc() or rt_calloc();
 *                 RT_NULL: does nothing
 * @return 0
 */
int mbedtls_client_close(MbedTLSSession *session);

/**
 * As mbedtls_client_close(), but do not free the session itself, host, port and
 * buffer: for a session that is static or a member of another structure. It may be
 * initialised again.
 *
 * @return 0
 */
int tls_client_end(MbedTLSSession *session);

/**
 * @return the report of the session's last failure. It belongs to the session and
 *         changes with the next failure; tls_report_what() and tls_report_remedy()
 *         (tls_diagnose.h) put it in words
 */
const struct tls_report *tls_client_report(const MbedTLSSession *session);

/**
 * @return bytes that a read returns without waiting, which select() may not see;
 *         over UDP the bytes of the next datagram, or 1 if their number is not known
 *         yet; 0 if the session is not connected
 */
size_t tls_client_pending(const MbedTLSSession *session);

/**
 * @return the protocol that the server has chosen from options.alpn: a pointer from
 *         that list, valid until the session ends. RT_NULL: the server has chosen
 *         none, the session is not connected, or the build has no PKG_MBEDTLS_ALPN.
 *         Without a chosen protocol the application decides whether to go on
 */
const char *tls_client_alpn(const MbedTLSSession *session);

/**
 * Whether the server of the current or last connect has asked for a certificate of
 * the device. It was sent the one of the session, or none if the session has none.
 * With PKG_MBEDTLS_CLIENT_CERTIFICATE.
 *
 * @return non-zero if it has
 */
int tls_client_is_asked(const MbedTLSSession *session);

/**
 * The largest datagram that a write takes. It depends on options.mtu, the cipher
 * suite and the server's connection ID. With PKG_MBEDTLS_DTLS.
 *
 * @return bytes; 0 if the session is not connected over UDP
 */
size_t tls_client_datagram_size(const MbedTLSSession *session);

/**
 * Whether the server identifies the session by a connection ID (RFC 9146), so that
 * the session survives a change of the device's address. With PKG_MBEDTLS_DTLS.
 *
 * @return non-zero if it does; 0 in a build without PKG_MBEDTLS_DTLS_CID
 */
int tls_client_has_connection_id(const MbedTLSSession *session);

/**
 * Replace the session's socket by a new one, after the device has moved to another
 * network or has a new address. (If a router changes the address on the path, no
 * call is needed.) The server learns the new address from the next datagram that is
 * written. Socket options must be set again on the new server_fd.fd. With
 * PKG_MBEDTLS_DTLS.
 *
 * @return 0
 *         TLS_ERR_UNSUPPORTED           the session has no connection ID
 *         MBEDTLS_ERR_NET_SOCKET_FAILED, MBEDTLS_ERR_NET_CONNECT_FAILED: no
 *                                       socket, or no route; the old socket remains
 *         TLS_ERR_STATE                 not connected over UDP
 *         Does not wait.
 */
int tls_client_rebind(MbedTLSSession *session);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLIENT_H */
