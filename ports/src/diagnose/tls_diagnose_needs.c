/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What to select for what the build lacks, in words. In builds with
 * PKG_MBEDTLS_DIAGNOSE.
 */
#include <rtthread.h>

#include "tls_report_fill.h"

/* A build that has a feature needs no words for it. */
#define SELECT(feature, symbols)        (feature ? "" : symbols)

/*
 * What the menu shows only with another option. A build without certificates has
 * TLS 1.2 or older ones, since TLS 1.3 selects them.
 */
#ifdef PKG_MBEDTLS_TLS1_2
#define DATAGRAM_BASE           ""
#else
#define DATAGRAM_BASE           "PKG_MBEDTLS_TLS1_2 and "
#endif
#if defined(PKG_MBEDTLS_TLS1_2) || defined(PKG_MBEDTLS_TLS1_1)
#define EXCHANGE_BASE           ""
#else
#define EXCHANGE_BASE           "PKG_MBEDTLS_TLS1_2 and "
#endif
#ifdef PKG_MBEDTLS_ENGINE_2_28
#define CID_BASE                "Mbed TLS 3.6 and "
#else
#define CID_BASE                ""
#endif

/* By the number of the bit in enum tls_need. */
static const char *const selections[] =
{
    "TLS_TRANSPORT_STREAM or TLS_TRANSPORT_DATAGRAM as options.transport",
    TLS_HAS(PKG_MBEDTLS_SERVER) ? "TLS_SERVER_TCP or TLS_SERVER_UDP as options.transport" : "",
    TLS_HAS(PKG_MBEDTLS_SERVER) ?
    "TLS_SERVER_ANYONE, TLS_SERVER_OPTIONAL or TLS_SERVER_REQUIRED as options.client_auth" : "",
    SELECT(TLS_HAS(PKG_MBEDTLS_PINNING), "PKG_MBEDTLS_PINNING"),
    SELECT(TLS_HAS(PKG_MBEDTLS_ALPN), "PKG_MBEDTLS_ALPN"),
    SELECT(TLS_HAS(PKG_MBEDTLS_DTLS), DATAGRAM_BASE "PKG_MBEDTLS_DTLS"),
    /* Only asked for over datagrams. */
    SELECT(TLS_HAS(PKG_MBEDTLS_DTLS_CID) || !TLS_HAS(PKG_MBEDTLS_DTLS), CID_BASE "PKG_MBEDTLS_DTLS_CID"),
    SELECT(TLS_HAS(PKG_MBEDTLS_PSK), EXCHANGE_BASE "PKG_MBEDTLS_KEY_EXCHANGE_PSK"),
    SELECT(TLS_HAS(PKG_MBEDTLS_CERTIFICATES), "PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA"),
    SELECT(TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS), "PKG_MBEDTLS_SESSION_TICKETS"),
    SELECT(TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE), "PKG_MBEDTLS_CLIENT_CERTIFICATE"),
    /* These are only asked for with a certificate. */
    SELECT(TLS_HAS(PKG_MBEDTLS_CLIENT_FILE) || !TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE), "PKG_MBEDTLS_CLIENT_FILE"),
    SELECT(TLS_HAS(PKG_MBEDTLS_CLIENT_PASSWORD) || !TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE),
           "PKG_MBEDTLS_CLIENT_PASSWORD"),
    SELECT(TLS_HAS(PKG_MBEDTLS_CLIENT_SIGN) || !TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE), "PKG_MBEDTLS_CLIENT_SIGN"),
};

void tls_report_need(struct tls_report *report, unsigned lacking)
{
    const char *const *selection = selections;

    for (; (lacking & 1) == 0; lacking >>= 1)
    {
        selection++;
    }
    tls_report_detail(report, *selection);
}
