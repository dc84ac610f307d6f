/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of tls_client share. Not for applications.
 */
#ifndef TLS_CLIENT_PRIVATE_H
#define TLS_CLIENT_PRIVATE_H

#include "tls_client.h"
#include "tls_memory.h"

#ifdef __cplusplus
extern "C" {
#endif

/** session->state, in the order of a session's life. */
enum tls_client_state
{
    TLS_STATE_NEW,                      /* all zeros: nothing taken */
    TLS_STATE_INIT,                     /* mbedtls_client_init() is done */
    TLS_STATE_READY,                    /* mbedtls_client_context() is done */
    TLS_STATE_CONNECTING,               /* look-up or TCP connect under way */
    TLS_STATE_HANDSHAKE,
    TLS_STATE_CONNECTED,
    TLS_STATE_DEAD,                     /* failed while connected: can only be closed */
};

/** session->peer */
enum tls_client_peer
{
    TLS_PEER_UNKNOWN,                   /* no name: nothing can be verified */
    TLS_PEER_NAME,                      /* the engine compares names */
    TLS_PEER_IPV4,
    TLS_PEER_IPV6,
};

/** session->read_end */
enum tls_client_read_end
{
    TLS_READ_OPEN,
    TLS_READ_CLOSED,                    /* by close_notify */
    TLS_READ_TRUNCATED,                 /* without */
};

/**
 * Note a failure in the session's report and log it.
 *
 * @param step   enum tls_step
 * @param code   negative
 * @param watch  failed allocations during the call, or RT_NULL
 * @return the code to return to the application
 */
int tls_client_fail(MbedTLSSession *session, int step, int code, const struct tls_memory_watch *watch);

/** @return non-zero if the application wants a pre-shared key */
static inline int tls_client_wants_psk(const MbedTLSSession *session)
{
    return session->options.psk != RT_NULL || session->options.get_psk != RT_NULL;
}

/** @return non-zero if the application wants a pinned key by name, which a session with a pre-shared key cannot see */
static inline int tls_client_wants_pins(const MbedTLSSession *session)
{
#ifdef PKG_MBEDTLS_PINNING
    return session->options.pins != RT_NULL || session->options.verify == TLS_VERIFY_PINS;
#else
    (void)session;
    return 0;
#endif
}

#ifdef PKG_MBEDTLS_CERTIFICATES
/**
 * Tell the engine whom the session wants to reach, and what to verify.
 *
 * @return 0, or a negative code
 */
int tls_client_set_peer(MbedTLSSession *session);

/**
 * @return non-zero if the clock is not set and that must stop the session
 */
int tls_client_refuses_clock(const MbedTLSSession *session);

#ifdef PKG_MBEDTLS_CLOCK_REFUSE
#define tls_client_say_dates(session)               ((void)(session))
#else
/** Say in the log if dates of certificates will not be checked. */
void tls_client_say_dates(const MbedTLSSession *session);
#endif

/** Certificates of the session's own: none yet; given back. */
void tls_client_init_roots(MbedTLSSession *session);
void tls_client_free_roots(MbedTLSSession *session);

/**
 * Tell the engine what to verify the peer with.
 *
 * @return 0, TLS_ERR_NO_ROOTS, TLS_ERR_PINS, or MBEDTLS_ERR_X509_ALLOC_FAILED
 */
int tls_client_set_trust(MbedTLSSession *session);

/** @return what the application has parsed into the session, RT_NULL for nothing */
const mbedtls_x509_crt *tls_client_own_roots(const MbedTLSSession *session);

/*
 * Pinned keys. Without them nothing of this is in the image.
 */
#ifdef PKG_MBEDTLS_PINNING
/** @return 0, or TLS_ERR_PINS: the pins and options.verify do not go together, or are no pins */
int tls_client_check_pins(const MbedTLSSession *session);

/** @return the pins that count for a session, RT_NULL if there are none */
const char *tls_client_pins(const MbedTLSSession *session);

/** @return non-zero if nothing but the peer's key counts */
int tls_client_wants_key_alone(const MbedTLSSession *session);

/**
 * Check the key of a certificate. To be called for each of a chain, the server's
 * own at last.
 *
 * @return 0, or TLS_BADCERT_PIN
 */
uint32_t tls_client_match_pins(MbedTLSSession *session, const mbedtls_x509_crt *crt, int depth);

/** Put the key into the report, if the report is about it. */
void tls_client_note_pin(MbedTLSSession *session, const mbedtls_x509_crt *crt);
#else
#define tls_client_check_pins(session)              0
#define tls_client_pins(session)                    RT_NULL
#define tls_client_wants_key_alone(session)         0
#define tls_client_match_pins(session, crt, depth)  0U
#define tls_client_note_pin(session, crt)           (void)(crt)
#endif

/** The engine's f_ca_cb and f_vrfy; context is the session. */
int tls_client_find_issuer(void *context, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates);
int tls_client_verify(void *context, mbedtls_x509_crt *crt, int depth, uint32_t *flags);

/** Note the flags of the verification for which the engine made no call-back. */
void tls_client_take_verify_result(MbedTLSSession *session);
#else
static inline int tls_client_set_peer(MbedTLSSession *session)
{
    (void)session;
    return 0;
}

static inline int tls_client_refuses_clock(const MbedTLSSession *session)
{
    (void)session;
    return 0;
}

static inline void tls_client_say_dates(const MbedTLSSession *session)
{
    (void)session;
}

static inline void tls_client_init_roots(MbedTLSSession *session)
{
    (void)session;
}

static inline int tls_client_set_trust(MbedTLSSession *session)
{
    (void)session;
    return TLS_ERR_UNSUPPORTED;
}

static inline void tls_client_free_roots(MbedTLSSession *session)
{
    (void)session;
}

static inline void tls_client_take_verify_result(MbedTLSSession *session)
{
    (void)session;
}
#endif

#ifdef PKG_MBEDTLS_PSK
/**
 * Give the engine the pre-shared key, and have it offer nothing without; suites that
 * show a certificate, too, only together with what verifies it.
 *
 * @return 0, TLS_ERR_PSK, TLS_ERR_NO_ROOTS, or MBEDTLS_ERR_SSL_ALLOC_FAILED
 */
int tls_client_load_psk(MbedTLSSession *session);

/** @return non-zero if a session with a context proves itself with a pre-shared key, and so does its peer */
static inline int tls_client_uses_psk(const MbedTLSSession *session)
{
    return tls_client_wants_psk(session);
}
#else
static inline int tls_client_load_psk(MbedTLSSession *session)
{
    (void)session;
    return TLS_ERR_UNSUPPORTED;
}

static inline int tls_client_uses_psk(const MbedTLSSession *session)
{
    (void)session;
    return 0;
}
#endif

#ifdef PKG_MBEDTLS_ALPN
/** @return 0, or TLS_ERR_ALPN */
int tls_client_set_alpn(MbedTLSSession *session);
#else
static inline int tls_client_set_alpn(MbedTLSSession *session)
{
    (void)session;
    return 0;
}
#endif

#ifdef PKG_MBEDTLS_SESSION_TICKETS
/**
 * Whether a handshake that went well has shown who the peer is, or resumed a session
 * that did.
 *
 * @return 0, or TLS_ERR_RESUME
 */
int tls_client_check_resumed(const MbedTLSSession *session);

/** The connect has failed: the next one shakes hands in full. */
void tls_client_forget_resumed(MbedTLSSession *session);

/** The peer has shown a certificate, which was verified. */
static inline void tls_client_note_shown(MbedTLSSession *session)
{
    session->has_shown = 1;
}

/** @return non-zero if a session that is connected has resumed another */
static inline int tls_client_has_resumed(const MbedTLSSession *session)
{
    return session->may_resume && !session->has_shown;
}
#else
#define tls_client_check_resumed(session)       0
#define tls_client_forget_resumed(session)      ((void)(session))
#define tls_client_note_shown(session)          ((void)(session))
#define tls_client_has_resumed(session)         0
#endif

/** The engine's f_send and f_recv; context is the session. They do not wait. */
int tls_client_send(void *context, const unsigned char *buffer, size_t length);
int tls_client_recv(void *context, unsigned char *buffer, size_t length);

/** Close the descriptor if it was opened here; it is -1 afterwards. */
void tls_client_drop_connection(MbedTLSSession *session);

#ifdef __cplusplus
}
#endif

#endif /* TLS_CLIENT_PRIVATE_H */
