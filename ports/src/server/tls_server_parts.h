/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the server share. Not for applications.
 *
 * In this folder a client is the remote side of a connection, and the session
 * that the server keeps for it. The device's own client lies in ../client.
 *
 * The files, from the bottom up; each calls only those above it in this list:
 *
 *   tls_hello, tls_cookie          first messages of DTLS as bytes; their cookies
 *   tls_server_clients             the list of clients and its limits
 *   tls_server_fail                reports of failures; alerts for refused clients
 *   tls_server_certificate, _psk, _cid, _credentials
 *   tls_server_client              one client from its first message to its end
 *   tls_server_io                  tls_server_read(), tls_server_write()
 *   tls_server_stream, _datagram   the two transports
 *   tls_server                     open, poll, close
 */
#ifndef TLS_SERVER_PARTS_H
#define TLS_SERVER_PARTS_H

#include <rtthread.h>

#include "tls_clock.h"
#include "tls_memory.h"
#include "tls_net.h"
#include "tls_path.h"
#include "tls_server.h"

#include "../base/tls_has.h"
#include "../net/tls_net_server.h"

#ifdef PKG_MBEDTLS_DTLS
#include "tls_cookie.h"

#include "mbedtls/timing.h"
#endif
#ifdef PKG_MBEDTLS_CERTIFICATES
#include "mbedtls/pk.h"
#include "mbedtls/x509_crt.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the connection IDs that the server assigns. */
#define TLS_SERVER_CID          4

/** client->state */
enum tls_server_state
{
    TLS_SERVER_STATE_WAITING,           /* TCP: accepted, without an engine until its first bytes come */
    TLS_SERVER_STATE_HANDSHAKE,         /* not yet reported to the application */
    TLS_SERVER_STATE_CONNECTED,
    TLS_SERVER_STATE_ENDED,             /* engine and socket are freed; waits for tls_server_end() */
};

struct tls_server_client
{
    struct tls_server_client *next;
    struct tls_server *server;
    mbedtls_ssl_context ssl;
    mbedtls_net_context connection;     /* TCP: its socket; UDP: fd is -1 */
    struct tls_net_peer peer;           /* its address and port */
    struct tls_deadline deadline;       /* of the handshake, then of the idle timeout */
    uint64_t progress;                  /* server->waited at the last step of the handshake */
    int step;                           /* tls_engine_state() then */
    void *user;
    int code;                           /* why the session ended */
    unsigned char state;                /* enum tls_server_state */
    unsigned char is_shown;             /* TLS_SERVER_CONNECTED has been reported */
    unsigned char is_over;              /* TLS_SERVER_ENDED has been reported */
    unsigned char wants_write;          /* TCP: the handshake waits until the socket takes more */
    unsigned char is_ready;             /* TCP: its first bytes have come, it waits for room for a handshake */
    unsigned char is_at_end;            /* TCP: the client has closed its side */
    unsigned char receives;             /* TCP: calls of tls_net_recv() in this turn */
    unsigned char has_cid;              /* UDP: the client puts its connection ID into its records */
#ifdef PKG_MBEDTLS_DTLS_CID
    unsigned char cid[TLS_SERVER_CID];
#endif
#ifdef PKG_MBEDTLS_DTLS
    int sent;                           /* result of sending the last datagram */
    mbedtls_timing_delay_context timer; /* the engine's: when to send its flight again */
    unsigned char cookie[TLS_COOKIE_SIZE];      /* of the ClientHello that began the session */
#endif
};

/** A transport. tls_server_stream.c and tls_server_datagram.c have one table each. */
struct tls_server_ops
{
    const char *protocol;               /* for the log: "TLS" or "DTLS" */
    int transport;                      /* MBEDTLS_SSL_TRANSPORT_STREAM or MBEDTLS_SSL_TRANSPORT_DATAGRAM */

