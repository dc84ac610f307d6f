/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The life of a session: init, context, end, close.
 */
#include <string.h>

#include "tls_transport.h"
#include "../diagnose/tls_debug.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"
#include "tls_random.h"

/* In a build with a generator for the application, it is seeded. */
static int start_random(MbedTLSSession *session, const unsigned char *custom, size_t length)
{
    if (TLS_HAS(PKG_MBEDTLS_SESSION_DRBG))
    {
        mbedtls_ctr_drbg_init(TLS_CLIENT_DRBG(session));

        return mbedtls_ctr_drbg_seed(TLS_CLIENT_DRBG(session), tls_random_bytes, RT_NULL, custom, length) == 0 ?
               0 : TLS_ERR_RANDOM;
    }

    return tls_random_mix(custom, length);
}

static void free_random(MbedTLSSession *session)
{
    if (TLS_HAS(PKG_MBEDTLS_SESSION_DRBG))
    {
        mbedtls_ctr_drbg_free(TLS_CLIENT_DRBG(session));
    }
}

/* Everything but the four members that the application has set. */
static void clear(MbedTLSSession *session)
{
    memset(&session->ssl, 0, sizeof(*session) - offsetof(MbedTLSSession, ssl));
    mbedtls_ssl_init(&session->ssl);
    mbedtls_ssl_config_init(&session->conf);
    mbedtls_net_init(&session->server_fd);
    session->internal.attempt.fd = -1;
}

int mbedtls_client_init(MbedTLSSession *session, void *entropy, size_t entropyLen)
{
    struct tls_memory_watch watch;
    int ret;

    clear(session);
    tls_memory_watch_begin(&watch);
    ret = TLS_HAS(PKG_MBEDTLS_TLS1_3) ? tls_engine_start() : 0;
    if (ret == 0)
    {
        ret = start_random(session, entropy, entropy != RT_NULL ? entropyLen : 0);
    }
    tls_memory_watch_end(&watch);

    if (ret != 0)
    {
        free_random(session);
        clear(session);
        return tls_client_fail(session, TLS_STEP_INIT, ret, &watch);
    }
    session->internal.state = TLS_STATE_INIT;
    LOG_I("mbedtls client struct init success...");

    return 0;
}

static void free_engine(MbedTLSSession *session)
{
    mbedtls_ssl_free(&session->ssl);
    mbedtls_ssl_config_free(&session->conf);
    if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE))
    {
        tls_client_free_identity(session);
    }
    if (TLS_HAS(PKG_MBEDTLS_SESSION_CACERT))
    {
        tls_client_free_roots(session);
    }
    mbedtls_ssl_init(&session->ssl);
    mbedtls_ssl_config_init(&session->conf);
}

/* What the session and its server prove themselves with. */
static int set_credentials(MbedTLSSession *session)
{
    if (TLS_HAS(PKG_MBEDTLS_PSK) && tls_client_uses_psk(session))
    {
        return tls_client_load_psk(session);
    }

    return TLS_HAS(PKG_MBEDTLS_CERTIFICATES) ? tls_client_set_trust(session) : TLS_ERR_UNSUPPORTED;
}

static int set_up(MbedTLSSession *session)
{
    const struct tls_transport *transport = tls_transport(session);
    int ret = tls_client_check_options(session);

    if (ret == 0)
    {
        ret = tls_engine_configure_client(&session->conf, transport->engine);
    }
    if (ret == 0)
    {
        mbedtls_ssl_conf_rng(&session->conf, tls_random_bytes, RT_NULL);
        if (TLS_HAS(PKG_USING_MBEDTLS_DEBUG))
        {
            tls_debug_attach(&session->conf);
        }
        ret = set_credentials(session);
    }
    if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) && ret == 0)
    {
        ret = tls_client_load_identity(session);
    }
    if (TLS_HAS(PKG_MBEDTLS_ALPN) && ret == 0)
    {
        ret = tls_client_set_alpn(session);
    }
    if (ret == 0)
    {
        ret = transport->setup(session);
    }
    if (TLS_HAS(PKG_MBEDTLS_CERTIFICATES) && ret == 0)
    {
        ret = tls_client_set_peer(session);
    }

    return ret;
}

int mbedtls_client_context(MbedTLSSession *session)
{
    struct tls_memory_watch watch;
    int ret;

    if (session->internal.state != TLS_STATE_INIT)
    {
        return tls_client_fail(session, TLS_STEP_CONTEXT, TLS_ERR_STATE, RT_NULL);
    }

    tls_memory_watch_begin(&watch);
    ret = set_up(session);
    tls_memory_watch_end(&watch);

    if (ret != 0)
    {
        free_engine(session);
        return tls_client_fail(session, TLS_STEP_CONTEXT, ret, &watch);
    }
    session->internal.state = TLS_STATE_READY;
    LOG_I("mbedtls client context init success...");

    return 0;
}

void tls_client_drop_connection(MbedTLSSession *session)
{
    tls_net_connect_cancel(&session->internal.attempt);
    if (session->internal.owns_fd)
    {
        tls_net_close_socket(session->server_fd.fd);
    }
    session->internal.owns_fd = 0;
    session->server_fd.fd = -1;
}

int tls_client_end(MbedTLSSession *session)
{
    if (session->internal.state == TLS_STATE_NEW)
    {
        return 0;
    }

    if (session->internal.state != TLS_STATE_DEAD && tls_engine_is_connected(&session->ssl))
    {
        /* One try, so that a peer that does not read cannot delay the end. */
        (void)mbedtls_ssl_close_notify(&session->ssl);
    }
    if (TLS_HAS(PKG_MBEDTLS_DTLS_PRIORITY))
    {
        tls_client_restore_priority(session);
    }
    tls_client_drop_connection(session);
    free_engine(session);
    free_random(session);
    session->internal.state = TLS_STATE_NEW;

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
