/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the client share. Not for applications.
 *
 * All functions are declared in every configuration. A comment names the symbol
 * that brings a function into the build; its callers ask for the symbol with
 * TLS_HAS() first.
 */
#ifndef TLS_SESSION_H
#define TLS_SESSION_H

#include "tls_client.h"
#include "tls_memory.h"
#include "../base/tls_has.h"
#include "../engine/tls_engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/** session->internal.state, in the order of a session's life. */
enum tls_client_state
{
    TLS_STATE_NEW,                      /* all zeros: holds no memory */
    TLS_STATE_INIT,                     /* mbedtls_client_init() is done */
    TLS_STATE_READY,                    /* mbedtls_client_context() is done */
    TLS_STATE_CONNECTING,               /* look-up or connect in progress */
    TLS_STATE_HANDSHAKE,
    TLS_STATE_CONNECTED,
    TLS_STATE_DEAD,                     /* failed while connected: can only be closed */
};

/** session->internal.peer: what the server's certificate must name. */
enum tls_client_peer
{
    TLS_PEER_UNKNOWN,                   /* nothing is known: no certificate passes */
    TLS_PEER_NAME,                      /* a host name, which the engine compares */
    TLS_PEER_IPV4,
    TLS_PEER_IPV6,
};

/** session->internal.read_end */
enum tls_client_read_end
{
    TLS_READ_OPEN,
    TLS_READ_CLOSED,                    /* by close_notify */
    TLS_READ_TRUNCATED,                 /* without close_notify */
};

/** @return non-zero if the application has set a pre-shared key */
static inline int tls_client_uses_psk(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_PSK) && (session->options.psk != RT_NULL || session->options.get_psk != RT_NULL);
}

/** @return non-zero if only the key of the server's certificate is verified */
static inline int tls_client_wants_key_alone(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_PINNING) && session->options.verify == TLS_VERIFY_PINS;
}

/** @return non-zero if a connected session has resumed an earlier one: the server has shown no certificate */
static inline int tls_client_has_resumed(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS) && session->internal.may_resume && !session->internal.has_shown;
}

/**
 * What carries the records of a session without a socket of its own. The functions
 * wait for tls_client_poll() milliseconds at most.
 */
struct tls_client_link
{
    /** @return bytes sent, WANT_WRITE, or a code MBEDTLS_ERR_NET_* */
    int (*transmit)(void *context, const unsigned char *bytes, size_t length);
    /** @return bytes received, 0: the end, WANT_READ, or a code MBEDTLS_ERR_NET_* */
    int (*receive)(void *context, unsigned char *bytes, size_t length);
    void *context;
};

/* The link of a session: RT_NULL in builds that have none. */
#ifdef PKG_MBEDTLS_SAL
#define TLS_CLIENT_LINK(session)        ((session)->internal.link)
#else
#define TLS_CLIENT_LINK(session)        ((void)(session), (const struct tls_client_link *)RT_NULL)
#endif

/** @return non-zero if the session itself sends and receives, from the handshake on */
static inline int tls_client_has_connection(const MbedTLSSession *session)
{
    return session->internal.owns_fd || TLS_CLIENT_LINK(session) != RT_NULL;
}

/* tls_client_priority.c, with PKG_MBEDTLS_DTLS_PRIORITY */

/** Make the calling thread more urgent than lwIP's receive thread, until the handshake ends. */
void tls_client_raise_priority(MbedTLSSession *session);

/** Give the thread its priority back; does nothing in another thread. */
void tls_client_restore_priority(MbedTLSSession *session);

/* tls_client_link.c, with PKG_MBEDTLS_SAL */

/**
 * Let a link carry the session. To be called between mbedtls_client_init() and
 * mbedtls_client_context(), and host and port, which must be set as well, are those
 * of the peer. mbedtls_client_connect() and tls_client_connect_step() then begin
 * with the handshake.
 *
 * @param link  must stay valid as long as the session
 */
void tls_client_attach(MbedTLSSession *session, const struct tls_client_link *link);