    /** Open server->fd and allocate what the transport needs; returns 0 or a negative code. */
    int (*open)(struct tls_server *server);
    /**
     * Wait for the network for at most left milliseconds, then handle what came.
     * Returns 0, TLS_ERR_TIMEOUT (nothing came) or MBEDTLS_ERR_NET_POLL_FAILED.
     */
    int (*wait)(struct tls_server *server, uint32_t left);
    /** Free what open() allocated, also after it failed. */
    void (*close)(struct tls_server *server);

    /** Set up the engine's session for a new client; returns 0 or a negative code. */
    int (*attach)(struct tls_server_client *client);
    /** Call the engine's handshake once; returns its result. */
    int (*handshake)(struct tls_server_client *client);
    /** Called once the handshake is over. */
    void (*connected)(struct tls_server_client *client);
    /** Non-zero if input that the engine has not fetched yet is left. */
    int (*has_input)(const struct tls_server_client *client);
    /** Milliseconds until the engine sends its flight again; UINT32_MAX: it does not. */
    uint32_t (*resend_left)(const struct tls_server_client *client);
    /** Send one record; returns bytes, MBEDTLS_ERR_SSL_WANT_WRITE or another negative code. */
    int (*write)(struct tls_server_client *client, const unsigned char *buffer, size_t length);
};

extern const struct tls_server_ops tls_server_stream_ops;
extern const struct tls_server_ops tls_server_datagram_ops;     /* in builds with PKG_MBEDTLS_DTLS */

struct tls_server
{
    int fd;
    const struct tls_server_ops *ops;
    struct tls_server_options options;  /* zeros replaced by defaults */
    mbedtls_ssl_config conf;
    struct tls_server_client *clients;  /* the one whose turn it is to report comes first */
    struct tls_report report;
    unsigned char has_verdict;          /* report.flags belong to the verification under way */
    size_t longest;                     /* bytes of the longest handshake message that it sends; 0: a short one */
    uint64_t waited;                    /* milliseconds that it has waited for the network */
    struct tls_deadline pause;          /* TCP: after accept() has failed, until the next try */
    struct tls_net_watch *watches;      /* TCP: room for the server's socket and one for each client */
#ifdef PKG_MBEDTLS_CERTIFICATES
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt client_ca;
    struct tls_path path;               /* of the client's certificate in verification */
    mbedtls_pk_context key;
#endif
#ifdef PKG_MBEDTLS_DTLS
    struct tls_cookie_jar jar;
    unsigned char *datagram;            /* UDP: the datagram in hand, PKG_MBEDTLS_SERVER_DATAGRAM bytes */
    size_t datagram_length;             /* 0: there is none, or the engine has fetched it */
#endif
};

/*
 * tls_server_clients.c
 */

/** Put a client in front of the list of its server. */
void tls_server_add_client(struct tls_server_client *client);

/** Take a client out of the list. */
void tls_server_remove_client(struct tls_server_client *client);

/** Move a client to the end of the list, so that every other one reports before it does again. */
void tls_server_move_to_end(struct tls_server_client *client);

/** Non-zero until the session has ended; such clients count against options.clients. */
int tls_server_is_live(const struct tls_server_client *client);

/** Non-zero while fewer than options.handshakes clients are in a handshake. */
int tls_server_has_room(const struct tls_server *server);

/** Non-zero while options.clients clients are live. */
int tls_server_is_full(const struct tls_server *server);

/**
 * Find the client that yields its place to a new one: of those in a state, one
 * whose host holds several places, else the one without progress for longest. A
 * host that holds a place gets no other but that.
 *
 * @param state  TLS_SERVER_STATE_WAITING or TLS_SERVER_STATE_HANDSHAKE
 * @param peer   the new client
 * @return RT_NULL: all of them have made progress recently
 */
struct tls_server_client *tls_server_find_yielding(const struct tls_server *server, enum tls_server_state state,
                                                   const struct tls_net_peer *peer);

/*
 * tls_server_credentials.c and, in builds with PKG_MBEDTLS_PSK or
 * PKG_MBEDTLS_CERTIFICATES, tls_server_psk.c and tls_server_certificate.c
 */

