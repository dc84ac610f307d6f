/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Options that need a feature of the build.
 */
#include "tls_session.h"
#include "../diagnose/tls_report_fill.h"

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

static int has_certificate(const struct tls_client_options *options)
{
    return options->certificate != RT_NULL || options->key != RT_NULL || options->key_password != RT_NULL ||
           options->sign != RT_NULL;
}

/* What a certificate needs beside the certificate itself. */
static unsigned needs_of_certificate(const struct tls_client_options *options)
{
    return (options->certificate_length == TLS_IN_FILE || options->key_length == TLS_IN_FILE ?
            TLS_NEEDS_CLIENT_FILE : 0u) |
           (options->key_password != RT_NULL ? TLS_NEEDS_CLIENT_PASSWORD : 0u) |
           (options->sign != RT_NULL ? TLS_NEEDS_CLIENT_SIGN : 0u);
}

static unsigned needs(const struct tls_client_options *options)
{
    return (options->transport > TLS_TRANSPORT_DATAGRAM ? TLS_NEEDS_CLIENT_TRANSPORT : 0u) |
           (has_pins(options) ? TLS_NEEDS_PINNING : 0u) |
           (options->alpn != RT_NULL ? TLS_NEEDS_ALPN : 0u) |
           (has_datagram(options) ? TLS_NEEDS_DTLS : 0u) |
           (has_psk(options) ? TLS_NEEDS_PSK : TLS_NEEDS_CERTIFICATES) |
           (options->put_psk != RT_NULL ? TLS_NEEDS_PSK : 0u) |
           (options->resume_key != RT_NULL ? TLS_NEEDS_SESSION_TICKETS : 0u) |
           (has_certificate(options) ? TLS_NEEDS_CLIENT_CERTIFICATE : 0u) |
           (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) ? needs_of_certificate(options) : 0u);
}

int tls_client_check_options(MbedTLSSession *session)
{
    return tls_report_check(&session->internal.report, needs(&session->options));
}

const char *tls_client_alpn(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_ALPN) && session->internal.state == TLS_STATE_CONNECTED ?
           tls_client_agreed_alpn(session) : RT_NULL;
}
