/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The device's own certificate and key. In builds with PKG_MBEDTLS_CLIENT_CERTIFICATE.
 *
 * Both are checked before the first connect: a server refuses a wrong certificate
 * with an alert that says little, or with none.
 */
#include <rtthread.h>

#include "tls_session.h"

#include "../base/tls_file.h"
#include "../base/tls_log.h"
#include "../diagnose/tls_report_fill.h"
#include "../engine/tls_engine.h"
#include "tls_certificate.h"
#include "tls_clock.h"
#include "tls_memory.h"
#include "tls_random.h"

#include "mbedtls/oid.h"

#define SEQUENCE                0x30    /* the first byte of DER */

struct tls_client_identity
{
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    unsigned char *file;                /* that the certificate refers to; RT_NULL: none */
    char issuers[TLS_REPORT_DETAIL];    /* names of those that the server accepts */
};

/* Whether a session has a certificate, and not only room for what its server asks for. */
static int has_certificate(const struct tls_client_identity *identity)
{
    return identity != RT_NULL && identity->certificate.raw.p != RT_NULL;
}

/* A certificate or a key of the application or the firmware. */
struct text
{
    const void *data;
    size_t length;                      /* TLS_IN_FILE: data is a path */
};

/* Read a text that is in a file; *file receives what is to be freed. */
static int fetch(MbedTLSSession *session, struct text *text, unsigned char **file)
{
    const char *path = text->data;

    *file = RT_NULL;
    if (!TLS_HAS(PKG_MBEDTLS_CLIENT_FILE) || text->length != TLS_IN_FILE)
    {
        return 0;
    }
    *file = tls_file_load(path, &text->length);
    if (*file == RT_NULL)
    {
        return tls_client_refuse_identity(session, TLS_IDENTITY_NO_FILE, path);
    }
    text->data = *file;
    /* PEM counts the zero behind it. */
    text->length += (*file)[0] != SEQUENCE;

    return 0;
}

static int load_certificate(MbedTLSSession *session, struct text text)
{
    struct tls_client_identity *identity = session->internal.identity;
    int ret = fetch(session, &text, &identity->file);

    if (ret == 0 && tls_engine_parse_chain(&identity->certificate, text.data, text.length) != 0)
    {
        ret = tls_client_refuse_identity(session, TLS_IDENTITY_CERTIFICATE, "");
    }

    return ret;
}

/* Codes that say more than "cannot be read". */
static enum tls_identity_fault fault_of_key(int code)
{
    switch (code)
    {
    case MBEDTLS_ERR_PK_PASSWORD_REQUIRED:
    case MBEDTLS_ERR_PK_PASSWORD_MISMATCH:
        return TLS_HAS(PKG_MBEDTLS_CLIENT_PASSWORD) ? TLS_IDENTITY_PASSWORD : TLS_IDENTITY_ENCRYPTED;

    case MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE:
        return TLS_IDENTITY_ENCRYPTED;

    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
    case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
        return TLS_IDENTITY_KIND;

    default:
        return TLS_IDENTITY_KEY;
    }
}

/* A build may verify with a kind of key that it cannot sign with. */
static int can_sign(const mbedtls_pk_context *key)
{
    if (mbedtls_pk_can_do(key, MBEDTLS_PK_ECDSA))
    {
        return TLS_HAS(PKG_MBEDTLS_ENGINE_2_28) || TLS_HAS(PKG_MBEDTLS_ECDSA_SIGN);
    }

    return mbedtls_pk_can_do(key, MBEDTLS_PK_RSA) && !TLS_HAS(PKG_MBEDTLS_RSA_PUBLIC);
}

static int load_key(MbedTLSSession *session, struct text text)
{
    struct tls_client_identity *identity = session->internal.identity;
    unsigned char *file;
    int ret = fetch(session, &text, &file);

    if (ret != 0)
    {
        return ret;
    }
    ret = tls_engine_parse_key(&identity->key, text.data, text.length, session->options.key_password, tls_random_bytes);
    if (file != RT_NULL)
    {
        tls_zeroize(file, text.length);
        tls_free(file);
    }
    if (ret != 0)
    {
        return tls_client_refuse_identity(session, fault_of_key(ret), "");
    }
    if (!can_sign(&identity->key))
    {
        return tls_client_refuse_identity(session, TLS_IDENTITY_KIND, mbedtls_pk_get_name(&identity->key));
    }

    return tls_engine_check_key(&identity->key, &identity->certificate, tls_random_bytes) == 0 ?
           0 : tls_client_refuse_identity(session, TLS_IDENTITY_MISMATCH, "");
}

static int refuse_date(MbedTLSSession *session, enum tls_identity_fault fault, const mbedtls_x509_time *date)
{
    char text[24];

    rt_snprintf(text, sizeof(text), "%04d-%02d-%02d", date->year, date->mon, date->day);

    return tls_client_refuse_identity(session, fault, text);
}

int tls_client_check_identity_dates(MbedTLSSession *session)
{
    const struct tls_client_identity *identity = session->internal.identity;

    if (TLS_HAS(PKG_MBEDTLS_CLOCK_NONE) || !has_certificate(identity) || !tls_clock_is_set(tls_clock_now()))
    {
        return 0;
    }
    if (mbedtls_x509_time_is_past(&identity->certificate.valid_to))
    {
        return refuse_date(session, TLS_IDENTITY_EXPIRED, &identity->certificate.valid_to);
    }

    return mbedtls_x509_time_is_future(&identity->certificate.valid_from) ?
           refuse_date(session, TLS_IDENTITY_FUTURE, &identity->certificate.valid_from) : 0;
}