/** For transports, before the engine's handshake: ends it at a certificate that cannot be read, for the words. */
static inline int tls_client_pass_certificate(MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && TLS_HAS(PKG_MBEDTLS_TLS1_3) &&
           session->options.verify == TLS_VERIFY_NOTHING ? tls_engine_pass_certificate(&session->ssl) : 0;
}

/* tls_client_fail.c */

/**
 * Note a failure in the session's report and log it.
 *
 * @param step   enum tls_step
 * @param code   negative
 * @param watch  counts failed allocations during the call; RT_NULL if there were none to count
 * @return the code to return to the application
 */
int tls_client_fail(MbedTLSSession *session, int step, int code, const struct tls_memory_watch *watch);

/* tls_client_alert.c, with PKG_MBEDTLS_DIAGNOSE */

/** For f_send: note what the remedy for an alert may depend on later. */
void tls_client_note_sent(MbedTLSSession *session, const unsigned char *record);

/** @return enum tls_before_alert */
int tls_client_before_alert(const MbedTLSSession *session);

/* tls_client_options.c */

/**
 * Check that the build has the feature behind each option that the application
 * has set; note in the report what to select for a missing one.
 *
 * @return 0 or TLS_ERR_UNSUPPORTED
 */
int tls_client_check_options(MbedTLSSession *session);

/* tls_client.c */

/** Close the descriptor if the session opened it, and set it to -1. */
void tls_client_drop_connection(MbedTLSSession *session);

/*
 * The members of a session that only some builds have: RT_NULL in the others. These
 * have no such member that an expression with TLS_HAS() could name.
 */
#ifdef PKG_MBEDTLS_SESSION_DRBG
#define TLS_CLIENT_DRBG(session)        (&(session)->ctr_drbg)
#else
#define TLS_CLIENT_DRBG(session)        ((void)(session), (mbedtls_ctr_drbg_context *)RT_NULL)
#endif
#ifdef PKG_MBEDTLS_SESSION_CACERT
#define TLS_CLIENT_CACERT(session)      (&(session)->cacert)
#else
#define TLS_CLIENT_CACERT(session)      ((void)(session), (mbedtls_x509_crt *)RT_NULL)
#endif

/* tls_client_roots.c, in builds with PKG_MBEDTLS_CERTIFICATES */

/**
 * Tell the engine what to verify the server with.
 *
 * @return 0, TLS_ERR_NO_ROOTS, TLS_ERR_PINS, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_client_set_trust(MbedTLSSession *session);

/** Free the certificates in session->cacert; with PKG_MBEDTLS_SESSION_CACERT. */
void tls_client_free_roots(MbedTLSSession *session);

/** Note the flags of a verification for which the engine has not called tls_client_verify(). */
void tls_client_take_verify_result(MbedTLSSession *session);

/* tls_client_verify.c, in builds with PKG_MBEDTLS_CERTIFICATES */

/**
 * Tell the engine the server's name, and note what its certificate must name.
 *
 * @return 0 or a negative code
 */
int tls_client_set_peer(MbedTLSSession *session);

/** @return non-zero if the clock is not set and the session must not connect without it */
int tls_client_refuses_clock(const MbedTLSSession *session);

/** Log a warning if the dates of certificates will not be checked. */
void tls_client_say_dates(const MbedTLSSession *session);

/** The engine's f_ca_cb and f_vrfy; context is the session. */
int tls_client_find_issuer(void *context, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates);
int tls_client_verify(void *context, mbedtls_x509_crt *crt, int depth, uint32_t *flags);

/* tls_client_pins.c, in builds with PKG_MBEDTLS_PINNING */

/** @return 0, or TLS_ERR_PINS: the pins are not in their notation, or do not go with options.verify */
int tls_client_check_pins(const MbedTLSSession *session);

/** @return the pins of the session or of menuconfig, RT_NULL if there are none */
const char *tls_client_pins(const MbedTLSSession *session);

