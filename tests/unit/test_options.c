/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Options of a session or a server whose feature is not in the build, or that have
 * no valid value: they are refused, and the report says what to select.
 *
 * wrap: tls_seed_slot_read tls_seed_slot_write
 */
#include <string.h>

#include "unit.h"
#include "unit_seed.h"

#include "../../ports/src/base/tls_has.h"
#ifdef PKG_MBEDTLS_SERVER
#include "../../ports/src/server/tls_server_parts.h"
#endif
#include "tls_client.h"
#include "tls_server.h"

/* Where the menu shows it only with TLS 1.2. */
#define WITH_TLS1_2(symbol)     (TLS_HAS(PKG_MBEDTLS_TLS1_2) ? symbol : "PKG_MBEDTLS_TLS1_2 and " symbol)
#define DTLS                    TLS_HAS(PKG_MBEDTLS_DTLS), WITH_TLS1_2("PKG_MBEDTLS_DTLS")
#define PSK                     TLS_HAS(PKG_MBEDTLS_PSK), WITH_TLS1_2("PKG_MBEDTLS_KEY_EXCHANGE_PSK")
#define CID_SELECTION           (TLS_HAS(PKG_MBEDTLS_ENGINE_2_28) ? "Mbed TLS 3.6 and PKG_MBEDTLS_DTLS_CID" : \
                                 "PKG_MBEDTLS_DTLS_CID")
#define MOVE                    TLS_HAS(PKG_MBEDTLS_DTLS_CID), \
                                TLS_HAS(PKG_MBEDTLS_DTLS) ? CID_SELECTION : WITH_TLS1_2("PKG_MBEDTLS_DTLS")
#define OWN                     TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE), "PKG_MBEDTLS_CLIENT_CERTIFICATE"
#define OWN_MORE(symbol)        TLS_HAS(symbol), \
                                TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) ? #symbol : "PKG_MBEDTLS_CLIENT_CERTIFICATE"
#define CERTIFICATES            TLS_HAS(PKG_MBEDTLS_CERTIFICATES), "PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA"

static int no_key(struct MbedTLSSession *session, struct tls_psk *psk)
{
    (void)session;
    (void)psk;

    return -1;
}

static void set_pins(struct tls_client_options *options)
{
    options->pins = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
}

static void set_verify_pins(struct tls_client_options *options)
{
    options->verify = TLS_VERIFY_PINS;
}

static void set_alpn(struct tls_client_options *options)
{
    static const char *names[] = { "h2", NULL };

    options->alpn = names;
}

static void set_transport(struct tls_client_options *options)
{
    options->transport = TLS_TRANSPORT_DATAGRAM;
}

static void set_mtu(struct tls_client_options *options)
{
    options->mtu = 512;
}

static void set_retransmit_first(struct tls_client_options *options)
{
    options->retransmit_first = 1;
}

static void set_retransmit_last(struct tls_client_options *options)
{
    options->retransmit_last = 1;
}

static void set_bad_record_limit(struct tls_client_options *options)
{
    options->bad_record_limit = 1;
}

static void set_psk(struct tls_client_options *options)
{
    static const unsigned char text[] = "0123456789abcdef";
    static const struct tls_psk psk = { text, sizeof(text), text, sizeof(text) };

    options->psk = &psk;
}

static void set_get_psk(struct tls_client_options *options)
{
    options->get_psk = no_key;
}

static void no_psk(struct MbedTLSSession *session, struct tls_psk *psk)
{
    (void)session;
    (void)psk;
}

static void set_put_psk(struct tls_client_options *options)
{
    options->put_psk = no_psk;
}

static void set_resume_key(struct tls_client_options *options)
{
    static const unsigned char key[TLS_RESUME_KEY_SIZE];

    options->resume_key = key;
}

static void set_certificate(struct tls_client_options *options)
{
    options->certificate = "";
}

static void set_certificate_file(struct tls_client_options *options)
{
    options->certificate = "/certificate";
    options->certificate_length = TLS_IN_FILE;
}

static void set_key(struct tls_client_options *options)
{
    options->key = "";
}

static void set_key_file(struct tls_client_options *options)
{
    options->key = "/key";
    options->key_length = TLS_IN_FILE;
}

