/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: what an application sets with the engine's own functions, between
 * mbedtls_client_context() and mbedtls_client_connect().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tls_random.h>

#include "../../ports/src/engine/tls_engine.h"
#include "tls_case.h"
#include "tls_suites_case.h"

static int limit_oldest(struct tls_case *test, const char *value)
{
    unsigned long minor = strtoul(value, RT_NULL, 10);

#ifdef PKG_MBEDTLS_ENGINE_2_28          /* each engine has a function that the other lacks */
    mbedtls_ssl_conf_min_version(&test->session->conf, MBEDTLS_SSL_MAJOR_VERSION_3, (int)minor);
#else
    mbedtls_ssl_conf_min_tls_version(&test->session->conf, minor == 4 ? MBEDTLS_SSL_VERSION_TLS1_3 :
                                     MBEDTLS_SSL_VERSION_TLS1_2);
#endif

    return 0;
}

/* The engine declares each of the next three functions in some configurations only. */
static int limit_newest(struct tls_case *test, const char *value)
{
    int ret = TLS_ERR_UNSUPPORTED;

#ifdef PKG_MBEDTLS_ENGINE_2_28          /* lacking in 3.6 */
    mbedtls_ssl_conf_max_version(&test->session->conf, MBEDTLS_SSL_MAJOR_VERSION_3, atoi(value));
    ret = 0;
#endif
    (void)test;
    (void)value;

    return ret;
}

static int mark_fallback(struct tls_case *test, const char *value)
{
    int ret = TLS_ERR_UNSUPPORTED;

#ifdef PKG_MBEDTLS_FALLBACK_SCSV        /* lacking without this option */
    mbedtls_ssl_conf_fallback(&test->session->conf, MBEDTLS_SSL_IS_FALLBACK);
    ret = 0;
#endif
    (void)test;
    (void)value;

    return ret;
}

static int allow_renegotiation(struct tls_case *test, const char *value)
{
    int ret = TLS_ERR_UNSUPPORTED;

#ifdef PKG_MBEDTLS_RENEGOTIATION        /* likewise */
    mbedtls_ssl_conf_renegotiation(&test->session->conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    ret = 0;
#endif
    (void)test;
    (void)value;

    return ret;
}

static int offer_suite(struct tls_case *test, const char *value)
{
    return tls_case_offer_suite(test->session, value);
}

static int offer_group(struct tls_case *test, const char *value)
{
    return tls_case_offer_curve(test->session, value);
}

static void print_secret(const unsigned char *secret, size_t length)
{
    printf("SECRET ");
    while (length-- > 0)
    {
        printf("%02X", *secret++);
    }
    printf("\n");
}

#if defined(PKG_MBEDTLS_ENGINE_3_6)
static void take_keys(void *context, mbedtls_ssl_key_export_type type, const unsigned char *secret, size_t length,
                      const unsigned char client_random[32], const unsigned char server_random[32],
                      mbedtls_tls_prf_types prf)
{
    (void)context;
    (void)client_random;
    (void)server_random;
    (void)prf;
    if (type == MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET)
    {
        print_secret(secret, length);
    }
}

static int export_keys(struct tls_case *test, const char *value)
{
    (void)value;
    mbedtls_ssl_set_export_keys_cb(&test->session->ssl, take_keys, RT_NULL);

    return 0;
}
#elif defined(PKG_MBEDTLS_SSL_EXPORT_KEYS)
static int take_keys(void *context, const unsigned char *secret, const unsigned char *block, size_t mac, size_t key,
                     size_t iv)
{
    (void)context;
    (void)block;
    (void)mac;
    (void)key;
    (void)iv;
    print_secret(secret, 48);

    return 0;
}

static int export_keys(struct tls_case *test, const char *value)
{
    (void)value;
    mbedtls_ssl_conf_export_keys_cb(&test->session->conf, take_keys, RT_NULL);

    return 0;
}
#else
static int export_keys(struct tls_case *test, const char *value)
{
    (void)test;
    (void)value;
    (void)print_secret;

    return TLS_ERR_UNSUPPORTED;
}
#endif

int tls_case_connect_engine(struct tls_case *test, const char *port)
{
    MbedTLSSession *session = test->session;
    int ret = mbedtls_net_connect(&session->server_fd, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP);

    mbedtls_ssl_set_bio(&session->ssl, &session->server_fd, mbedtls_net_send, mbedtls_net_recv, RT_NULL);

    return ret != 0 ? ret : mbedtls_ssl_handshake(&session->ssl);
}

#ifdef PKG_MBEDTLS_CERTIFICATES
static mbedtls_x509_crt client_chain;
static mbedtls_pk_context client_key;

/* PEM with a zero behind it. */
static size_t read_pem(const char *path, unsigned char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length;

    RT_ASSERT(file != RT_NULL);
    length = fread(text, 1, size - 1, file);
    fclose(file);
    text[length] = '\0';

    return length + 1;
}

static int set_client(struct tls_case *test, const char *value)
{
    static unsigned char text[8192];
    char chain[256];
    size_t comma = strcspn(value, ",");
    int ret;

    rt_snprintf(chain, sizeof(chain), "%.*s", (int)comma, value);
    mbedtls_x509_crt_init(&client_chain);
    mbedtls_pk_init(&client_key);
    ret = mbedtls_x509_crt_parse(&client_chain, text, read_pem(chain, text, sizeof(text)));
    ret = ret != 0 ? ret : tls_engine_parse_key(&client_key, text, read_pem(value + comma + 1, text, sizeof(text)),
                                                RT_NULL, tls_random_bytes);
    ret = ret != 0 ? ret : mbedtls_ssl_conf_own_cert(&test->session->conf, &client_chain, &client_key);

    return ret;
}

void tls_case_drop_client(const struct tls_case *test)
{
    if (tls_case_text(test, "client") != RT_NULL)
    {
        mbedtls_x509_crt_free(&client_chain);
        mbedtls_pk_free(&client_key);
    }
}
#else
static int set_client(struct tls_case *test, const char *value)
{
    (void)test;
    (void)value;

    return TLS_ERR_UNSUPPORTED;
}

void tls_case_drop_client(const struct tls_case *test)
{
    (void)test;
}
#endif

const struct tls_case_key tls_case_engine_keys[] =
{
    TLS_CASE_APPLY("oldest", "N: no protocol version below 3.N", TLS_CASE_VERSION, limit_oldest),
    TLS_CASE_APPLY("newest", "N: none above 3.N (Mbed TLS 2.28)", TLS_CASE_VERSION, limit_newest),
    TLS_CASE_APPLY("fallback", "1: the mark of a second try with an older version (Mbed TLS 2.28)",
                   TLS_CASE_VERSION, mark_fallback),
    TLS_CASE_APPLY("suite", "NAME: offer this suite alone, in the engine's words", TLS_CASE_CONTEXT, offer_suite),
    TLS_CASE_APPLY("group", "NAME: offer this curve alone, in the engine's words", TLS_CASE_CONTEXT, offer_group),
    TLS_CASE_APPLY("keys", "1: print the secrets of TLS 1.2", TLS_CASE_CONTEXT, export_keys),
    TLS_CASE_APPLY("renegotiate", "1: allow renegotiation", TLS_CASE_CONTEXT, allow_renegotiation),
    TLS_CASE_APPLY("client", "CHAIN,KEY: files in PEM, the session's own certificate", TLS_CASE_CONTEXT, set_client),
    TLS_CASE_READ("own", "PORT: no host: a connection and a handshake of the application's own, as SAL's"),
    TLS_CASE_END_OF_KEYS,
};
