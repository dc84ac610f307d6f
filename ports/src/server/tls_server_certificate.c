/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server's certificate, and those of its clients. In builds with
 * PKG_MBEDTLS_CERTIFICATES.
 */
#include <string.h>

#include "tls_server_parts.h"

#include "tls_random.h"

#include "../base/tls_log.h"
#include "../diagnose/tls_report_fill.h"
#include "../engine/tls_engine.h"
#include "../path/tls_path_rules.h"

#define BADCERT_DATES           (MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)
/* Bytes that a CertificateRequest has beside the names of the CAs, at most. */
#define REQUEST_LENGTH          64

/* Flags of a client that has shown no certificate. */
#define ABSENT                  ((uint32_t)(MBEDTLS_X509_BADCERT_MISSING | MBEDTLS_X509_BADCERT_SKIP_VERIFY))

void tls_server_init_certificates(struct tls_server *server)
{
    mbedtls_x509_crt_init(&server->certificate);
    mbedtls_x509_crt_init(&server->client_ca);
    mbedtls_pk_init(&server->key);
}

void tls_server_free_certificates(struct tls_server *server)
{
    mbedtls_x509_crt_free(&server->certificate);
    mbedtls_x509_crt_free(&server->client_ca);
    mbedtls_pk_free(&server->key);
}

/* The engine's f_vrfy for clients' certificates. */
static int verify(void *context, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    struct tls_server_client *client = context;
    struct tls_server *server = client->server;
    time_t now = tls_clock_now();
    int is_disapproved = 0;

    if (!tls_clock_is_set(now))
    {
        *flags = TLS_HAS(PKG_MBEDTLS_CLOCK_REFUSE) ? *flags | MBEDTLS_X509_BADCERT_FUTURE :
                 *flags & ~(uint32_t)BADCERT_DATES;
    }
    if (TLS_HAS(PKG_MBEDTLS_PATH_RULES))
    {
        *flags |= tls_path_check(&server->path, crt, depth, TLS_PATH_CLIENT);
    }
    if (depth == 0 && *flags == 0 && !server->has_verdict && server->options.approve != RT_NULL &&
        server->options.approve(server->options.context, client, crt) != 0)
    {
        *flags |= MBEDTLS_X509_BADCERT_OTHER;
        is_disapproved = 1;
    }
    if (*flags != 0)
    {
        if (!server->has_verdict)
        {
            memset(&server->report, 0, sizeof(server->report));
        }
        server->has_verdict = 1;
        server->report.is_server = 1;
        tls_report_certificate(&server->report, crt, depth, *flags, now);
        if (is_disapproved)
        {
            server->report.missing = 1;
        }
    }

    return 0;
}

int tls_server_is_verified(const struct tls_server_client *client)
{
    /* With MBEDTLS_SSL_VERIFY_OPTIONAL the engine completes the handshake whatever the result. */
    return client->server->options.client_auth != TLS_SERVER_OPTIONAL ||
           (mbedtls_ssl_get_verify_result(&client->ssl) & ~ABSENT) == 0;
}

void tls_server_verify_with(struct tls_server_client *client)
{
    if (client->server->options.client_auth != TLS_SERVER_ANYONE)
    {
        mbedtls_ssl_set_verify(&client->ssl, verify, client);
    }
}

static int set_client_ca(struct tls_server *server)
{
    const struct tls_server_options *options = &server->options;
    int ret;

    if (options->client_auth == TLS_SERVER_ANYONE)
    {
        return 0;
    }
    ret = tls_engine_parse_chain(&server->client_ca, options->client_ca, options->client_ca_length);
    if (ret == 0)
    {
        mbedtls_ssl_conf_ca_chain(&server->conf, &server->client_ca, RT_NULL);
        mbedtls_ssl_conf_authmode(&server->conf, options->client_auth == TLS_SERVER_REQUIRED ?
                                  MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_OPTIONAL);
    }

    return ret;
}

/* The names of all CAs are in it. */
static size_t request_message(const mbedtls_x509_crt *ca)
{
    size_t length = REQUEST_LENGTH;

    for (; ca != RT_NULL && ca->raw.p != RT_NULL; ca = ca->next)
    {
        length += ca->subject_raw.len + 2;
    }

    return length;
}

/* The engine sends a chain in one message, which has to fit into its output buffer. */
static int check_length(size_t length)
{
    if (length <= MBEDTLS_SSL_OUT_CONTENT_LEN)
    {
        return 0;
    }
    LOG_E("the certificate and its issuers need \"Maximum length of a record sent\"");
    LOG_E("(PKG_MBEDTLS_SSL_OUT_CONTENT_LEN) of %d or more", (int)length);

    return TLS_ERR_TOO_LONG;
}

static void note_longest(struct tls_server *server)
{
    const struct tls_server_options *options = &server->options;
    size_t certificate = options->certificate != RT_NULL ? tls_engine_certificate_message(&server->certificate) : 0;
    size_t request = options->client_auth != TLS_SERVER_ANYONE ? request_message(&server->client_ca) : 0;

    server->longest = request > certificate ? request : certificate;
}

int tls_server_set_certificates(struct tls_server *server)
{
    const struct tls_server_options *options = &server->options;
    int ret = 0;

    if (options->certificate != RT_NULL)
    {
        ret = tls_engine_parse_chain(&server->certificate, options->certificate, options->certificate_length);
        ret = ret != 0 ? ret : tls_engine_parse_key(&server->key, options->key, options->key_length, RT_NULL,
                                                    tls_random_bytes);
        ret = ret != 0 ? ret : tls_engine_check_key(&server->key, &server->certificate, tls_random_bytes);
        ret = ret != 0 ? ret : check_length(tls_engine_certificate_message(&server->certificate));
        ret = ret != 0 ? ret : mbedtls_ssl_conf_own_cert(&server->conf, &server->certificate, &server->key);
    }

    ret = ret != 0 ? ret : set_client_ca(server);
    if (ret == 0)
    {
        note_longest(server);
    }

    return ret;
}
