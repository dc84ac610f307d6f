/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of tls_server share. Not for applications.
 */
#ifndef TLS_SERVER_PRIVATE_H
#define TLS_SERVER_PRIVATE_H

#include <rtthread.h>

#include "tls_clock.h"
#include "tls_memory.h"
#include "tls_net.h"
#include "../net/tls_net_server.h"
#include "tls_server.h"

#ifdef PKG_MBEDTLS_DTLS
#include "tls_cookie.h"
#include "tls_hello.h"

#include "mbedtls/timing.h"
#endif
#ifdef PKG_MBEDTLS_CERTIFICATES
#include "mbedtls/pk.h"
#include "mbedtls/x509_crt.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the connection ids that clients are given. */
#define TLS_SERVER_CID          4

/** client->state */
enum tls_server_state
{
    TLS_SERVER_STATE_HANDSHAKE,         /* the application does not know it yet */
    TLS_SERVER_STATE_CONNECTED,
    TLS_SERVER_STATE_ENDED,             /* what the engine took is given back; waits for tls_server_end() */
};

struct tls_server_client
{
    struct tls_server_client *next;
    struct tls_server *server;
    mbedtls_ssl_context ssl;
    mbedtls_net_context connection;     /* TCP */
    struct tls_net_peer peer;
    struct tls_deadline deadline;       /* of the handshake, then of its silence */
    void *user;
    int code;                           /* what it ended with */
    unsigned char state;
    unsigned char is_shown;             /* TLS_SERVER_CONNECTED has been told */
    unsigned char is_over;              /* TLS_SERVER_ENDED has been told */
    unsigned char wants_write;          /* TCP: the handshake waits for room to send */
    unsigned char is_at_end;            /* TCP: the client's side is closed */
    unsigned char receives;             /* TCP: calls of the network in this turn */
#ifdef PKG_MBEDTLS_DTLS
    int sent;                           /* what the network made of the last datagram */
    mbedtls_timing_delay_context timer; /* of the engine: when to send a flight again */
    unsigned char cookie[TLS_COOKIE_SIZE];      /* of the hello that it began with */
#endif
#ifdef PKG_MBEDTLS_DTLS_CID
    unsigned char cid[TLS_SERVER_CID];
    unsigned char has_cid;              /* it sends its records with it */
#endif
};

struct tls_server
{
    int fd;
    struct tls_server_options options;  /* with defaults filled in */
    mbedtls_ssl_config conf;
    struct tls_server_client *clients;  /* whose turn it is to tell something comes first */
    struct tls_report report;
    unsigned char has_verdict;          /* the report has flags of the verification under way */
    struct tls_net_watch *watches;      /* TCP: room for the server's socket and one of each client */
#ifdef PKG_MBEDTLS_CERTIFICATES
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt client_ca;
    mbedtls_pk_context key;
#endif
#ifdef PKG_MBEDTLS_DTLS
    struct tls_cookie_jar jar;
    unsigned char *datagram;            /* UDP: the one in hand, PKG_MBEDTLS_SERVER_DATAGRAM bytes */
    size_t datagram_length;             /* 0: taken by the engine, or none */
#endif
};

/*
 * tls_server_credentials.c, tls_server_certificate.c
 */

/** Whom the server is and whom it trusts, from its options into its configuration; returns 0 or a negative code. */
int tls_server_set_credentials(struct tls_server *server);

#ifdef PKG_MBEDTLS_CERTIFICATES
void tls_server_init_certificates(struct tls_server *server);
int tls_server_set_certificates(struct tls_server *server);
void tls_server_free_certificates(struct tls_server *server);
/** Have the certificate of a client verified as the options ask for. */
void tls_server_verify_with(struct tls_server_client *client);
/** Non-zero if the certificate that a client has shown in its handshake is good, or none may be. */
int tls_server_is_verified(const struct tls_server_client *client);
#else
#define tls_server_init_certificates(server)    ((void)(server))
#define tls_server_set_certificates(server)     ((server)->options.certificate != RT_NULL ? TLS_ERR_UNSUPPORTED : 0)
#define tls_server_free_certificates(server)    ((void)(server))
#define tls_server_verify_with(client)          ((void)(client))
#define tls_server_is_verified(client)          ((void)(client), 1)
#endif

/*
 * tls_server_client.c
 */

/** Take a client in: its memory, its engine. Returns it, or RT_NULL: out of memory. */
struct tls_server_client *tls_server_admit(struct tls_server *server, const struct tls_net_peer *peer, int fd);

/** Let the engine go on with a client as far as it goes without waiting, and note what comes of it. */
void tls_server_drive(struct tls_server_client *client);

/** Act on the limits in time of a client that have passed. */
void tls_server_check_time(struct tls_server_client *client);

/** Milliseconds until tls_server_check_time() has something to do. */
uint32_t tls_server_time_left(const struct tls_server_client *client);

/** End a client's connection with a code; one that the application does not know is freed. */
void tls_server_lose(struct tls_server_client *client, int code);

/** Non-zero if bytes for the application lie ready. */
int tls_server_has_data(const struct tls_server_client *client);

/** Non-zero if a client is counted: it holds what the engine took. */
int tls_server_is_live(const struct tls_server_client *client);

/** Non-zero while there is room for another handshake. */
int tls_server_has_room(const struct tls_server *server);

/** Non-zero once there are as many clients as there may be. */
int tls_server_is_full(const struct tls_server *server);

/*
 * tls_server_stream.c, tls_server_datagram.c: listen, wait for the network, and
 * handle what came. Return 0, TLS_ERR_TIMEOUT: nothing came, or a negative code.
 */
int tls_server_stream_open(struct tls_server *server);
int tls_server_stream_wait(struct tls_server *server, uint32_t left);
#ifdef PKG_MBEDTLS_DTLS
int tls_server_datagram_open(struct tls_server *server);
int tls_server_datagram_wait(struct tls_server *server, uint32_t left);
void tls_server_datagram_close(struct tls_server *server);
/** What a client over UDP needs of the engine; returns 0 or a negative code. */
int tls_server_datagram_attach(struct tls_server_client *client);
/** To be called once the handshake of a client over UDP is over. */
void tls_server_datagram_connected(struct tls_server_client *client);
/** Send a datagram; returns length, WANT_WRITE or what ends the write. */
int tls_server_datagram_write(struct tls_server_client *client, const unsigned char *buffer, size_t length);
#else
#define tls_server_datagram_open(server)        ((void)(server), TLS_ERR_UNSUPPORTED)
#define tls_server_datagram_wait(server, left)  ((void)(server), (void)(left), TLS_ERR_UNSUPPORTED)
#define tls_server_datagram_close(server)       ((void)(server))
#define tls_server_datagram_attach(client)      ((void)(client), TLS_ERR_UNSUPPORTED)
#define tls_server_datagram_connected(client)   ((void)(client))
#define tls_server_datagram_write(client, buffer, length)  ((void)(client), TLS_ERR_UNSUPPORTED)
#endif

/*
 * tls_server_fail.c
 */

/** Note a failure of a client in the server's report and log it; returns the code to go on with. */
int tls_server_fail(struct tls_server_client *client, int code, const struct tls_memory_watch *watch);

/**
 * Write the alert for a client that cannot be served.
 *
 * @param hello  over UDP, the datagram with its hello; else RT_NULL
 * @return bytes written
 */
size_t tls_server_refusal(unsigned char record[15], const unsigned char *hello);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SERVER_PRIVATE_H */
