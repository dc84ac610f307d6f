/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Connecting, step by step; the blocking call is a loop over it.
 */
#include <stdlib.h>
#include <string.h>

#include "tls_transport.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"

static int is_port(const char *text)
{
    char *end;
    long port = text != RT_NULL ? strtol(text, &end, 10) : 0;

    return port >= 1 && port <= 65535 && *end == '\0';
}

/* The facts about the last connect. */
static void forget_last(MbedTLSSession *session)
{
    struct tls_client_internal *internal = &session->internal;

    memset(&internal->report, 0, sizeof(internal->report));
    memset(&internal->path, 0, sizeof(internal->path));
    internal->read_end = TLS_READ_OPEN;
    internal->is_at_end = 0;
    internal->has_pinned_key = 0;
    internal->has_shown = 0;
    internal->is_asked = 0;
    internal->identity_fault = TLS_IDENTITY_FINE;
}

/* Certificates have dates; returns 0 or TLS_ERR_CLOCK_UNSET. */
static int check_clock(const MbedTLSSession *session)
{
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && tls_client_refuses_clock(session))
    {
        return TLS_ERR_CLOCK_UNSET;
    }
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && !TLS_HAS(PKG_MBEDTLS_CLOCK_REFUSE))
    {
        tls_client_say_dates(session);
    }

    return 0;
}

static void begin_handshake(MbedTLSSession *session)
{
    session->internal.state = TLS_STATE_HANDSHAKE;
    tls_transport(session)->begin(session);
}

static int open_connection(MbedTLSSession *session)
{
    int ret;

    if (TLS_CLIENT_LINK(session) != RT_NULL)
    {
        begin_handshake(session);
        return 0;
    }
    ret = tls_net_connect_start(&session->internal.attempt, session->host, session->port,
                                tls_transport(session)->protocol);
    if (ret == 0)
    {
        session->internal.state = TLS_STATE_CONNECTING;
    }

    return ret;
}

static int start(MbedTLSSession *session)
{
    const struct tls_client_options *options = &session->options;
    int ret = 0;

    forget_last(session);
    if (session->host == RT_NULL || !is_port(session->port))
    {
        return TLS_ERR_NO_HOST;
    }
    if (!tls_client_uses_psk(session))
    {
        ret = check_clock(session);
    }
    if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) && ret == 0)
    {
        ret = tls_client_check_identity_dates(session);
    }
    if (ret != 0)
    {
        return ret;
    }

    tls_deadline_start(&session->internal.deadline,
                       options->connect_timeout != 0 ? options->connect_timeout : PKG_MBEDTLS_CONNECT_TIMEOUT);

    return open_connection(session);
}

static int step_connecting(MbedTLSSession *session)
{
    uint32_t left = tls_deadline_left(&session->internal.deadline);
    int ret = tls_net_connect_step(&session->internal.attempt, left, &session->server_fd.fd);

    if (ret != 0)
    {
        return ret;
    }
    session->internal.owns_fd = 1;
    begin_handshake(session);

    return 0;
}

static void say_verified(const MbedTLSSession *session)
{
    if (tls_client_uses_psk(session))
    {
        LOG_I("Pre-shared key verified success...");
    }
    if (tls_client_has_resumed(session))
    {
        LOG_I("Session resumed success: the certificate was verified when it began");
    }
    else if (tls_client_uses_psk(session) ?
             TLS_HAS(PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK) && tls_engine_is_rsa_psk(&session->ssl) :
             session->options.verify != TLS_VERIFY_NOTHING)
    {
        LOG_I("Certificate verified success...");
    }
}

static void say_agreed(const MbedTLSSession *session)
{
    LOG_D("%s with %s", mbedtls_ssl_get_version(&session->ssl), mbedtls_ssl_get_ciphersuite(&session->ssl));
    if (TLS_HAS(TLS_ENGINE_WEAK) && tls_engine_is_weak(&session->ssl))
    {
        LOG_W("obsolete and weak: %s with %s", mbedtls_ssl_get_version(&session->ssl),
              mbedtls_ssl_get_ciphersuite(&session->ssl));
    }
}

static int step_handshake(MbedTLSSession *session)
{
    int ret;

    do
    {
        ret = tls_transport(session)->handshake(session);
    }
    while (tls_engine_is_interim(ret));

    if (tls_engine_is_want(ret) && tls_deadline_left(&session->internal.deadline) == 0)
    {
        return TLS_ERR_TIMEOUT;
    }
    if (TLS_HAS(PKG_MBEDTLS_CLIENT_SIGN) && ret != 0 && !tls_engine_is_want(ret))
    {
        return tls_client_sign_result(session, ret);
    }
    if (TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS) && ret == 0)
    {
        ret = tls_client_check_resumed(session);
    }
    if (ret == 0)
    {
        session->internal.state = TLS_STATE_CONNECTED;
        tls_engine_fit_output(&session->ssl, &session->conf, 0);
        say_verified(session);
        say_agreed(session);
    }

    return ret;
}

