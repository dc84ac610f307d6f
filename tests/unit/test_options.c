/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Options of a session whose feature is not in the build: the session is refused,
 * and the report names the symbol to select.
 */
#include <string.h>

#include "unit.h"

#include "../../ports/src/base/tls_has.h"
#include "tls_client.h"

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

static const struct
{
    void (*set)(struct tls_client_options *options);
    int is_built;
    const char *symbol;
}
options[] =
{
    { set_pins, TLS_HAS(PKG_MBEDTLS_PINNING), "PKG_MBEDTLS_PINNING" },
    { set_verify_pins, TLS_HAS(PKG_MBEDTLS_PINNING), "PKG_MBEDTLS_PINNING" },
    { set_alpn, TLS_HAS(PKG_MBEDTLS_ALPN), "PKG_MBEDTLS_ALPN" },
    { set_transport, TLS_HAS(PKG_MBEDTLS_DTLS), "PKG_MBEDTLS_DTLS" },
    { set_mtu, TLS_HAS(PKG_MBEDTLS_DTLS), "PKG_MBEDTLS_DTLS" },
    { set_retransmit_first, TLS_HAS(PKG_MBEDTLS_DTLS), "PKG_MBEDTLS_DTLS" },
    { set_retransmit_last, TLS_HAS(PKG_MBEDTLS_DTLS), "PKG_MBEDTLS_DTLS" },
    { set_bad_record_limit, TLS_HAS(PKG_MBEDTLS_DTLS), "PKG_MBEDTLS_DTLS" },
    { set_psk, TLS_HAS(PKG_MBEDTLS_PSK), "PKG_MBEDTLS_KEY_EXCHANGE_PSK" },
    { set_get_psk, TLS_HAS(PKG_MBEDTLS_PSK), "PKG_MBEDTLS_KEY_EXCHANGE_PSK" },
};

static void an_option_of_a_missing_feature_is_refused_with_its_symbol(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
    {
        char text[TLS_REPORT_TEXT];
        MbedTLSSession session;
        int ret;

        memset(&session, 0, sizeof(session));
        assert_int_equal(mbedtls_client_init(&session, NULL, 0), 0);
        options[i].set(&session.options);
        ret = mbedtls_client_context(&session);
        tls_report_remedy(tls_client_report(&session), text, sizeof(text));
        tls_client_end(&session);

        if (options[i].is_built)
        {
            assert_int_not_equal(ret, TLS_ERR_UNSUPPORTED);
            continue;
        }
        assert_int_equal(ret, TLS_ERR_UNSUPPORTED);
        assert_true(!TLS_HAS(PKG_MBEDTLS_DIAGNOSE) || strstr(text, options[i].symbol) != NULL);
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
    assert_int_equal(mbedtls_client_context(&session), 0);
    tls_client_end(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(an_option_of_a_missing_feature_is_refused_with_its_symbol),
        UNIT_TEST(a_refused_session_can_be_set_up_without_the_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