/**
 * Compare the key of a certificate with the pins. To be called for each
 * certificate of a chain, from the root to the server's own.
 *
 * @return 0 or TLS_BADCERT_PIN
 */
uint32_t tls_client_match_pins(MbedTLSSession *session, const mbedtls_x509_crt *crt, int depth);

/** Put the pin of a certificate into the report if that is about TLS_BADCERT_PIN. */
void tls_client_note_pin(MbedTLSSession *session, const mbedtls_x509_crt *crt);

/* tls_client_identity.c, in builds with PKG_MBEDTLS_CLIENT_CERTIFICATE */

/**
 * Read the device's certificate and key, check them and give them to the engine, if
 * the session has any.
 *
 * @return 0, TLS_ERR_IDENTITY, or MBEDTLS_ERR_SSL_ALLOC_FAILED
 */
int tls_client_load_identity(MbedTLSSession *session);

/** Free them, after the engine's configuration. */
void tls_client_free_identity(MbedTLSSession *session);

/** @return 0, or TLS_ERR_IDENTITY: the clock is set, and the certificate not valid now */
int tls_client_check_identity_dates(MbedTLSSession *session);

/** @return the device's certificate, or RT_NULL */
const mbedtls_x509_crt *tls_client_certificate(const MbedTLSSession *session);

/** Put the issuers that the server accepts into the report; with PKG_MBEDTLS_DIAGNOSE. */
void tls_client_note_issuers(MbedTLSSession *session);

/** The handshake until the server has asked for a certificate or has not; as tls_engine_await_request(). */
int tls_client_await_request(MbedTLSSession *session);

/* tls_client_identity_fault.c, likewise */

/** Note for the report what is wrong with the device's certificate or key; returns TLS_ERR_IDENTITY. */
int tls_client_refuse_identity(MbedTLSSession *session, enum tls_identity_fault fault, const char *detail);

/* tls_client_sign.c, in builds with PKG_MBEDTLS_CLIENT_SIGN */

/** Make options.sign the private key of a certificate; returns 0 or a negative code. */
int tls_client_use_sign(MbedTLSSession *session, mbedtls_pk_context *key, mbedtls_x509_crt *crt);

/** @return what a handshake failed with: TLS_ERR_IDENTITY or TLS_ERR_TIMEOUT if options.sign is the cause, else code */
int tls_client_sign_result(const MbedTLSSession *session, int code);

/* tls_client_psk.c, in builds with PKG_MBEDTLS_PSK */

/**
 * Give the engine the pre-shared key, and have it offer only suites that use it;
 * suites with a certificate as well only if the session can verify one.
 *
 * @return 0, TLS_ERR_PSK, TLS_ERR_NO_ROOTS, TLS_ERR_PINS, TLS_ERR_UNSUPPORTED, or
 *         MBEDTLS_ERR_SSL_ALLOC_FAILED
 */
int tls_client_load_psk(MbedTLSSession *session);

/* tls_client_alpn.c, in builds with PKG_MBEDTLS_ALPN */

/** Give the engine options.alpn; returns 0 or TLS_ERR_ALPN. */
int tls_client_set_alpn(MbedTLSSession *session);

/** @return the protocol that a connected session has agreed on, or RT_NULL */
const char *tls_client_agreed_alpn(const MbedTLSSession *session);

/* tls_client_resume.c, in builds with PKG_MBEDTLS_SESSION_TICKETS */

/**
 * Check after a handshake that the server was verified: in this session, or in
 * the one that tls_client_resume() has let it resume.
 *
 * @return 0 or TLS_ERR_RESUME
 */
int tls_client_check_resumed(const MbedTLSSession *session);

/* tls_client_cid.c, in builds with PKG_MBEDTLS_DTLS_CID */

/** Offer a connection ID; returns 0 or a code of the engine. */
int tls_client_offer_cid(MbedTLSSession *session);

/** @return non-zero if the server of a connected session has given a connection ID; 0 over TCP */
int tls_client_peer_has_cid(const MbedTLSSession *session);

#ifdef __cplusplus
}
#endif

#endif /* TLS_SESSION_H */
