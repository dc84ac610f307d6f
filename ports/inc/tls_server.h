/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A small server: TLS over TCP, or DTLS over UDP, for several clients at once in
 * one thread. In builds with PKG_MBEDTLS_SERVER.
 *
 *     struct tls_server_options options = { 0 };
 *     struct tls_server_client *client;
 *     struct tls_server *server;
 *
 *     options.transport = TLS_SERVER_UDP;
 *     options.port = 5684;
 *     options.psk = find_key;
 *     if (tls_server_open(&server, &options) != 0)
 *         return;
 *     while (is_wanted)
 *     {
 *         switch (tls_server_poll(server, 500, &client))
 *         {
 *         case TLS_SERVER_DATA:
 *             while ((length = tls_server_read(client, buffer, sizeof(buffer))) > 0)
 *                 tls_server_write(client, buffer, length);
 *             break;
 *         case TLS_SERVER_ENDED:
 *             tls_server_end(client);
 *             break;
 *         }
 *     }
 *     tls_server_close(server);
 *
 * The rules:
 *
 * - The server works only inside these calls, in the caller's thread; it starts
 *   no thread of its own. A server and all its clients belong to one thread at a
 *   time. Different servers may run in different threads.
 * - The application learns of a client once its handshake and every check that
 *   the options ask for are complete. From TLS_SERVER_CONNECTED on the client
 *   exists until tls_server_end(), even if its connection ends earlier.
 * - Every wait has a limit: options.handshake_timeout for a handshake,
 *   options.idle_timeout for a client that sends no data, options.write_timeout
 *   for a write, the caller's timeout for tls_server_poll(). tls_server_read()
 *   does not wait.
 * - DTLS: until a client has shown with a cookie that it receives at its source
 *   address (RFC 6347 4.2.1), it uses no heap, and it is sent no more bytes than
 *   it has sent. A new ClientHello from the address of a live session does not
 *   affect that session until then, and ends it afterwards (RFC 6347 4.2.8;
 *   manual 6.4.7). With PKG_MBEDTLS_DTLS_CID a client may change its address
 *   (RFC 9146 6).
 * - Handshakes need the most heap, so they have a limit of their own. While it is
 *   reached, a further client over UDP gets no answer and repeats its ClientHello;
 *   one over TCP waits. A handshake whose client has kept the server waiting for
 *   PKG_MBEDTLS_SERVER_PATIENCE (900 ms), or the second one of a host, then yields
 *   its place to a client of another host; a host that holds
 *   a place already gets only that one. A TCP connection uses no engine before its
 *   first bytes come; if options.clients are in use, the one that has waited for
 *   longest yields. If there is none, a further client is refused with an alert.
 */
#ifndef TLS_SERVER_H
#define TLS_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "tls_config.h"
#include "tls_diagnose.h"
#include "tls_error.h"

#include "mbedtls/net_sockets.h"
#include "mbedtls/ssl.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mbedtls_x509_crt;
struct tls_server;
struct tls_server_client;

/** options.transport */
enum tls_server_transport
{
    TLS_SERVER_TCP,
    TLS_SERVER_UDP,                     /* in builds with PKG_MBEDTLS_DTLS */
};

/** options.client_auth: the certificate of a client that uses no pre-shared key. A client with one needs none. */
enum tls_server_auth
{
    TLS_SERVER_ANYONE,                  /* the server requests no certificate, and warns if client_ca or approve is
                                           set */
    TLS_SERVER_OPTIONAL,                /* a client may have none; a certificate that it sends must be valid */
    TLS_SERVER_REQUIRED,                /* a certificate that leads to options.client_ca */
};

/** What tls_server_poll() reports. */
enum tls_server_event
{
    TLS_SERVER_CONNECTED = 1,           /* a new client; its handshake is complete */
    TLS_SERVER_DATA,                    /* tls_server_read() has data; reported until all is read */
    TLS_SERVER_ENDED,                   /* the connection has ended, tls_server_read() returns why; reported once.
                                           Call tls_server_end() */
};

/** Bytes of the longest pre-shared key. */
#define TLS_SERVER_PSK_MAX      32

/**
 * The application's choices for a server; zero means the default. The members are
 * the same in every build. An option that needs a feature that this build lacks
 * is refused with TLS_ERR_UNSUPPORTED.
 */
