/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions over TCP.
 */
#include "tls_transport.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"

/* The engine's f_send and f_recv: they do not wait. */
static int send_bytes(void *context, const unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;

    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
    {
        tls_client_note_sent(session, buffer);
    }

    return TLS_CLIENT_LINK(session) != RT_NULL ?
           TLS_CLIENT_LINK(session)->transmit(TLS_CLIENT_LINK(session)->context, buffer, length) :
           tls_net_send(&session->server_fd, buffer, length);
}

static int receive_bytes(void *context, unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;
    int ret;

    /* The engine calls again for as long as the peer sends: the limit ends that. */
    if (tls_deadline_left(&session->internal.deadline) == 0)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }

    ret = TLS_CLIENT_LINK(session) != RT_NULL ?
          TLS_CLIENT_LINK(session)->receive(TLS_CLIENT_LINK(session)->context, buffer, length) :
          tls_net_recv(&session->server_fd, buffer, length);
    session->internal.is_at_end = ret == 0;

    return tls_engine_received(&session->ssl, ret);
}

/* The engine's f_send after a reset: what it still sends is lost. */
static int drop_bytes(void *context, const unsigned char *buffer, size_t length)
{
    (void)context;
    (void)buffer;

    return (int)length;
}

int tls_stream_find_alert(MbedTLSSession *session, int code)
{
    unsigned char unread[64];
    int ret;

    mbedtls_ssl_set_bio(&session->ssl, session, drop_bytes, receive_bytes, RT_NULL);
    do
    {
        ret = tls_engine_is_connected(&session->ssl) ? tls_stream_read(session, unread, sizeof(unread)) :
              tls_stream_handshake(session);
    }
    while (ret > 0 || tls_engine_is_interim(ret) || (ret == 0 && !session->internal.is_at_end));

    return ret == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE ? ret : code;
}

int tls_stream_setup(MbedTLSSession *session)
{
    /* Without a host the application connects itself, with its own f_recv (SAL, for example). */
    return session->host == RT_NULL ? tls_engine_setup(&session->ssl, &session->conf) :
           tls_engine_setup_stream(&session->ssl, &session->conf);
}

void tls_stream_begin(MbedTLSSession *session)
{
    mbedtls_ssl_set_bio(&session->ssl, session, send_bytes, receive_bytes, RT_NULL);
    LOG_I("Connected %s:%s success...", session->host, session->port);
}

int tls_stream_handshake(MbedTLSSession *session)
{
    int ret = TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) ? tls_client_await_request(session) : 0;

    ret = ret != 0 ? ret : tls_client_pass_certificate(session);

    return ret != 0 ? ret : tls_engine_handshake(&session->ssl);
}

int tls_stream_restart(MbedTLSSession *session)
{
    return tls_engine_restart(&session->ssl);
}

int tls_stream_read(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    /* In this state the application has shaken hands itself. */
    int ret = session->internal.state == TLS_STATE_READY ? tls_engine_restore_input(&session->ssl) : 0;

    return ret != 0 ? ret : tls_engine_read(&session->ssl, buf, len);
}

int tls_stream_write(MbedTLSSession *session, const unsigned char *buf, size_t len)
{
    return mbedtls_ssl_write(&session->ssl, buf, len);
}

size_t tls_stream_pending(const MbedTLSSession *session)
{
    return mbedtls_ssl_get_bytes_avail(&session->ssl);
}
