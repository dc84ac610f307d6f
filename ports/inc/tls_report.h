/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is known about a failure: facts only, tls_diagnose.h puts them in words.
 *
 * A session, and a server, keeps one struct tls_report about its last failure. It
 * holds no memory of its own, so it also reports an exhausted heap. It belongs to
 * its session and changes only in calls on that session.
 */
#ifndef TLS_REPORT_H
#define TLS_REPORT_H

#include <stdint.h>
#include <time.h>

#include "tls_config.h"
#include "tls_error.h"

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
    TLS_STEP_VERIFY,                    /* in the handshake: the peer's certificate */
    TLS_STEP_WRITE,
    TLS_STEP_READ,
};

/** Why. TLS_REASON_OTHER: see the code. */
enum tls_reason
{
    TLS_REASON_NONE,
    TLS_REASON_OTHER,                   /* number: type of a message not expected after a handshake, or empty records
                                           in a row; 0: see the code */
    TLS_REASON_CERTIFICATE,             /* flags, depth, subject, detail; number: the flag that these are about */
    TLS_REASON_CLOCK_UNSET,             /* clock */
    TLS_REASON_NO_MEMORY,               /* number: bytes that could not be allocated, 0: unknown */
    TLS_REASON_TIMEOUT,                 /* number: the limit, milliseconds */
    TLS_REASON_NAME_NOT_FOUND,          /* number: EAI_ of getaddrinfo(); detail: session->host */
    TLS_REASON_REFUSED,                 /* number: errno */
    TLS_REASON_RESET,
    TLS_REASON_CLOSED,                  /* by the peer, without close_notify */
    TLS_REASON_ALERT,                   /* number: description of the peer's alert, RFC 8446 6 */
    TLS_REASON_TOO_LONG,                /* number: maximum fragment length needed, bytes */
    TLS_REASON_NOT_TLS,                 /* the peer sent something else */
    TLS_REASON_NO_RANDOM,
    TLS_REASON_NO_ROOTS,
    TLS_REASON_NO_HOST,                 /* detail: session->host and port */
    TLS_REASON_STATE,                   /* called at the wrong time */
    TLS_REASON_PINS,                    /* see TLS_ERR_PINS */
    TLS_REASON_SILENT,                  /* no datagram came back; number: the limit, milliseconds */
    TLS_REASON_KEY_SILENT,              /* none after the pre-shared key came into use; number: the limit */
    TLS_REASON_DATAGRAM_READ,           /* number: bytes of the datagram */
    TLS_REASON_DATAGRAM_WRITE,          /* number: bytes that fit into one, 0: unknown */
    TLS_REASON_UNSUPPORTED,             /* see TLS_ERR_UNSUPPORTED; detail: what to select, "": the peer lacks it */
    TLS_REASON_PSK,                     /* see TLS_ERR_PSK */
    TLS_REASON_VERSION,                 /* number: the protocol version that the server chose, as on the wire */
    TLS_REASON_SHORT_PRIME,             /* number: bits of the server's prime for DHE */
    TLS_REASON_ALPN,                    /* see TLS_ERR_ALPN */
    TLS_REASON_RESUME,                  /* see TLS_ERR_RESUME */
    TLS_REASON_UNREADABLE,              /* a certificate cannot be read: depth, subject, detail; with
                                           PKG_MBEDTLS_DIAGNOSE only */
    TLS_REASON_KEY_SLOTS,               /* PKG_MBEDTLS_TLS1_3_SESSIONS are in use */
    TLS_REASON_FLIGHT,                  /* number: datagrams of the server's last flight that came, never all of it */
    TLS_REASON_IDENTITY,                /* the device's certificate or key; number: enum tls_identity_fault; detail */
    TLS_REASONS,                        /* how many there are */
};

/** What was before an alert, as far as the remedy depends on it. */
enum tls_before_alert
{
    TLS_BEFORE_ALERT_NOTHING,
    TLS_BEFORE_ALERT_REQUEST = 1000,    /* the server asked for a certificate, and the session has none */
    TLS_BEFORE_ALERT_CERTIFICATE,       /* the session has a certificate of its own, and may have shown it */
    TLS_BEFORE_ALERT_NO_NAME,           /* the server has answered nothing to a hello without its name */
    TLS_BEFORE_ALERT_KEY,               /* the session uses a pre-shared key */
};