struct tls_server_options
{
    unsigned char transport;            /* enum tls_server_transport */
    unsigned char client_auth;          /* enum tls_server_auth */
    unsigned char nonblocking;          /* non-zero: tls_server_write() does not wait */
    uint16_t port;                      /* 0: a free one, see tls_server_port() */
    uint16_t clients;                   /* at once, at most; 0: PKG_MBEDTLS_SERVER_CLIENTS */
    uint16_t handshakes;                /* of these in a handshake, at most; 0: PKG_MBEDTLS_SERVER_HANDSHAKES */
    const char *address;                /* of the interface to listen on, numeric IPv4 or IPv6; RT_NULL: all */

    /** Milliseconds for a handshake, from its first message on; 0: PKG_MBEDTLS_CONNECT_TIMEOUT. */
    uint32_t handshake_timeout;
    /** Milliseconds that a connected client may send no data; 0: PKG_MBEDTLS_SERVER_IDLE_TIMEOUT. */
    uint32_t idle_timeout;
    /** Milliseconds that a write waits for a record to be accepted by the network; 0: PKG_MBEDTLS_IO_TIMEOUT. */
    uint32_t write_timeout;

    /**
     * The server's certificate, followed by its issuers without the root: PEM
     * with its terminating zero, or DER, one certificate after the other. DER is
     * not copied: it must remain until tls_server_close(). RT_NULL: with psk
     * none; else the files of certs/server/, if the firmware was built with any.
     */
    const unsigned char *certificate;
    size_t certificate_length;          /* bytes, the terminating zero of PEM included */
    /**
     * The private key of the certificate, not encrypted: PEM with its terminating
     * zero, or DER. Read in tls_server_open() only.
     */
    const unsigned char *key;
    size_t key_length;                  /* bytes, the terminating zero of PEM included */

    /**
     * One or more CAs that clients' certificates have to lead to; form and
     * lifetime as for certificate. The roots of tls_trust.h are for servers on
     * the internet and are not used here.
     */
    const unsigned char *client_ca;
    size_t client_ca_length;            /* bytes, the terminating zero of PEM included */

    /** Passed to the functions below, which run in the thread of tls_server_poll() and must not wait. */
    void *context;

    /**
     * Finds the pre-shared key of a client (RFC 4279). In builds with
     * PKG_MBEDTLS_PSK. RT_NULL: the server has none.
     *
     * @param client    the client in its handshake; only tls_server_set_user()
     *                  may be called with it yet
     * @param identity  the identity that the client sent: any bytes, without a
     *                  terminating zero
     * @param length    bytes of identity, 1 or more
     * @param key       receives the key, at most TLS_SERVER_PSK_MAX bytes
     * @return bytes of the key; 0: unknown identity
     */
    size_t (*psk)(void *context, struct tls_server_client *client, const unsigned char *identity, size_t length,
                  unsigned char key[TLS_SERVER_PSK_MAX]);

    /**
     * Decides on a client's certificate that leads to client_ca, e.g. by its
     * subject. RT_NULL: every such certificate is accepted.
     *
     * @param client  as for psk
     * @param crt     the client's own certificate, valid during the call only
     * @return 0 to accept it
     */
    int (*approve)(void *context, struct tls_server_client *client, const struct mbedtls_x509_crt *crt);

    /**
     * Decides on a new address of a client with a connection ID, whose newest
     * record came from there (RFC 9146 6, PKG_MBEDTLS_DTLS_CID). If accepted, the
     * server sends to that address from now on. RT_NULL: accepted.
     *
     * An attacker on the path who rewrites source addresses can redirect the
     * server's records in this way until the client's next record. If the
     * application's protocol answers little data with much, have the client
     * confirm the new address first.
     *
     * @param address  the new address, as tls_server_address() writes it
     * @return 0 to accept it, else the server keeps the old one
     */
    int (*moved)(void *context, struct tls_server_client *client, const char *address);
};

/**
 * Open a server. Waits only for the random source, at its first use.
 *
 * @param server   receives the server, to be closed with tls_server_close();
 *                 RT_NULL after a failure
 * @param options  copied; for what its pointers refer to see the members
 * @return 0
 *         TLS_ERR_STATE                 neither a certificate nor psk, only one
 *                                       of certificate and key, or client_auth
 *                                       without client_ca or certificate
 *         TLS_ERR_UNSUPPORTED           this build lacks the transport, pre-shared
 *                                       keys or certificates, or transport or
 *                                       client_auth has no valid value; the log
 *                                       says what to select
 *         TLS_ERR_RANDOM                the random source failed
 *         TLS_ERR_TOO_LONG              certificate and issuers do not fit into
 *                                       PKG_MBEDTLS_SSL_OUT_CONTENT_LEN
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory
 *         MBEDTLS_ERR_NET_UNKNOWN_HOST  options.address is no address
 *         MBEDTLS_ERR_NET_SOCKET_FAILED, MBEDTLS_ERR_NET_BIND_FAILED,
 *         MBEDTLS_ERR_NET_LISTEN_FAILED
 *         or a code of the engine: a certificate or key cannot be parsed, or they
 *         do not belong together. After a failure nothing stays allocated.
 */
