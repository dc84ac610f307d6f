/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pinned keys. In builds with PKG_MBEDTLS_PINNING.
 */
#include "tls_session.h"
#include "../diagnose/tls_report_fill.h"
#include "../path/tls_pin.h"

const char *tls_client_pins(const MbedTLSSession *session)
{
    static const char menuconfig[] = PKG_MBEDTLS_PINS;

    if (session->options.pins != RT_NULL)
    {
        return session->options.pins;
    }

    return menuconfig[0] != '\0' ? menuconfig : RT_NULL;
}

int tls_client_check_pins(const MbedTLSSession *session)
{
    const struct tls_client_options *options = &session->options;
    const char *pins = tls_client_pins(session);

    if (options->verify == TLS_VERIFY_NOTHING)
    {
        return options->pins != RT_NULL ? TLS_ERR_PINS : 0;
    }
    if (pins == RT_NULL)
    {
        return options->verify == TLS_VERIFY_PINS ? TLS_ERR_PINS : 0;
    }

    return tls_pin_check(pins);
}

/* Any certificate of a verified chain may have a pinned key; if the key alone counts, the server's own has to. */
uint32_t tls_client_match_pins(MbedTLSSession *session, const mbedtls_x509_crt *crt, int depth)
{
    const char *pins = tls_client_pins(session);
    int is_pinned;

    if (pins == RT_NULL)
    {
        return tls_client_wants_key_alone(session) ? TLS_BADCERT_PIN : 0;
    }
    if ((depth == 0 || !tls_client_wants_key_alone(session)) && tls_pin_matches(pins, crt))
    {
        session->internal.has_pinned_key = 1;
    }

    if (depth > 0)
    {
        return 0;
    }
    /* The next chain begins without: the application may reconnect with the engine's own functions. */
    is_pinned = session->internal.has_pinned_key;
    session->internal.has_pinned_key = 0;

    return is_pinned ? 0 : TLS_BADCERT_PIN;
}

void tls_client_note_pin(MbedTLSSession *session, const mbedtls_x509_crt *crt)
{
    char pin[TLS_PIN_TEXT_SIZE];

    if (session->internal.report.number == TLS_BADCERT_PIN && tls_pin_of(crt, pin) == 0)
    {
        tls_report_detail(&session->internal.report, pin);
    }
}
