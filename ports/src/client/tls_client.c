/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The life of a session: init, context, end, close.
 */
#include <string.h>

#include "tls_client_datagram.h"
#include "tls_client_private.h"
#include "../base/tls_has.h"
#include "../diagnose/tls_debug.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"
#include "tls_random.h"

/* All members behind the application's four are ours. */
static void clear(MbedTLSSession *session)
{
    memset(&session->ssl, 0, sizeof(*session) - offsetof(MbedTLSSession, ssl));
    mbedtls_ssl_init(&session->ssl);
    mbedtls_ssl_config_init(&session->conf);
    tls_client_init_roots(session);
    mbedtls_net_init(&session->server_fd);
    session->attempt.fd = -1;
}

#ifdef PKG_MBEDTLS_SESSION_DRBG
static int start_drbg(MbedTLSSession *session, const unsigned char *custom, size_t length)
{
    mbedtls_ctr_drbg_init(&session->ctr_drbg);

    return mbedtls_ctr_drbg_seed(&session->ctr_drbg, tls_random_bytes, RT_NULL, custom, length) == 0 ?
           0 : TLS_ERR_RANDOM;
}

static void free_drbg(MbedTLSSession *session)
{
    mbedtls_ctr_drbg_free(&session->ctr_drbg);
}
#else
static int start_drbg(MbedTLSSession *session, const unsigned char *custom, size_t length)
{
    (void)session;

    return tls_random_mix(custom, length);
}

static void free_drbg(MbedTLSSession *session)
{
    (void)session;
}
#endif

int mbedtls_client_init(MbedTLSSession *session, void *entropy, size_t entropyLen)
{
    struct tls_memory_watch watch;
    int ret;

    clear(session);
    tls_memory_watch_begin(&watch);
    ret = TLS_HAS(PKG_MBEDTLS_TLS1_3) ? tls_engine_start() : 0;
    if (ret == 0)
    {
        ret = start_drbg(session, entropy, entropy != RT_NULL ? entropyLen : 0);
    }
    tls_memory_watch_end(&watch);

    if (ret != 0)
    {
        free_drbg(session);
        clear(session);
        return tls_client_fail(session, TLS_STEP_INIT, ret, &watch);
    }
    session->state = TLS_STATE_INIT;
    LOG_I("mbedtls client struct init success...");

    return 0;
}

static void free_engine(MbedTLSSession *session)
{
    mbedtls_ssl_free(&session->ssl);
    mbedtls_ssl_config_free(&session->conf);
    tls_client_free_roots(session);
    mbedtls_ssl_init(&session->ssl);
    mbedtls_ssl_config_init(&session->conf);
}

int mbedtls_client_context(MbedTLSSession *session)
{
    struct tls_memory_watch watch;
    int ret;

    if (session->state != TLS_STATE_INIT)
    {
        return tls_client_fail(session, TLS_STEP_CONTEXT, TLS_ERR_STATE, RT_NULL);
    }

    tls_memory_watch_begin(&watch);
    ret = tls_engine_configure_client(&session->conf, tls_client_is_datagram(session) ?
                                      MBEDTLS_SSL_TRANSPORT_DATAGRAM : MBEDTLS_SSL_TRANSPORT_STREAM);
    if (ret == 0)
    {
        mbedtls_ssl_conf_rng(&session->conf, tls_random_bytes, RT_NULL);
        if (TLS_HAS(PKG_USING_MBEDTLS_DEBUG))
        {
            tls_debug_attach(&session->conf);
        }
        ret = tls_client_wants_psk(session) ? tls_client_load_psk(session) : tls_client_set_trust(session);
    }
    if (ret == 0)
    {
        ret = tls_client_set_alpn(session);
    }
    if (ret == 0)
    {
        /* Without a host the application connects by itself, as SAL does. */
        ret = session->host == RT_NULL || tls_client_is_datagram(session) ?
              tls_engine_setup(&session->ssl, &session->conf) :
              tls_engine_setup_stream(&session->ssl, &session->conf);
    }
    if (ret == 0)
    {
        ret = tls_datagram_setup(session);
    }
    if (ret == 0)
    {
        ret = tls_client_set_peer(session);
    }
    tls_memory_watch_end(&watch);

    if (ret != 0)
    {
        free_engine(session);
        return tls_client_fail(session, TLS_STEP_CONTEXT, ret, &watch);
    }
    session->state = TLS_STATE_READY;
    LOG_I("mbedtls client context init success...");

    return 0;
}

void tls_client_drop_connection(MbedTLSSession *session)
{
    tls_net_connect_cancel(&session->attempt);
    if (session->owns_fd)
    {
        tls_net_close_socket(session->server_fd.fd);
    }
    session->owns_fd = 0;
    session->server_fd.fd = -1;
}

int tls_client_end(MbedTLSSession *session)
{
    if (session->state == TLS_STATE_NEW)
    {
        return 0;
    }

    if (session->state != TLS_STATE_DEAD && tls_engine_is_connected(&session->ssl))
    {
        /* One try: a peer that does not read must not hold us up. */
        (void)mbedtls_ssl_close_notify(&session->ssl);
    }
    tls_client_drop_connection(session);
    free_engine(session);
    free_drbg(session);
    session->state = TLS_STATE_NEW;

    return 0;
}

int mbedtls_client_close(MbedTLSSession *session)
{
    if (session == RT_NULL)
    {
        return 0;
    }

    tls_client_end(session);
    session->server_fd.fd = -1;
    tls_free(session->host);
    tls_free(session->port);
    tls_free(session->buffer);
    tls_free(session);

    return 0;
}
