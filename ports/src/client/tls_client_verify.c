/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Verification of the server's certificates. In builds with PKG_MBEDTLS_CERTIFICATES.
 *
 * The engine checks the chain and compares the host's name. The rest is here:
 * addresses in certificates, dates while the clock is not set, rules for paths, and
 * pinned keys.
 */
#include <string.h>

#include "tls_session.h"
#include "../diagnose/tls_report_fill.h"
#include "../trust/tls_trust_find.h"
#include "../path/tls_path_rules.h"
#include "../engine/tls_engine.h"
#include "../base/tls_address.h"
#include "../base/tls_log.h"

#define NAME_MAX_LENGTH         255     /* RFC 1035 2.3.4 */
#define BADCERT_DATES           (MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)
#define SAN_ADDRESS             7       /* iPAddress in GeneralName, RFC 5280 4.2.1.6 */

/* The engine takes a copy. A dot at the end is DNS syntax, which certificates do not have. */
static int set_name(MbedTLSSession *session, const char *name)
{
    char plain[NAME_MAX_LENGTH + 1];
    size_t length = strlen(name);

    if (length == 0 || length > NAME_MAX_LENGTH)
    {
        return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
    }
    if (name[length - 1] != '.')
    {
        return mbedtls_ssl_set_hostname(&session->ssl, name);
    }
    memcpy(plain, name, length - 1);
    plain[length - 1] = '\0';

    return mbedtls_ssl_set_hostname(&session->ssl, plain);
}

int tls_client_set_peer(MbedTLSSession *session)
{
    const char *name = session->options.server_name != RT_NULL ? session->options.server_name : session->host;
    size_t length;

    session->internal.peer = TLS_PEER_UNKNOWN;
    if (name == RT_NULL && tls_client_wants_key_alone(session))
    {
        return mbedtls_ssl_set_hostname(&session->ssl, RT_NULL);
    }
    if (name == RT_NULL)
    {
        LOG_W("no host name: the server cannot be verified, and the handshake");
        LOG_W("fails (-0x5d80): set session->host before mbedtls_client_context()");
        return 0;
    }

    length = tls_address_parse(name, session->internal.address);
    if (length == 0)
    {
        session->internal.peer = TLS_PEER_NAME;
        return set_name(session, name);
    }

    /* An address is not sent as SNI (RFC 6066 3): the engine gets no name, names_peer() checks. */
    session->internal.peer = length == 4 ? TLS_PEER_IPV4 : TLS_PEER_IPV6;

    return mbedtls_ssl_set_hostname(&session->ssl, RT_NULL);
}

static int names_address(const mbedtls_x509_crt *crt, const unsigned char *address, size_t length)
{
    const mbedtls_x509_sequence *name;

    for (name = &crt->subject_alt_names; name != RT_NULL; name = name->next)
    {
        if ((name->buf.tag & 0x1F) == SAN_ADDRESS && name->buf.len == length &&
            memcmp(name->buf.p, address, length) == 0)
        {
            return 1;
        }
    }

    return 0;
}

static int has_alternative_names(const mbedtls_x509_crt *crt)
{
    return crt->subject_alt_names.buf.p != RT_NULL;
}

static int names_peer(const MbedTLSSession *session, const mbedtls_x509_crt *crt)
{
    switch (session->internal.peer)
    {
    case TLS_PEER_NAME:
        /* The engine compares the common name of a certificate without alternative names. */
        if (!has_alternative_names(crt))
        {
            return TLS_HAS(PKG_MBEDTLS_COMMON_NAME);
        }
        /* The engine has compared the name, too, by rules that let more pass. */
        return !TLS_HAS(PKG_MBEDTLS_PATH_RULES) || tls_path_names_host(crt, tls_engine_hostname(&session->ssl));

    case TLS_PEER_IPV4:
        return names_address(crt, session->internal.address, 4);

    case TLS_PEER_IPV6:
        return names_address(crt, session->internal.address, 16);

    default:
        return 0;
    }
}

static int is_issuer_known(void *context, const mbedtls_x509_crt *crt)
{
    MbedTLSSession *session = context;
    int missing;

    return tls_trust_knows_issuer(TLS_CLIENT_CACERT(session), crt, &missing);
}

static int is_issuer_valid(void *context, const mbedtls_x509_crt *crt)
{
    MbedTLSSession *session = context;

    return tls_trust_knows_valid(TLS_CLIENT_CACERT(session), crt);
}