/** Why the device's certificate or key cannot be used. */
enum tls_identity_fault
{
    TLS_IDENTITY_FINE,
    TLS_IDENTITY_INCOMPLETE,            /* only one of certificate and key */
    TLS_IDENTITY_PSK,                   /* a session with a pre-shared key */
    TLS_IDENTITY_NO_FILE,               /* detail: the file that cannot be read */
    TLS_IDENTITY_CERTIFICATE,           /* the certificate, or one of its issuers, cannot be read */
    TLS_IDENTITY_KEY,                   /* the key cannot be read */
    TLS_IDENTITY_PASSWORD,              /* the key is encrypted, and the password absent or wrong */
    TLS_IDENTITY_ENCRYPTED,             /* the key is encrypted in a way that is not in the build */
    TLS_IDENTITY_KIND,                  /* the build cannot sign with this kind of key */
    TLS_IDENTITY_MISMATCH,              /* the key belongs to another certificate */
    TLS_IDENTITY_EXPIRED,               /* detail: its last day */
    TLS_IDENTITY_FUTURE,                /* detail: its first day */
    TLS_IDENTITY_USAGE,                 /* the certificate is not for clients, or not for signatures */
    TLS_IDENTITY_TWO_KEYS,              /* options.key and options.sign */
    TLS_IDENTITY_SIGN,                  /* options.sign failed; detail: what it returned */
    TLS_IDENTITY_SIGNATURE,             /* the certificate does not verify what options.sign signed */
    TLS_IDENTITY_TOO_LONG,              /* certificate and issuers exceed the output buffer; detail: bytes needed */
};

/** The server sends the issuer, which may not issue or has not signed. */
#define TLS_ISSUER_IS_SHOWN     2

/** Beside the engine's MBEDTLS_X509_BADCERT_*: no key of the chain is pinned. */
#define TLS_BADCERT_PIN         0x10000000U

/** Bytes of the texts in a report, terminating zero included: a name; names or dates. */
#ifdef PKG_MBEDTLS_DIAGNOSE
#define TLS_REPORT_NAME         64
#define TLS_REPORT_DETAIL       112
#else
#define TLS_REPORT_NAME         1
#define TLS_REPORT_DETAIL       1
#endif

/** The last failure of a session; all zeros: none. Without PKG_MBEDTLS_DIAGNOSE its texts stay empty. */
struct tls_report
{
    int code;                           /* what the function returned */
    unsigned char step;                 /* enum tls_step */
    unsigned char reason;               /* enum tls_reason */
    signed char depth;                  /* of the certificate: 0 the server's own, above it its issuers */
    unsigned char is_root;              /* the certificate is one of the device's own roots */
    uint32_t flags;                     /* MBEDTLS_X509_BADCERT_*, TLS_BADCERT_PIN, of the whole chain */
    uint32_t number;                    /* by reason, see there */
    time_t clock;                       /* wall time then, seconds since 1970 UTC */
    int missing;                        /* key of the root that is needed: 1 RSA, or the curve's bits; 0: compiled in;
                                           TLS_ISSUER_IS_SHOWN;
                                           MBEDTLS_X509_BADCERT_CN_MISMATCH: 1 if there is no name to match;
                                           MBEDTLS_X509_BADCERT_FUTURE: 1 if it starts within a day of the clock;
                                           MBEDTLS_X509_BADCERT_BAD_KEY: bits of an RSA key;
                                           TLS_REASON_UNREADABLE: see tls_unreadable.h;
                                           TLS_REASON_ALERT, _OTHER: enum tls_before_alert */
    unsigned char is_name_known;        /* a trusted root has the issuer's name */
    unsigned char is_name_alike : 1;    /* one has its common name, but another encoding or other parts of the name */
    unsigned char is_server : 1;        /* a server's report, about one of its clients */
    char subject[TLS_REPORT_NAME];      /* subject of the first certificate that failed */
    char detail[TLS_REPORT_DETAIL];     /* its dates, its issuer, its names, or what cannot be read; TLS_REASON_ALERT:
                                           the issuers that the server accepts, if it asked for a certificate */
};

#ifdef __cplusplus
}
#endif

#endif /* TLS_REPORT_H */
