/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Options that need a feature of the build.
 */
#include "tls_session.h"
#include "../diagnose/tls_report_fill.h"

/* Only words need the name; without them every missing symbol is an empty text. */
#define NAME(symbol)            (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) ? symbol : "")

static int has_pins(const struct tls_client_options *options)
{
    return options->pins != RT_NULL || options->verify == TLS_VERIFY_PINS;
}

static int has_psk(const struct tls_client_options *options)
{
    return options->psk != RT_NULL || options->get_psk != RT_NULL;
}

static int has_datagram(const struct tls_client_options *options)
{
    return options->transport != TLS_TRANSPORT_STREAM || options->mtu != 0 || options->retransmit_first != 0 ||
           options->retransmit_last != 0 || options->bad_record_limit != 0;
}

/* Each feature that options need, whether they are set, and the symbol to select; RT_NULL: nothing is missing. */
static const char *missing(const struct tls_client_options *options)
{
    return
        !TLS_HAS(PKG_MBEDTLS_PINNING) && has_pins(options) ? NAME("PKG_MBEDTLS_PINNING") :
        !TLS_HAS(PKG_MBEDTLS_ALPN) && options->alpn != RT_NULL ? NAME("PKG_MBEDTLS_ALPN") :
        !TLS_HAS(PKG_MBEDTLS_DTLS) && has_datagram(options) ? NAME("PKG_MBEDTLS_DTLS") :
        !TLS_HAS(PKG_MBEDTLS_PSK) && has_psk(options) ? NAME("PKG_MBEDTLS_KEY_EXCHANGE_PSK") :
        !TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && !has_psk(options) ? NAME("PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA") :
        options->transport > TLS_TRANSPORT_DATAGRAM ? "" :
        RT_NULL;
}

int tls_client_check_options(MbedTLSSession *session)
{
    const char *symbol = missing(&session->options);

    if (symbol == RT_NULL)
    {
        return 0;
    }
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        tls_report_detail(&session->internal.report, symbol);
    }

    return TLS_ERR_UNSUPPORTED;
}

const char *tls_client_alpn(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_ALPN) && session->internal.state == TLS_STATE_CONNECTED ?
           tls_client_agreed_alpn(session) : RT_NULL;
}