int tls_server_open(struct tls_server **server, const struct tls_server_options *options);

/**
 * Serve the clients until there is an event. Handshakes, time limits and the
 * network are handled in here, so call it again and again.
 *
 * @param timeout  milliseconds to wait at most; 0: do not wait. A step of a
 *                 handshake may take longer by the time of a signature
 * @param client   receives the client of the event; RT_NULL: none
 * @return enum tls_server_event
 *         TLS_ERR_TIMEOUT               no event
 *         MBEDTLS_ERR_NET_POLL_FAILED   the server's own socket has failed: close
 *                                       the server
 */
int tls_server_poll(struct tls_server *server, uint32_t timeout, struct tls_server_client **client);

/**
 * Read what a client has sent. Does not wait.
 *
 * @param buffer  receives at most length bytes. Over UDP a read returns bytes of
 *                one record; its rest remains for the next read
 * @param length  bytes, 1 or more
 * @return bytes
 *         MBEDTLS_ERR_SSL_WANT_READ          no data now
 *         TLS_ERR_STATE                      no buffer, or a client in its handshake
 *         and, each time, the reason why the session ended:
 *         MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY  the client closed it
 *         TLS_ERR_TRUNCATED                  the client closed the TCP connection
 *                                            without close_notify
 *         TLS_ERR_TIMEOUT                    no data for options.idle_timeout
 *         MBEDTLS_ERR_SSL_CLIENT_RECONNECT   UDP: a new session at its address
 *         or another code
 */
int tls_server_read(struct tls_server_client *client, unsigned char *buffer, size_t length);

/**
 * Send to a client: over TCP all of it, in as many records as necessary; over UDP
 * in one record, that is, one datagram. For each record it waits at most for
 * options.write_timeout; with options.nonblocking it does not wait.
 *
 * @param buffer  may be RT_NULL if length is 0
 * @param length  bytes
 * @return length
 *         fewer bytes                    TCP: the network did not accept the rest in
 *                                        time
 *         MBEDTLS_ERR_SSL_WANT_WRITE     nothing was sent (options.nonblocking): call
 *                                        again with the same data
 *         TLS_ERR_TIMEOUT                nothing was sent in time: may be called again
 *                                        with the same data
 *         TLS_ERR_TOO_LONG               UDP: does not fit into one datagram; nothing
 *                                        was sent and the session goes on
 *         MBEDTLS_ERR_NET_SEND_FAILED    UDP: the network does not accept it now; the
 *                                        session goes on
 *         TLS_ERR_STATE                  no buffer, or a client in its handshake
 *         or the reason why the session ended, see tls_server_read()
 */
int tls_server_write(struct tls_server_client *client, const unsigned char *buffer, size_t length);

/**
 * End a session and free the client. A connected client is sent close_notify,
 * without waiting.
 */
void tls_server_end(struct tls_server_client *client);

/**
 * End all sessions and free the server. Does not wait.
 *
 * @param server  RT_NULL does nothing
 */
void tls_server_close(struct tls_server *server);

/** @return the port that the server listens on; 0: it cannot be found out */
uint16_t tls_server_port(const struct tls_server *server);

/**
 * Count the clients.
 *
 * @param handshakes  receives how many clients are in their handshake or wait for
 *                    it; may be RT_NULL
 * @return how many are connected
 */
unsigned tls_server_clients(const struct tls_server *server, unsigned *handshakes);

/** Store a pointer of the application with a client. The server does not use or free it. */
void tls_server_set_user(struct tls_server_client *client, void *user);

/** @return the pointer from tls_server_set_user(); RT_NULL at first */
void *tls_server_user(const struct tls_server_client *client);

/** Bytes of the longest text that tls_server_address() writes, terminating zero included. */
#define TLS_SERVER_ADDRESS      48

/**
 * Write the address and port of a client, "192.0.2.7:49152" or
 * "[2001:db8:0:0:0:0:0:7]:49152".
 *
 * @param text  receives at most TLS_SERVER_ADDRESS bytes
 * @return text
 */
char *tls_server_address(const struct tls_server_client *client, char *text);

/**
 * The last failure of a client, including those that failed in their handshake.
 *
 * @return the report, see tls_diagnose.h; valid until tls_server_close(), changed
 *         by the next failure
 */
const struct tls_report *tls_server_report(const struct tls_server *server);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SERVER_H */