static int check_certificate(MbedTLSSession *session)
{
    const mbedtls_x509_crt *crt = &session->internal.identity->certificate;
    size_t length = tls_engine_certificate_message(crt);
    char text[12];

    if (mbedtls_x509_crt_check_key_usage(crt, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == MBEDTLS_ERR_X509_BAD_INPUT_DATA ||
        mbedtls_x509_crt_check_extended_key_usage(crt, MBEDTLS_OID_CLIENT_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)) ==
        MBEDTLS_ERR_X509_BAD_INPUT_DATA)
    {
        return tls_client_refuse_identity(session, TLS_IDENTITY_USAGE, "");
    }
    if (length > MBEDTLS_SSL_OUT_CONTENT_LEN)
    {
        rt_snprintf(text, sizeof(text), "%u", (unsigned)length);
        return tls_client_refuse_identity(session, TLS_IDENTITY_TOO_LONG, text);
    }

    return tls_client_check_identity_dates(session);
}

static int allocate(MbedTLSSession *session)
{
    struct tls_client_identity *identity = tls_calloc(1, sizeof(*identity));

    if (identity == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    mbedtls_x509_crt_init(&identity->certificate);
    mbedtls_pk_init(&identity->key);
    session->internal.identity = identity;

    return 0;
}

static int load(MbedTLSSession *session, struct text certificate, struct text key)
{
    struct tls_client_identity *identity = session->internal.identity;
    int ret = load_certificate(session, certificate);

    if (TLS_HAS(PKG_MBEDTLS_CLIENT_SIGN) && ret == 0 && session->options.sign != RT_NULL)
    {
        ret = tls_client_use_sign(session, &identity->key, &identity->certificate);
    }
    else if (ret == 0)
    {
        ret = load_key(session, key);
    }
    ret = ret != 0 ? ret : check_certificate(session);
    ret = ret != 0 ? ret : mbedtls_ssl_conf_own_cert(&session->conf, &identity->certificate, &identity->key);
    if (ret == 0)
    {
        LOG_I("Loading the certificate of the device success...");
    }

    return ret;
}

int tls_client_load_identity(MbedTLSSession *session)
{
    const struct tls_client_options *options = &session->options;
    struct text certificate = { options->certificate, options->certificate_length };
    struct text key = { options->key, options->key_length };
    int has_sign = TLS_HAS(PKG_MBEDTLS_CLIENT_SIGN) && options->sign != RT_NULL;
    int has_none = certificate.data == RT_NULL && key.data == RT_NULL;
    int ret;

    if (has_none && !tls_client_uses_psk(session))
    {
        certificate.data = tls_client_own.certificate;
        certificate.length = tls_client_own.certificate_length;
        key.data = has_sign ? RT_NULL : tls_client_own.key;
        key.length = tls_client_own.key_length;
    }
    has_none = certificate.data == RT_NULL && key.data == RT_NULL && !has_sign;
    if (has_sign && key.data != RT_NULL)
    {
        return tls_client_refuse_identity(session, TLS_IDENTITY_TWO_KEYS, "");
    }

    if (tls_client_uses_psk(session))
    {
        return has_none ? 0 : tls_client_refuse_identity(session, TLS_IDENTITY_PSK, "");
    }
    if (!has_none && (certificate.data == RT_NULL || (key.data == RT_NULL && !has_sign)))
    {
        return tls_client_refuse_identity(session, TLS_IDENTITY_INCOMPLETE, certificate.data == RT_NULL ? "certificate" : "key");
    }
    ret = allocate(session);

    return ret != 0 || has_none ? ret : load(session, certificate, key);
}

void tls_client_free_identity(MbedTLSSession *session)
{
    struct tls_client_identity *identity = session->internal.identity;

    if (identity != RT_NULL)
    {
        mbedtls_x509_crt_free(&identity->certificate);
        mbedtls_pk_free(&identity->key);
        tls_free(identity->file);
        tls_free(identity);
    }
    session->internal.identity = RT_NULL;
}

const mbedtls_x509_crt *tls_client_certificate(const MbedTLSSession *session)
{
    return has_certificate(session->internal.identity) ? &session->internal.identity->certificate : RT_NULL;
}

static void note_request(MbedTLSSession *session, const struct tls_engine_request *request)
{
    struct tls_client_identity *identity = session->internal.identity;

    session->internal.is_asked = 1;
    LOG_I("the server asks for a certificate of the device and gets %s", has_certificate(identity) ? "it" : "none");
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && identity != RT_NULL)
    {
        tls_report_issuers(identity->issuers, sizeof(identity->issuers), request->issuers, request->length);
    }
}

int tls_client_await_request(MbedTLSSession *session)
{
    struct tls_engine_request request;
    int ret = tls_engine_await_request(&session->ssl, &request);

    if (request.issuers != RT_NULL)
    {
        note_request(session, &request);
    }

    return ret;
}

void tls_client_note_issuers(MbedTLSSession *session)
{
    const struct tls_client_identity *identity = session->internal.identity;

    tls_report_detail(&session->internal.report, session->internal.is_asked && identity != RT_NULL ? identity->issuers : "");
}

int tls_client_is_asked(const MbedTLSSession *session)
{
    return session->internal.is_asked;
}