/* Return to the state after mbedtls_client_context(), keeping the memory that it took. */
static void undo(MbedTLSSession *session)
{
    if (session->internal.state == TLS_STATE_DEAD)
    {
        return;                         /* start_over() has failed already */
    }
    tls_client_drop_connection(session);
    session->internal.may_resume = 0;
    if (tls_transport(session)->restart(session) == 0)
    {
        session->internal.state = TLS_STATE_READY;
        return;
    }

    /* The restart failed for lack of memory: the session can only be closed. */
    mbedtls_ssl_free(&session->ssl);
    mbedtls_ssl_init(&session->ssl);
    session->internal.state = TLS_STATE_DEAD;
}

static int step_of(const MbedTLSSession *session)
{
    if (session->internal.state == TLS_STATE_HANDSHAKE)
    {
        return TLS_STEP_HANDSHAKE;
    }

    return session->internal.attempt.resolve != RT_NULL || session->internal.attempt.addresses == RT_NULL ?
           TLS_STEP_RESOLVE : TLS_STEP_CONNECT;
}

/* Connecting and the handshake, as far as they go without waiting. */
static int advance(MbedTLSSession *session, int *step)
{
    int ret = 0;

    if (session->internal.state == TLS_STATE_CONNECTING)
    {
        *step = step_of(session);
        ret = step_connecting(session);
    }
    if (session->internal.state == TLS_STATE_HANDSHAKE)
    {
        *step = TLS_STEP_HANDSHAKE;
        ret = step_handshake(session);
    }

    return ret;
}

/*
 * A client that offers to resume offers only the version of the saved session, and a
 * server that has another one answers with an alert.
 */
static int refuses_to_resume(const MbedTLSSession *session, int code)
{
    return session->internal.may_resume && !session->internal.has_shown && tls_engine_alert(&session->ssl, code) >= 0;
}

/* Connect again, within the same time limit, and offer what a new session offers. */
static int start_over(MbedTLSSession *session)
{
    LOG_I("the server does not resume the session: connecting again, for a full handshake");
    undo(session);

    return session->internal.state == TLS_STATE_READY ? open_connection(session) : MBEDTLS_ERR_SSL_ALLOC_FAILED;
}

static int is_over_udp(const MbedTLSSession *session)
{
    return session->options.transport == TLS_TRANSPORT_DATAGRAM;
}

int tls_client_connect_step(MbedTLSSession *session)
{
    struct tls_memory_watch watch;
    int step = TLS_STEP_CONNECT;
    int ret;

    if (session->internal.state < TLS_STATE_READY || session->internal.state > TLS_STATE_HANDSHAKE)
    {
        return tls_client_fail(session, TLS_STEP_CONNECT, TLS_ERR_STATE, RT_NULL);
    }

    if (TLS_HAS(PKG_MBEDTLS_DTLS_PRIORITY) && is_over_udp(session) && session->internal.state == TLS_STATE_READY)
    {
        tls_client_raise_priority(session);
    }
    tls_memory_watch_begin(&watch);
    ret = session->internal.state == TLS_STATE_READY ? start(session) : 0;
    ret = ret != 0 ? ret : advance(session, &step);
    if (TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS) && refuses_to_resume(session, ret))
    {
        ret = start_over(session);
        ret = ret != 0 ? ret : advance(session, &step);
    }
    tls_memory_watch_end(&watch);

    /* The engine ignores some failed allocations, and would agree on a wrong key. */
    if (tls_engine_is_want(ret) && watch.failures > 0)
    {
        ret = MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    if (TLS_HAS(PKG_MBEDTLS_DTLS_PRIORITY) && !tls_engine_is_want(ret))
    {
        tls_client_restore_priority(session);
    }
    if (ret == 0 || tls_engine_is_want(ret))
    {
        return ret;
    }
    ret = tls_client_fail(session, ret == MBEDTLS_ERR_NET_UNKNOWN_HOST ? TLS_STEP_RESOLVE : step, ret, &watch);
    undo(session);

    return ret;
}

static uint32_t time_to_wait(const MbedTLSSession *session)
{
    const struct tls_transport *transport = tls_transport(session);
    uint32_t left = tls_deadline_left(&session->internal.deadline);

    return transport->wait != RT_NULL ? transport->wait(session, left) : left;
}

uint32_t tls_client_poll(const MbedTLSSession *session, int *fd)
{
    *fd = session->internal.state == TLS_STATE_CONNECTING ? session->internal.attempt.fd : session->server_fd.fd;

    return time_to_wait(session);
}

int mbedtls_client_connect(MbedTLSSession *session)
{
    int ret;

    while (tls_engine_is_want(ret = tls_client_connect_step(session)))
    {
        uint32_t left = time_to_wait(session);

        if (session->internal.state == TLS_STATE_CONNECTING)
        {
            tls_net_connect_wait(&session->internal.attempt, left);
        }
        else
        {
            (void)tls_net_wait(session->server_fd.fd, ret, left);
        }
    }

    return ret;
}
