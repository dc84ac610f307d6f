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
 * - Everything happens inside the calls, in the caller's thread; there is no
 *   other thread. A server belongs to one thread at a time, with all its
 *   clients. Different servers may run in different threads.
 * - A client is shown to the application once its handshake is over, and with it
 *   every check that the options ask for. From TLS_SERVER_CONNECTED on it lives
 *   until tls_server_end(), even if its connection ends before.
 * - Nothing waits without a limit: a handshake has options.handshake_timeout, a
 *   client that is silent options.idle_timeout, a write options.write_timeout.
 *   tls_server_poll() waits as long as it is told to. Reading does not wait.
 * - DTLS: before a client has proven that it receives at the address it sends
 *   from (a cookie, RFC 6347 4.2.1), it costs neither heap nor more bytes sent
 *   than received. A new ClientHello from the address of a live session leaves
 *   that session alone until then, and ends it afterwards (4.2.8; manual 6.4.7).
 *   With PKG_MBEDTLS_DTLS_CID a client may change its address (RFC 9146 6).
 * - Handshakes take most heap, so their number has a limit of its own. Over UDP
 *   a client beyond it is not answered and tries again by itself; over TCP it
 *   waits to be accepted. A client beyond the number of clients is refused with
 *   an alert.
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

/** options.client_auth: what a client has to show that has no pre-shared key; one that has needs nothing else. */
enum tls_server_auth
{
    TLS_SERVER_ANYONE,                  /* no certificate is asked for */
    TLS_SERVER_OPTIONAL,                /* one that is shown must be good; none is as well */
    TLS_SERVER_REQUIRED,                /* a certificate that leads to options.client_ca */
};

/** What tls_server_poll() has to tell. */
enum tls_server_event
{
    TLS_SERVER_CONNECTED = 1,           /* a new client; its handshake is over */
    TLS_SERVER_DATA,                    /* tls_server_read() has something; told until it has been read */
    TLS_SERVER_ENDED,                   /* told once; tls_server_read() returns why. To be ended with tls_server_end() */
};

/** Bytes of the longest pre-shared key. */
#define TLS_SERVER_PSK_MAX      32

/** What an application chooses for a server; zero means the default. */
struct tls_server_options
{
    unsigned char transport;            /* enum tls_server_transport */
    unsigned char client_auth;          /* enum tls_server_auth */
    unsigned char nonblocking;          /* non-zero: tls_server_write() does not wait */
    uint16_t port;                      /* 0: one that is free, see tls_server_port() */
    uint16_t clients;                   /* at most, at once; 0: PKG_MBEDTLS_SERVER_CLIENTS */
    uint16_t handshakes;                /* of these, at most; 0: PKG_MBEDTLS_SERVER_HANDSHAKES */
    const char *address;                /* of the interface to listen on, IPv4 or IPv6; RT_NULL: all */

    /** Milliseconds for a handshake from its first message on; 0: PKG_MBEDTLS_CONNECT_TIMEOUT. */
    uint32_t handshake_timeout;
    /** Milliseconds that a connected client may send no data; 0: PKG_MBEDTLS_SERVER_IDLE_TIMEOUT. */
    uint32_t idle_timeout;
    /** Milliseconds that a write waits for a client over TCP without progress; 0: PKG_MBEDTLS_IO_TIMEOUT. */
    uint32_t write_timeout;

    /**
     * The server's certificate, then its issuers up to, but without, the root:
     * PEM with its terminating zero, or DER, one after the other. DER is read
     * where it lies: it must stay as long as the server. RT_NULL: none, for
     * servers with pre-shared keys only.
     */
    const unsigned char *certificate;
    size_t certificate_length;          /* bytes; for PEM with the terminating zero */
    /** The private key of the certificate, PEM with its terminating zero or DER, not encrypted; not used after the open. */
    const unsigned char *key;
    size_t key_length;

    /**
     * The CA, or CAs, that clients' certificates lead to; form and life as of
     * the certificate. The roots of tls_trust.h are for servers on the internet
     * and have no say here.
     */
    const unsigned char *client_ca;
    size_t client_ca_length;

    /** Handed to the functions below. */
    void *context;

    /**
     * The key of a client (RFC 4279); in builds with PKG_MBEDTLS_PSK. RT_NULL:
     * no pre-shared keys.
     *
     * @param client    the one that shakes hands; may be given to
     *                  tls_server_set_user(), and to nothing else yet
     * @param identity  what it calls itself, not terminated, any bytes
     * @param length    1 or more
     * @param key       receives its key, at most TLS_SERVER_PSK_MAX bytes
     * @return bytes of the key; 0: no such client. Must not wait
     */
    size_t (*psk)(void *context, struct tls_server_client *client, const unsigned char *identity, size_t length,
                  unsigned char key[TLS_SERVER_PSK_MAX]);

    /**
     * Has the last word on a client's certificate that leads to client_ca, e.g.
     * by its subject. RT_NULL: each is accepted.
     *
     * @param crt  the client's own certificate; of use during the call only
     * @return 0 to accept it. Must not wait
     */
    int (*approve)(void *context, struct tls_server_client *client, const struct mbedtls_x509_crt *crt);

