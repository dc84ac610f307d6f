/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Why a session failed, read from what the engine left in its context.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

#define RECORD_HEADER           5
#define DATAGRAM_HEADER         13
#define RECORD_MAX              16384
#define EMPTY_RECORDS           3       /* as many in a row are allowed */

/* In TLS 1.3 OpenSSL's clients do not encrypt an alert about the server's messages. */
static int is_plain_alert(const mbedtls_ssl_context *ssl, int code)
{
    return TLS_HAS(PKG_MBEDTLS_TLS1_3) && TLS_HAS(PKG_MBEDTLS_SERVER) && TLS_HAS(PKG_MBEDTLS_DIAGNOSE) &&
           code == MBEDTLS_ERR_SSL_INVALID_MAC && ssl->in_hdr != NULL && ssl->in_hdr[0] == MBEDTLS_SSL_MSG_ALERT &&
           ssl->in_hdr[3] == 0 && ssl->in_hdr[4] == 2;
}

int tls_engine_alert(const mbedtls_ssl_context *ssl, int code)
{
    if (is_plain_alert(ssl, code))
    {
        return ssl->in_hdr[RECORD_HEADER + 1];
    }

    return code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE && ssl->in_msg != NULL ? ssl->in_msg[1] : -1;
}

int tls_engine_answers_request(const mbedtls_ssl_context *ssl, const unsigned char *record)
{
    int is_datagram = ssl->conf->transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM;
    size_t header = is_datagram ? DATAGRAM_HEADER : RECORD_HEADER;
    /* A datagram holds the flight up to its end, which is encrypted; its first record has its own epoch. */
    int is_plain = is_datagram ? record[3] == 0 && record[4] == 0 : ssl->transform_out == NULL;

    return is_plain && record[0] == MBEDTLS_SSL_MSG_HANDSHAKE && record[header] == MBEDTLS_SSL_HS_CERTIFICATE;
}

int tls_engine_awaits_hello(const mbedtls_ssl_context *ssl)
{
    return ssl->state == MBEDTLS_SSL_SERVER_HELLO;
}

unsigned tls_engine_message(const mbedtls_ssl_context *ssl)
{
    return ssl->in_msgtype == MBEDTLS_SSL_MSG_HANDSHAKE && ssl->in_msg != NULL ? ssl->in_msg[0] : 0;
}

unsigned tls_engine_empty_records(const mbedtls_ssl_context *ssl)
{
    return ssl->nb_zero > EMPTY_RECORDS ? (unsigned)ssl->nb_zero : 0;
}

unsigned tls_engine_refused_version(const mbedtls_ssl_context *ssl, int code)
{
    const unsigned char *hello = ssl->in_msg;

    if (code != MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION)
    {
        return 0;
    }
    /* The version follows the message header, which is longer over datagrams. */
    hello += ssl->conf->transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM ? 12 : 4;

    return (unsigned)hello[0] << 8 | hello[1];
}

static int is_record(const unsigned char *header)
{
    return header[0] >= MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC && header[0] <= MBEDTLS_SSL_MSG_APPLICATION_DATA &&
           header[1] == 3 && header[2] <= 4;
}

int tls_engine_is_not_tls(const mbedtls_ssl_context *ssl)
{
    return ssl->in_hdr != NULL && ssl->in_left >= RECORD_HEADER && !is_record(ssl->in_hdr);
}

size_t tls_engine_length_needed(const mbedtls_ssl_context *ssl, int code)
{
    size_t length = 0;
    int expansion;

    if (ssl->in_hdr == NULL ||
        (code != MBEDTLS_ERR_SSL_INVALID_RECORD && code != MBEDTLS_ERR_SSL_BAD_INPUT_DATA &&
         code != MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL && code != MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE))
    {
        return 0;
    }

    /* in_left counts the bytes received of a record; it is 0 again once the record is complete. */
    if ((ssl->in_left == 0 || ssl->in_left >= RECORD_HEADER) && is_record(ssl->in_hdr))
    {
        length = (size_t)ssl->in_hdr[3] << 8 | ssl->in_hdr[4];
        expansion = ssl->transform_in != NULL ? mbedtls_ssl_get_record_expansion(ssl) - RECORD_HEADER : 0;
        if (expansion > 0 && length > (size_t)expansion)
        {
            length -= (size_t)expansion;
        }
        length = length < RECORD_MAX ? length : RECORD_MAX;
    }
    /* The fragments of a handshake message are assembled in the same buffer. */
    length = ssl->in_hslen > length ? ssl->in_hslen : length;

    return length > MBEDTLS_SSL_IN_CONTENT_LEN ? length : 0;
}