int tls_client_find_issuer(void *context, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates)
{
    MbedTLSSession *session = context;
    int ret;

    *candidates = RT_NULL;
    if (tls_client_wants_key_alone(session))
    {
        return 0;
    }
    if (TLS_HAS(PKG_MBEDTLS_PATH_RULES))
    {
        /* The list behind the certificate belongs to the session, so it may be reordered. */
        tls_path_prefer_issuer((mbedtls_x509_crt *)child, is_issuer_known, session);
    }

    ret = tls_trust_find(TLS_CLIENT_CACERT(session), child, candidates);
    /*
     * The engine takes a root, valid or not, before it looks at what the server has sent. Expired ones are left out
     * only if that leads to a valid root, so that the report is about them if nothing does.
     */
    if (TLS_HAS(PKG_MBEDTLS_PATH_RULES) && *candidates != RT_NULL && !tls_trust_has_valid(*candidates) &&
        tls_clock_is_set(tls_clock_now()) && tls_path_leads_on(child, is_issuer_valid, session))
    {
        tls_trust_release(candidates);
    }

    return ret;
}

int tls_client_refuses_clock(const MbedTLSSession *session)
{
    return TLS_HAS(PKG_MBEDTLS_CLOCK_REFUSE) && session->options.verify != TLS_VERIFY_NOTHING &&
           !tls_client_wants_key_alone(session) && !tls_clock_is_set(tls_clock_now());
}

void tls_client_say_dates(const MbedTLSSession *session)
{
    /* With PKG_MBEDTLS_CLOCK_NONE the engine has no code for dates. */
    int has_dates = !TLS_HAS(PKG_MBEDTLS_CLOCK_NONE) && tls_clock_is_set(tls_clock_now());

    if (session->options.verify != TLS_VERIFY_NOTHING && !tls_client_wants_key_alone(session) && !has_dates)
    {
        LOG_W("there is no clock: the dates of certificates are not checked");
    }
}

/* Add our checks to the flags that the engine has found. */
static uint32_t check(MbedTLSSession *session, const mbedtls_x509_crt *crt, int depth, uint32_t flags, time_t now)
{
    if (tls_client_refuses_clock(session))
    {
        flags |= MBEDTLS_X509_BADCERT_FUTURE;
    }
    else if (!tls_clock_is_set(now))
    {
        flags &= ~(uint32_t)BADCERT_DATES;
    }
    if (TLS_HAS(PKG_MBEDTLS_PATH_RULES))
    {
        flags |= tls_path_check(&session->internal.path, crt, depth, TLS_PATH_SERVER);
    }
    if (depth == 0 && !names_peer(session, crt))
    {
        flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }

    return flags;
}

/* For the words: is there a root with the name of the missing issuer? */
static void note_issuer(MbedTLSSession *session, const mbedtls_x509_crt *crt, uint32_t flags)
{
    struct tls_report *report = &session->internal.report;

    if (report->flags == 0 && (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED))
    {
        report->is_name_known = tls_trust_knows_issuer(TLS_CLIENT_CACERT(session), crt, &report->missing) != 0;
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && !report->is_name_known)
        {
            report->is_name_alike = tls_trust_has_alike(TLS_CLIENT_CACERT(session), crt) != 0;
        }
    }
}

int tls_client_verify(void *context, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    MbedTLSSession *session = context;
    time_t now = tls_clock_now();

    *flags = tls_client_wants_key_alone(session) ? 0 : check(session, crt, depth, *flags, now);
    if (TLS_HAS(PKG_MBEDTLS_COMMON_NAME) && depth == 0 && *flags == 0 && session->internal.peer == TLS_PEER_NAME &&
        !tls_client_wants_key_alone(session) && !has_alternative_names(crt))
    {
        LOG_W("the certificate has no alternative names: its common name counts");
    }
    if (TLS_HAS(PKG_MBEDTLS_PINNING))
    {
        *flags |= tls_client_match_pins(session, crt, depth);
    }
    if (TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS) && depth == 0)
    {
        session->internal.has_shown = 1;
    }
    /* The server's own is always noted: the engine checks more of it after this call. */
    if (*flags != 0 || depth == 0)
    {
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
        {
            note_issuer(session, crt, *flags);
        }
        tls_report_certificate(&session->internal.report, crt, depth, *flags, now);
        if (TLS_HAS(PKG_MBEDTLS_PINNING))
        {
            tls_client_note_pin(session, crt);
        }
    }

    return 0;
}
