/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What went wrong, on which certificate, and what to change.
 *
 * A session keeps one struct tls_report about its last failure: facts only,
 * without memory of its own, so it also tells of an exhausted heap. The functions
 * here turn it into text. Without PKG_MBEDTLS_DIAGNOSE the facts that are text
 * (subject, detail) stay empty, and the texts say step and code only.
 *
 * Nothing here waits or takes memory. A report belongs to its session and is
 * changed by whoever uses the session.
 */
#ifndef TLS_DIAGNOSE_H
#define TLS_DIAGNOSE_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "tls_config.h"
#include "tls_error.h"

#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Where a session was when it failed. */
enum tls_step
{
    TLS_STEP_NONE,
    TLS_STEP_INIT,                      /* mbedtls_client_init() */
    TLS_STEP_CONTEXT,                   /* mbedtls_client_context() */
    TLS_STEP_RESOLVE,                   /* name look-up */
    TLS_STEP_CONNECT,                   /* connect of the socket */
    TLS_STEP_HANDSHAKE,                 /* TLS handshake */
    TLS_STEP_VERIFY,                    /* of it, the peer's certificate */
    TLS_STEP_WRITE,
    TLS_STEP_READ,
};

/** Why. TLS_REASON_OTHER: see the code. */
enum tls_reason
{
    TLS_REASON_NONE,
    TLS_REASON_OTHER,
    TLS_REASON_CERTIFICATE,             /* flags, depth, subject, detail; number: the flag that these are about */
    TLS_REASON_CLOCK_UNSET,             /* clock */
    TLS_REASON_NO_MEMORY,               /* number: bytes that could not be had, 0 unknown */
    TLS_REASON_TIMEOUT,                 /* number: the limit, milliseconds */
    TLS_REASON_NAME_NOT_FOUND,          /* number: EAI_ of getaddrinfo() */
    TLS_REASON_REFUSED,                 /* number: errno */
    TLS_REASON_RESET,
    TLS_REASON_CLOSED,                  /* by the peer, without close_notify */
    TLS_REASON_ALERT,                   /* number: description of the peer's alert, RFC 8446 6 */
    TLS_REASON_TOO_LONG,                /* number: maximum fragment length needed, bytes */
    TLS_REASON_NOT_TLS,                 /* the peer sent something else */
    TLS_REASON_NO_RANDOM,
    TLS_REASON_NO_ROOTS,
    TLS_REASON_NO_HOST,
    TLS_REASON_STATE,                   /* called at the wrong time */
    TLS_REASON_PINS,                    /* pinned keys that are no such thing, or not compiled in */
    TLS_REASON_SILENT,                  /* no datagram came back at all; number: the limit, milliseconds */
    TLS_REASON_KEY_SILENT,              /* none after the pre-shared key came into use; number: likewise */
    TLS_REASON_DATAGRAM_READ,           /* number: bytes that the datagram takes */
    TLS_REASON_DATAGRAM_WRITE,          /* number: bytes that fit into one, 0: fewer, nobody knows how many */
    TLS_REASON_UNSUPPORTED,             /* see TLS_ERR_UNSUPPORTED */
    TLS_REASON_PSK,                     /* see TLS_ERR_PSK */
    TLS_REASON_VERSION,                 /* number: the protocol version that the server chose, as on the wire */
    TLS_REASON_SHORT_PRIME,             /* number: bits of the server's prime for DHE */
    TLS_REASON_ALPN,                    /* see TLS_ERR_ALPN */
    TLS_REASON_RESUME,                  /* see TLS_ERR_RESUME */
};

/** Beside the engine's MBEDTLS_X509_BADCERT_*: no key of the chain is pinned. */
#define TLS_BADCERT_PIN         0x10000000U

/** Bytes of a name in a report, terminating zero included. */
#define TLS_REPORT_NAME         64
/** Bytes of the names or dates in a report, terminating zero included. */
#define TLS_REPORT_DETAIL       112
/** Bytes that hold every text that the functions below write. */
#define TLS_REPORT_TEXT         320

/** The last failure of a session; all zeros: none. */
struct tls_report
{
    int code;                           /* what the function returned */
    unsigned char step;                 /* enum tls_step */
    unsigned char reason;               /* enum tls_reason */
    signed char depth;                  /* of the certificate: 0 the server's own, above it its issuers */
    unsigned char is_root;              /* it is one of the device's own roots */
    unsigned char is_name_known;        /* its issuer has a trusted root's name */
    uint32_t flags;                     /* MBEDTLS_X509_BADCERT_*, TLS_BADCERT_PIN, of the whole chain */
    uint32_t number;                    /* by reason, see there */
    time_t clock;                       /* wall time then, seconds since 1970 UTC */
    int missing;                        /* kind of key of that root (tls_engine.h), if not compiled in */
#ifdef PKG_MBEDTLS_DIAGNOSE
    char subject[TLS_REPORT_NAME];      /* owner of the first certificate that failed */
    char detail[TLS_REPORT_DETAIL];     /* its dates, its issuer, or its names */
#endif
};

/**
 * Note a certificate. Called for those that failed and for the server's own, one
 * after the other from the root on; the facts of the first that failed are kept,
 * the flags of all.
 *
 * @param crt    the certificate
 * @param depth  0 for the server's own
 * @param flags  MBEDTLS_X509_BADCERT_* of this certificate; 0: it did not fail yet
 * @param clock  wall time that its dates were compared with
 */
void tls_report_certificate(struct tls_report *report, const mbedtls_x509_crt *crt, int depth,
                            uint32_t flags, time_t clock);

/**
 * Note what is not in a certificate: a line about the flag that the report is about.
 */
void tls_report_detail(struct tls_report *report, const char *text);

/**
 * @return a word for the step, e.g. "handshake"
 */
const char *tls_report_step(const struct tls_report *report);

/**
 * Write what happened.
 *
 * @param text  receives one line without a line end, cut to size
 * @param size  bytes of text, TLS_REPORT_TEXT suffices
 * @return text
 */
char *tls_report_what(const struct tls_report *report, char *text, size_t size);

/**
 * Write what to change; "" if nothing can be said.
 *
 * @param text  as above
 * @return text
 */
char *tls_report_remedy(const struct tls_report *report, char *text, size_t size);

/**
 * Write the report to the log as errors, in the manual's words first (5.12).
 */
void tls_report_log(const struct tls_report *report);

/**
 * @return the name of an alert, e.g. "handshake_failure", or "unknown"
 */
const char *tls_alert_name(unsigned alert);

#ifdef __cplusplus
}
#endif

#endif /* TLS_DIAGNOSE_H */
