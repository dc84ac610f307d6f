/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fills reports. For client and server.
 */
#ifndef TLS_REPORT_FILL_H
#define TLS_REPORT_FILL_H

#include "../base/tls_has.h"
#include "tls_error.h"
#include "tls_report.h"

#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Find the reason of a failure: from the code where it has only one, else from the
 * last record that came. Sets report->number for an alert and a length.
 *
 * @param ssl   the session that failed
 * @param code  what failed with it, negative
 * @return enum tls_reason; TLS_REASON_OTHER: not known
 */
int tls_report_reason(struct tls_report *report, const mbedtls_ssl_context *ssl, int code);

/**
 * @return report->number of TLS_REASON_OTHER: what the code does not tell; with
 *         PKG_MBEDTLS_DIAGNOSE
 */
uint32_t tls_report_detail_of_code(const mbedtls_ssl_context *ssl, int code);

/**
 * Note a certificate. To be called for those that failed and for the server's own,
 * from the root down. The report keeps the facts of the first that failed and the
 * flags of all.
 *
 * @param depth  0 for the server's own
 * @param flags  MBEDTLS_X509_BADCERT_* of this certificate; 0: it has not failed yet
 * @param clock  wall time that its dates were compared with
 */
void tls_report_certificate(struct tls_report *report, const mbedtls_x509_crt *crt, int depth,
                            uint32_t flags, time_t clock);

/**
 * Note the texts about a certificate that failed with report->number; with
 * PKG_MBEDTLS_DIAGNOSE and PKG_MBEDTLS_CERTIFICATES.
 */
void tls_report_facts(struct tls_report *report, const mbedtls_x509_crt *crt);

/**
 * Find the certificate that the engine could not read, after a failure for which
 * that is the reason: it then ends the handshake, or, if the signature algorithm
 * is not in the build, goes on without the certificate. With PKG_MBEDTLS_DIAGNOSE
 * and PKG_MBEDTLS_CERTIFICATES.
 *
 * @param failure  the code that the handshake failed with
 * @return non-zero if the report is about that certificate now
 */
int tls_report_unreadable(struct tls_report *report, const mbedtls_ssl_context *ssl, int failure);

#define TLS_REPORT_UTF8         0x0C

/**
 * Append a text of a certificate to another in UTF-8; with PKG_MBEDTLS_DIAGNOSE_ASCII
 * as \uXXXX. What a terminal does not show becomes a question mark. Cut to size
 * between characters.
 *
 * @param tag  the type of the text, ASN.1: see tls_character_read()
 */
void tls_report_append(char *text, size_t size, int tag, const unsigned char *from, size_t length);

/**
 * Write the names of issuers, from a list as in a CertificateRequest (RFC 5246 7.4.4):
 * the common name of each, or its organization. With PKG_MBEDTLS_DIAGNOSE and
 * PKG_MBEDTLS_CLIENT_CERTIFICATE.
 *
 * @param length  bytes of the list, without its own length
 */
void tls_report_issuers(char *text, size_t size, const unsigned char *list, size_t length);

/** Append a text that ends with a zero to the report's detail, likewise. */
void tls_report_add(struct tls_report *report, const char *text);

/** Write a server's report about a client to the log, as warnings. */
void tls_report_log_client(const struct tls_report *report, const char *peer);

/** Note a text beside the facts of a certificate: a pin, or what to select. */
void tls_report_detail(struct tls_report *report, const char *text);

/** What options can need, in the order in which it is reported; tls_diagnose_needs.c has the words. */
enum tls_need
{
    TLS_NEEDS_CLIENT_TRANSPORT = 0x01,  /* a transport that exists; no build has another */
    TLS_NEEDS_SERVER_TRANSPORT = 0x02,
    TLS_NEEDS_SERVER_AUTH = 0x04,       /* likewise, a client_auth */
    TLS_NEEDS_PINNING = 0x08,
    TLS_NEEDS_ALPN = 0x10,
    TLS_NEEDS_DTLS = 0x20,
    TLS_NEEDS_DTLS_CID = 0x40,
    TLS_NEEDS_PSK = 0x80,
    TLS_NEEDS_CERTIFICATES = 0x100,
    TLS_NEEDS_SESSION_TICKETS = 0x200,
    TLS_NEEDS_CLIENT_CERTIFICATE = 0x400,
    TLS_NEEDS_CLIENT_FILE = 0x800,
    TLS_NEEDS_CLIENT_PASSWORD = 0x1000,
    TLS_NEEDS_CLIENT_SIGN = 0x2000,
};

/** The features of enum tls_need that this build lacks. */
#define TLS_LACKING \
    (TLS_NEEDS_CLIENT_TRANSPORT | TLS_NEEDS_SERVER_TRANSPORT | TLS_NEEDS_SERVER_AUTH | \
     (TLS_HAS(PKG_MBEDTLS_PINNING) ? 0 : TLS_NEEDS_PINNING) | \
     (TLS_HAS(PKG_MBEDTLS_ALPN) ? 0 : TLS_NEEDS_ALPN) | \
     (TLS_HAS(PKG_MBEDTLS_DTLS) ? 0 : TLS_NEEDS_DTLS) | \
     (TLS_HAS(PKG_MBEDTLS_DTLS_CID) ? 0 : TLS_NEEDS_DTLS_CID) | \
     (TLS_HAS(PKG_MBEDTLS_PSK) ? 0 : TLS_NEEDS_PSK) | \
     (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) ? 0 : TLS_NEEDS_CERTIFICATES) | \
     (TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS) ? 0 : TLS_NEEDS_SESSION_TICKETS) | \
     (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) ? 0 : TLS_NEEDS_CLIENT_CERTIFICATE) | \
     (TLS_HAS(PKG_MBEDTLS_CLIENT_FILE) ? 0 : TLS_NEEDS_CLIENT_FILE) | \
     (TLS_HAS(PKG_MBEDTLS_CLIENT_PASSWORD) ? 0 : TLS_NEEDS_CLIENT_PASSWORD) | \
     (TLS_HAS(PKG_MBEDTLS_CLIENT_SIGN) ? 0 : TLS_NEEDS_CLIENT_SIGN))

/** Note what to select for the first of these needs; with PKG_MBEDTLS_DIAGNOSE. */
void tls_report_need(struct tls_report *report, unsigned lacking);

/**
 * Check that the build has what options need; note what it lacks in the report.
 * Inline, so that the compiler drops the tests of options whose feature is there.
 *
 * @param needs  enum tls_need
 * @return 0 or TLS_ERR_UNSUPPORTED
 */
static inline int tls_report_check(struct tls_report *report, unsigned needs)
{
    if ((needs & TLS_LACKING) == 0)
    {
        return 0;
    }
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        tls_report_need(report, needs & TLS_LACKING);
    }

    return TLS_ERR_UNSUPPORTED;
}

#ifdef __cplusplus
}
#endif

#endif /* TLS_REPORT_FILL_H */