/** Put keys, certificates and CAs of the options into the configuration; returns 0 or a negative code. */
int tls_server_set_credentials(struct tls_server *server);

/** The same for options.psk. */
void tls_server_set_psk(struct tls_server *server);

/** The same for options.certificate and options.client_ca; returns 0 or a negative code. */
int tls_server_set_certificates(struct tls_server *server);

void tls_server_init_certificates(struct tls_server *server);
void tls_server_free_certificates(struct tls_server *server);

/** Have a client's certificate verified as options.client_auth and options.approve say. */
void tls_server_verify_with(struct tls_server_client *client);

/** Non-zero if the certificate that a client has shown in its handshake is good, or it may do without. */
int tls_server_is_verified(const struct tls_server_client *client);

/*
 * tls_server_cid.c, in builds with PKG_MBEDTLS_DTLS_CID
 */

/** Have the engine use connection IDs; returns 0 or a negative code. */
int tls_server_configure_cid(struct tls_server *server);

/** Assign a connection ID to a new client; returns 0 or a negative code. */
int tls_server_assign_cid(struct tls_server_client *client);

/** Set client->has_cid after the handshake. */
void tls_server_note_cid(struct tls_server_client *client);

/** The live client with a connection ID, or RT_NULL. */
struct tls_server_client *tls_server_find_cid(const struct tls_server *server,
                                              const unsigned char cid[TLS_SERVER_CID]);

/*
 * tls_server_client.c
 */

/**
 * Allocate a client, in TLS_SERVER_STATE_WAITING.
 *
 * @param peer  its address
 * @param fd    TCP: its socket, which belongs to the client if that is returned;
 *              UDP: -1
 * @return the client, or RT_NULL: out of memory
 */
struct tls_server_client *tls_server_admit(struct tls_server *server, const struct tls_net_peer *peer, int fd);

/**
 * Set up the engine of a waiting client for its handshake.
 *
 * @return 0, or a negative code: the client still waits, to be ended by the caller
 */
int tls_server_start(struct tls_server_client *client);

/** End the session of a client for a new one at peer, see tls_server_find_yielding(). Returns non-zero if it did. */
int tls_server_yield(struct tls_server *server, enum tls_server_state state, const struct tls_net_peer *peer);

/** Let the engine work on a client's input as far as it gets without waiting. May end the session. */
void tls_server_drive(struct tls_server_client *client);

/**
 * Read into the engine's buffer, without waiting.
 *
 * @return 0: there are bytes for the application, or a negative code
 */
int tls_server_fetch(struct tls_server_client *client);

/** Non-zero if the engine's buffer has bytes for the application. */
int tls_server_has_data(const struct tls_server_client *client);

/** Act on a client's time limits that have passed. May end the session. */
void tls_server_check_time(struct tls_server_client *client);

/** Milliseconds until tls_server_check_time() has something to do. */
uint32_t tls_server_time_left(const struct tls_server_client *client);

/** End a session because of a code. Frees the client if it was not yet reported to the application. */
void tls_server_lose(struct tls_server_client *client, int code);

/*
 * tls_server_fail.c
 */

/**
 * Put a failure into the server's report and log it.
 *
 * @param watch  of the calls that failed; RT_NULL: they allocate nothing
 * @return the code to end the session with: out of memory where the watch says so
 */
int tls_server_fail(struct tls_server_client *client, int code, const struct tls_memory_watch *watch);

/**
 * Write the alert for a client that is refused.
 *
 * @param hello  UDP: the datagram with its ClientHello; TCP: RT_NULL
 * @return bytes written
 */
size_t tls_server_refusal(unsigned char record[15], const unsigned char *hello);

/*
 * tls_server.c
 */

/**
 * Check that the build has what server->options need, and that their values are
 * valid; note a failure in server->report and log it.
 *
 * @return 0 or TLS_ERR_UNSUPPORTED
 */
int tls_server_check_options(struct tls_server *server);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SERVER_PARTS_H */
