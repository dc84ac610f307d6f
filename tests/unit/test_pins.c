/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_client_pins: which chains have a pinned key.
 */
#include "unit.h"

#include <string.h>

#include "../../ports/src/base/tls_has.h"
#include "../../ports/src/client/tls_session.h"

#ifdef PKG_MBEDTLS_PINNING
#include "../../ports/src/path/tls_pin.h"

static unsigned char one_key[] = "one", other_key[] = "other";

static mbedtls_x509_crt certificate(unsigned char *key, size_t length)
{
    mbedtls_x509_crt crt;

    mbedtls_x509_crt_init(&crt);
    crt.pk_raw.p = key;
    crt.pk_raw.len = length;

    return crt;
}

/* The application has connected by itself, so the session has no beginning at which it would forget. */
static void a_pinned_key_counts_for_its_own_chain_only(void **state)
{
    static MbedTLSSession session;
    mbedtls_x509_crt issuer = certificate(one_key, sizeof(one_key));
    mbedtls_x509_crt leaf = certificate(other_key, sizeof(other_key));
    char pin[TLS_PIN_TEXT_SIZE];

    (void)state;
    assert_int_equal(tls_pin_of(&issuer, pin), 0);
    session.options.pins = pin;
    assert_int_equal(tls_client_match_pins(&session, &issuer, 1), 0);
    assert_int_equal(tls_client_match_pins(&session, &leaf, 0), 0);
    assert_int_equal(tls_client_match_pins(&session, &leaf, 0), TLS_BADCERT_PIN);
    assert_int_equal(tls_client_match_pins(&session, &issuer, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(a_pinned_key_counts_for_its_own_chain_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return UNIT_SKIPPED;
}

#endif
