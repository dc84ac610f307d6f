/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Connecting, step by step; the blocking call is a loop over it.
 */
#include <stdlib.h>
#include <string.h>

#include "tls_client_datagram.h"
#include "tls_client_private.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"

int tls_client_send(void *context, const unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;

    return tls_net_send(&session->server_fd, buffer, length);
}

int tls_client_recv(void *context, unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;
    int ret;

    /* A peer that never stops sending must not keep the engine beyond the limit. */
    if (tls_deadline_left(&session->deadline) == 0)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }

    ret = tls_net_recv(&session->server_fd, buffer, length);
    session->is_at_end = ret == 0;

    return tls_engine_received(&session->ssl, ret);
}

static int is_port(const char *text)
{
    char *end;
    long port = text != RT_NULL ? strtol(text, &end, 10) : 0;

    return port >= 1 && port <= 65535 && *end == '\0';
}

/* What was noted about the last connect. */
static void forget_last(MbedTLSSession *session)
{
    memset(&session->report, 0, sizeof(session->report));
    memset(&session->path, 0, sizeof(session->path));
#ifdef PKG_MBEDTLS_PINNING
    session->has_pinned_key = 0;        /* a member that is not there otherwise */
#endif
#ifdef PKG_MBEDTLS_SESSION_TICKETS
    session->has_shown = 0;             /* likewise */
#endif
}

static int start(MbedTLSSession *session)
{
    const struct tls_client_options *options = &session->options;
    int ret;

    forget_last(session);
    session->read_end = TLS_READ_OPEN;
    session->is_at_end = 0;
    if (session->host == RT_NULL || !is_port(session->port))
    {
        return TLS_ERR_NO_HOST;
    }
    if (!tls_client_uses_psk(session) && tls_client_refuses_clock(session))
    {
        return TLS_ERR_CLOCK_UNSET;
    }
    if (!tls_client_uses_psk(session))
    {
        tls_client_say_dates(session);
    }

    tls_deadline_start(&session->deadline,
                       options->connect_timeout != 0 ? options->connect_timeout : PKG_MBEDTLS_CONNECT_TIMEOUT);
    ret = tls_net_connect_start(&session->attempt, session->host, session->port,
                                tls_client_is_datagram(session) ? MBEDTLS_NET_PROTO_UDP : MBEDTLS_NET_PROTO_TCP);
    if (ret == 0)
    {
        session->state = TLS_STATE_CONNECTING;
    }

    return ret;
}

static int step_connecting(MbedTLSSession *session)
{
    int ret = tls_net_connect_step(&session->attempt, tls_deadline_left(&session->deadline), &session->server_fd.fd);

    if (ret != 0)
    {
        return ret;
    }
    session->owns_fd = 1;
    session->state = TLS_STATE_HANDSHAKE;
    if (tls_client_is_datagram(session))
    {
        tls_datagram_start(session);
        LOG_I("Datagrams to %s:%s...", session->host, session->port);
    }
    else
    {
        mbedtls_ssl_set_bio(&session->ssl, session, tls_client_send, tls_client_recv, RT_NULL);
        LOG_I("Connected %s:%s success...", session->host, session->port);
    }

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
        ret = tls_client_is_datagram(session) ? tls_datagram_handshake(session) : tls_engine_handshake(&session->ssl);
    }
    while (tls_engine_is_interim(ret));

    if (tls_engine_is_want(ret) && tls_deadline_left(&session->deadline) == 0)
    {
        return TLS_ERR_TIMEOUT;
    }
    if (ret == 0)
    {
        ret = tls_client_check_resumed(session);
    }
    if (ret == 0)
    {
        session->state = TLS_STATE_CONNECTED;
        tls_engine_fit_output(&session->ssl, &session->conf, 0);
        say_verified(session);
        say_agreed(session);
    }

    return ret;
}

/* Back to where mbedtls_client_context() left the session, with what it took then. */
static void undo(MbedTLSSession *session)
{
    tls_client_drop_connection(session);
    tls_client_forget_resumed(session);
    if ((tls_client_is_datagram(session) ? mbedtls_ssl_session_reset(&session->ssl) :
         tls_engine_restart(&session->ssl)) == 0)
    {
        session->state = TLS_STATE_READY;
        return;
    }

    /* Out of memory even for that: the session has to begin anew. */
    mbedtls_ssl_free(&session->ssl);
    mbedtls_ssl_init(&session->ssl);
    session->state = TLS_STATE_DEAD;
}

static int step_of(const MbedTLSSession *session)
{
    if (session->state == TLS_STATE_HANDSHAKE)
    {
        return TLS_STEP_HANDSHAKE;
    }

    return session->attempt.resolve != RT_NULL || session->attempt.addresses == RT_NULL ?
           TLS_STEP_RESOLVE : TLS_STEP_CONNECT;
}

int tls_client_connect_step(MbedTLSSession *session)
{
    struct tls_memory_watch watch;
    int step = TLS_STEP_CONNECT;
    int ret;

    if (session->state < TLS_STATE_READY || session->state > TLS_STATE_HANDSHAKE)
    {
        return tls_client_fail(session, TLS_STEP_CONNECT, TLS_ERR_STATE, RT_NULL);
    }

    tls_memory_watch_begin(&watch);
    ret = session->state == TLS_STATE_READY ? start(session) : 0;
    if (session->state == TLS_STATE_CONNECTING)
    {
        step = step_of(session);
        ret = step_connecting(session);
    }
    if (session->state == TLS_STATE_HANDSHAKE)
    {
        step = TLS_STEP_HANDSHAKE;
        ret = step_handshake(session);
    }
    tls_memory_watch_end(&watch);

    /* The engine goes on after some failed allocations, with a key that nobody shares. */
    if (tls_engine_is_want(ret) && watch.failures > 0)
    {
        ret = MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    if (ret == 0 || tls_engine_is_want(ret))
    {
        return ret;
    }
    ret = tls_client_fail(session, ret == MBEDTLS_ERR_NET_UNKNOWN_HOST ? TLS_STEP_RESOLVE : step, ret, &watch);
    undo(session);

    return ret;
}

uint32_t tls_client_poll(const MbedTLSSession *session, int *fd)
{
    *fd = session->state == TLS_STATE_CONNECTING ? session->attempt.fd : session->server_fd.fd;

    return tls_datagram_wait(session, tls_deadline_left(&session->deadline));
}

int mbedtls_client_connect(MbedTLSSession *session)
{
    int ret;

    while (tls_engine_is_want(ret = tls_client_connect_step(session)))
    {
        uint32_t left = tls_datagram_wait(session, tls_deadline_left(&session->deadline));

        if (session->state == TLS_STATE_CONNECTING)
        {
            tls_net_connect_wait(&session->attempt, left);
        }
        else
        {
            (void)tls_net_wait(session->server_fd.fd, ret, left);
        }
    }

    return ret;
}