static void set_key_password(struct tls_client_options *options)
{
    options->key_password = "secret";
}

static int no_signature(struct MbedTLSSession *session, int algorithm, const unsigned char *hash, size_t hash_length,
                        unsigned char *signature, size_t size)
{
    (void)session;
    (void)algorithm;
    (void)hash;
    (void)hash_length;
    (void)signature;
    (void)size;

    return -1;
}

static void set_sign(struct tls_client_options *options)
{
    options->sign = no_signature;
}

static void set_nothing(struct tls_client_options *options)
{
    options->get_psk = NULL;
}

static void set_unknown_transport(struct tls_client_options *options)
{
    options->transport = 7;
}

static const struct
{
    void (*set)(struct tls_client_options *options);
    int is_built;
    const char *selection;
}
options[] =
{
    { set_pins, TLS_HAS(PKG_MBEDTLS_PINNING), "PKG_MBEDTLS_PINNING" },
    { set_verify_pins, TLS_HAS(PKG_MBEDTLS_PINNING), "PKG_MBEDTLS_PINNING" },
    { set_alpn, TLS_HAS(PKG_MBEDTLS_ALPN), "PKG_MBEDTLS_ALPN" },
    { set_transport, DTLS },
    { set_mtu, DTLS },
    { set_retransmit_first, DTLS },
    { set_retransmit_last, DTLS },
    { set_bad_record_limit, DTLS },
    { set_psk, PSK },
    { set_get_psk, PSK },
    { set_put_psk, PSK },
    { set_resume_key, TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS), "PKG_MBEDTLS_SESSION_TICKETS" },
    { set_certificate, OWN },
    { set_key, OWN },
    { set_certificate_file, OWN_MORE(PKG_MBEDTLS_CLIENT_FILE) },
    { set_key_file, OWN_MORE(PKG_MBEDTLS_CLIENT_FILE) },
    { set_key_password, OWN_MORE(PKG_MBEDTLS_CLIENT_PASSWORD) },
    { set_sign, OWN_MORE(PKG_MBEDTLS_CLIENT_SIGN) },
    { set_nothing, CERTIFICATES },
    { set_unknown_transport, 0, "select TLS_TRANSPORT_STREAM or TLS_TRANSPORT_DATAGRAM as options.transport" },
};

/* A refusal leads to a remedy: "select X in menuconfig", or a sentence of its own. */
static void check_remedy(const struct tls_report *report, const char *selection)
{
    char text[TLS_REPORT_TEXT];
    char wanted[TLS_REPORT_TEXT];

    tls_report_remedy(report, text, sizeof(text));
    rt_snprintf(wanted, sizeof(wanted), strncmp(selection, "PKG_", 4) == 0 ? "select %s in menuconfig" : "%s", selection);
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        assert_string_equal(text, wanted);
    }
}

static void an_option_of_a_missing_feature_is_refused_with_what_to_select(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
    {
        struct tls_report report;
        MbedTLSSession session;
        int ret;

        memset(&session, 0, sizeof(session));
        assert_int_equal(mbedtls_client_init(&session, NULL, 0), 0);
        session.options.get_psk = TLS_HAS(PKG_MBEDTLS_CERTIFICATES) ? NULL : no_key;
        options[i].set(&session.options);
        ret = mbedtls_client_context(&session);
        report = *tls_client_report(&session);
        tls_client_end(&session);

        if (options[i].is_built)
        {
            assert_int_not_equal(ret, TLS_ERR_UNSUPPORTED);
            continue;
        }
        assert_int_equal(ret, TLS_ERR_UNSUPPORTED);
        check_remedy(&report, options[i].selection);
    }
}

static void a_refused_session_can_be_set_up_without_the_option(void **state)
{
    MbedTLSSession session;

    (void)state;
    memset(&session, 0, sizeof(session));
    assert_int_equal(mbedtls_client_init(&session, NULL, 0), 0);
    session.options.transport = 7;
    assert_int_equal(mbedtls_client_context(&session), TLS_ERR_UNSUPPORTED);
    session.options.transport = TLS_TRANSPORT_STREAM;
    session.options.verify = TLS_VERIFY_NOTHING;
    assert_int_equal(mbedtls_client_context(&session), TLS_HAS(PKG_MBEDTLS_CERTIFICATES) ? 0 : TLS_ERR_UNSUPPORTED);
    tls_client_end(&session);
}

