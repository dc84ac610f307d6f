/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_report_unreadable(): reads a peer's Certificate message once more after the
 * engine has refused it. The input is a byte for the protocol, the flags of the report
 * and the code of the failure, then the message's list of certificates.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <stdlib.h>
#include <string.h>

#include "../../ports/src/diagnose/tls_report_fill.h"
#include "tls_diagnose.h"
#include "fuzz.h"

#include "mbedtls/oid.h"

#define SKIPPED                 (MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND)

/* Bits of the first byte. */
#define IS_DATAGRAM             1
#define IS_TLS13                2
#define IS_NOT_TRUSTED          4
#define IS_SKIPPED              8

static void check(const mbedtls_ssl_context *ssl, unsigned first)
{
    struct tls_report report = { 0 };
    char text[TLS_REPORT_TEXT];

    report.step = TLS_STEP_HANDSHAKE;
    report.code = first & IS_SKIPPED ? SKIPPED : MBEDTLS_ERR_X509_INVALID_FORMAT;
    report.number = first & IS_NOT_TRUSTED ? MBEDTLS_X509_BADCERT_NOT_TRUSTED : 0;
    memset(report.subject, 's', sizeof(report.subject) - 1);
    memset(report.detail, 'd', sizeof(report.detail) - 1);
    if (tls_report_unreadable(&report, ssl, report.code))
    {
        report.reason = TLS_REASON_UNREADABLE;
        FUZZ_CHECK(report.depth >= 0 && report.flags == 0);
        FUZZ_CHECK(report.detail[0] != '\0' && report.detail[0] != 'd');
    }
    fuzz_check_text(report.subject, sizeof(report.subject));
    fuzz_check_text(report.detail, sizeof(report.detail));
    fuzz_check_text(tls_report_what(&report, text, sizeof(text)), sizeof(text));
    fuzz_check_text(tls_report_remedy(&report, text, sizeof(text)), sizeof(text));
}

#ifdef PKG_MBEDTLS_ENGINE_2_28
static void set_version(mbedtls_ssl_context *ssl, unsigned first)
{
    (void)first;
    ssl->minor_ver = MBEDTLS_SSL_MINOR_VERSION_3;
}
#else
static void set_version(mbedtls_ssl_context *ssl, unsigned first)
{
    ssl->tls_version = first & IS_TLS13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;
}
#endif

static void one(const uint8_t *data, size_t size)
{
    unsigned first = fuzz_byte(&data, &size);
    size_t header = (first & IS_DATAGRAM ? 12 : 4) + (first & IS_TLS13 ? 1 : 0) + 3;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config conf;
    unsigned char *message = calloc(1, header + size);

    FUZZ_CHECK(message != NULL);
    memset(&ssl, 0, sizeof(ssl));
    mbedtls_ssl_config_init(&conf);
    conf.transport = first & IS_DATAGRAM ? MBEDTLS_SSL_TRANSPORT_DATAGRAM : MBEDTLS_SSL_TRANSPORT_STREAM;
    ssl.conf = &conf;
    ssl.state = MBEDTLS_SSL_SERVER_CERTIFICATE;
    set_version(&ssl, first);
    ssl.in_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
    ssl.in_msg = message;
    ssl.in_msglen = ssl.in_hslen = header + size;
    message[0] = MBEDTLS_SSL_HS_CERTIFICATE;
    if (size > 0)
    {
        memcpy(message + header, data, size);
    }
    check(&ssl, first);
    mbedtls_ssl_config_free(&conf);
    free(message);
}

FUZZ_HARNESS(unreadable, one, NULL)