    /**
     * A client with a connection id has sent a new record from another address
     * (RFC 9146 6). Records to it go there from now on, unless refused. Who can
     * change addresses on the way may so lead them astray until the client's
     * next record: a protocol that sends much for little should make the client
     * answer from there first. RT_NULL: accepted.
     *
     * @param address  the new one, as tls_server_address() writes it
     * @return 0 to go on with the new address, else the old one stays
     */
    int (*moved)(void *context, struct tls_server_client *client, const char *address);
};

/**
 * Open a server.
 *
 * @param server   receives it; to be closed with tls_server_close(). RT_NULL
 *                 after a failure
 * @param options  copied; what the pointers in it point to is not, see there
 * @return 0
 *         TLS_ERR_STATE                 neither a certificate with its key nor
 *                                       psk, or client_auth without client_ca or without
 *                                       a certificate of the server's own
 *         TLS_ERR_RANDOM                the random source failed
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED  out of memory
 *         MBEDTLS_ERR_NET_BIND_FAILED, MBEDTLS_ERR_NET_SOCKET_FAILED,
 *         MBEDTLS_ERR_NET_LISTEN_FAILED, MBEDTLS_ERR_NET_UNKNOWN_HOST
 *         TLS_ERR_TOO_LONG              the certificate and its issuers do not fit into
 *                                       PKG_MBEDTLS_SSL_OUT_CONTENT_LEN
 *         TLS_ERR_UNSUPPORTED           not in this build: DTLS, pre-shared keys,
 *                                       certificates
 *         or a code of the engine for a certificate or key that it cannot read,
 *         or that do not belong together. Nothing is left behind then.
 *         Waits only for the random source, the first time.
 */
int tls_server_open(struct tls_server **server, const struct tls_server_options *options);

/**
 * Do what is due, and wait for something to tell.
 *
 * @param timeout  milliseconds at most; 0: do not wait. One handshake step may
 *                 compute for as long as a signature takes on top
 * @param client   receives the client in question
 * @return enum tls_server_event, TLS_ERR_TIMEOUT if there is nothing to tell, or
 *         MBEDTLS_ERR_NET_POLL_FAILED: the server's own socket is of no use any
 *         more
 */
int tls_server_poll(struct tls_server *server, uint32_t timeout, struct tls_server_client **client);

/**
 * Read what a client has sent; does not wait.
 *
 * @param buffer  receives at most length bytes; over UDP a read gives the bytes of
 *                one record, the rest of which waits for the next read
 * @return bytes
 *         MBEDTLS_ERR_SSL_WANT_READ          there is nothing
 *         and, again and again, what the client ended with:
 *         MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY  it has closed the session
 *         TLS_ERR_TRUNCATED                  it has closed the connection without saying so in TLS
 *         TLS_ERR_TIMEOUT                    options.idle_timeout, or options.write_timeout within a record
 *         MBEDTLS_ERR_SSL_CLIENT_RECONNECT   a new client is at its address
 *         or another code
 */
int tls_server_read(struct tls_server_client *client, unsigned char *buffer, size_t length);

/**
 * Send to a client: over TCP all of it, in as many records as it takes; over UDP
 * in one record, that is, one datagram.
 *
 * @return length
 *         a smaller number of bytes      TCP: the rest did not go in time
 *         MBEDTLS_ERR_SSL_WANT_WRITE     nothing went (options.nonblocking): call
 *                                        again with the same data
 *         TLS_ERR_TIMEOUT                nothing went in time; may be called again
 *                                        with the same data
 *         TLS_ERR_TOO_LONG               longer than a datagram holds: nothing went
 *         MBEDTLS_ERR_NET_SEND_FAILED    UDP: the network does not take it now; the
 *                                        client stays
 *         or what the client ended with. Waits for options.write_timeout at most
 *         without progress.
 */
int tls_server_write(struct tls_server_client *client, const unsigned char *buffer, size_t length);

/**
 * End a client and free all of it. If it is still connected, it is told, without
 * waiting.
 */
void tls_server_end(struct tls_server_client *client);

/**
 * End all clients and free the server; RT_NULL does nothing.
 */
void tls_server_close(struct tls_server *server);

/** @return the port that the server listens on */
uint16_t tls_server_port(const struct tls_server *server);

/**
 * How many clients there are.
 *
 * @param handshakes  receives how many more shake hands; may be RT_NULL
 * @return those that are connected
 */
unsigned tls_server_clients(const struct tls_server *server, unsigned *handshakes);

/** Keep something of the application's with a client. */
void tls_server_set_user(struct tls_server_client *client, void *user);

/** @return what tls_server_set_user() was given, RT_NULL at first */
void *tls_server_user(const struct tls_server_client *client);

/** Bytes that tls_server_address() needs, terminating zero included. */
#define TLS_SERVER_ADDRESS      48

/**
 * Write a client's address and port, "192.0.2.7:49152" or
 * "[2001:db8:0:0:0:0:0:7]:49152".
 *
 * @param text  TLS_SERVER_ADDRESS bytes
 * @return text
 */
char *tls_server_address(const struct tls_server_client *client, char *text);

/**
 * The last failure of a client, also of one that did not get through its
 * handshake.
 *
 * @return the report, which lives as long as the server; see tls_diagnose.h
 */
const struct tls_report *tls_server_report(const struct tls_server *server);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SERVER_H */