#ifdef PKG_MBEDTLS_SERVER
static size_t find_key(void *context, struct tls_server_client *client, const unsigned char *identity, size_t length,
                       unsigned char key[TLS_SERVER_PSK_MAX])
{
    (void)context;
    (void)client;
    (void)identity;
    (void)length;
    (void)key;

    return 0;
}

static int refuse(void *context, struct tls_server_client *client, const struct mbedtls_x509_crt *crt)
{
    (void)context;
    (void)client;
    (void)crt;

    return -1;
}

static int accept_move(void *context, struct tls_server_client *client, const char *address)
{
    (void)context;
    (void)client;
    (void)address;

    return 0;
}

static const unsigned char bytes[] = "x";

/* Each alone, beside a pre-shared key where the build has them. */
static const struct
{
    struct tls_server_options options;
    int is_built;
    const char *selection;
}
servers[] =
{
    { { .transport = TLS_SERVER_UDP }, DTLS },
    { { .transport = 2 }, 0, "select TLS_SERVER_TCP or TLS_SERVER_UDP as options.transport" },
    { { .transport = 255 }, 0, "select TLS_SERVER_TCP or TLS_SERVER_UDP as options.transport" },
    { { .client_auth = 3 }, 0,
      "select TLS_SERVER_ANYONE, TLS_SERVER_OPTIONAL or TLS_SERVER_REQUIRED as options.client_auth" },
    { { .client_auth = TLS_SERVER_OPTIONAL }, CERTIFICATES },
    { { .client_auth = TLS_SERVER_REQUIRED }, CERTIFICATES },
    { { .certificate = bytes }, CERTIFICATES },
    { { .key = bytes }, CERTIFICATES },
    { { .client_ca = bytes }, CERTIFICATES },
    { { .approve = refuse }, CERTIFICATES },
    { { .moved = accept_move }, MOVE },
    { { .psk = find_key }, PSK },
};

static void a_server_is_refused_with_what_to_select(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(servers) / sizeof(servers[0]); i++)
    {
        struct tls_server_options wanted = servers[i].options;
        struct tls_server server = { 0 };

        wanted.psk = TLS_HAS(PKG_MBEDTLS_PSK) ? find_key : wanted.psk;
        server.options = wanted;
        if (servers[i].is_built)
        {
            assert_int_equal(tls_server_check_options(&server), 0);
            continue;
        }
        assert_int_equal(tls_server_check_options(&server), TLS_ERR_UNSUPPORTED);
        check_remedy(&server.report, servers[i].selection);
    }
}

static void a_server_with_an_option_that_it_cannot_use_is_not_opened(void **state)
{
    struct tls_server_options key_alone = { .key = bytes, .psk = TLS_HAS(PKG_MBEDTLS_PSK) ? find_key : NULL };
    struct tls_server_options unknown = { .transport = 2, .psk = key_alone.psk };
    struct tls_server *server;

    (void)state;
    assert_int_equal(tls_server_open(&server, &unknown), TLS_ERR_UNSUPPORTED);
    assert_null(server);
    assert_int_equal(tls_server_open(&server, &key_alone),
                     TLS_HAS(PKG_MBEDTLS_CERTIFICATES) ? TLS_ERR_STATE : TLS_ERR_UNSUPPORTED);
    assert_null(server);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(an_option_of_a_missing_feature_is_refused_with_what_to_select),
        UNIT_TEST(a_refused_session_can_be_set_up_without_the_option),
#ifdef PKG_MBEDTLS_SERVER
        UNIT_TEST(a_server_is_refused_with_what_to_select),
        UNIT_TEST(a_server_with_an_option_that_it_cannot_use_is_not_opened),
#endif
    };

    /* This board has no seed file. */
    if (TLS_HAS(PKG_MBEDTLS_RANDOM_SEED))
    {
        return UNIT_SKIPPED;
    }

    return cmocka_run_group_tests(tests, NULL, NULL);
}
