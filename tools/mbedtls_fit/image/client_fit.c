/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The meter's client for tools/fit: talks to one server as its user does, with the
 * request, the names, the keys and the certificate of fit_peer.h, which proof.py
 * writes. The command "idle SECONDS" makes the next sessions wait before they ask.
 */
#include <stdlib.h>

#include <finsh.h>
#include <tls_client.h>
#include <tls_client_resume.h>
#include <tls_random.h>

#include "client.h"
#include "meter.h"

#include "fit_peer.h"

/* As much as the package's sample takes, and as a signature with the device's own key does. */
const rt_uint32_t client_stack = 8 * 1024;

static int idle_seconds;

#ifdef FIT_OWN_CERTIFICATE
/* The empty image, from which the package's ROM is counted, has none of these. */
#pragma weak mbedtls_x509_crt_init
#pragma weak mbedtls_x509_crt_free
#pragma weak mbedtls_x509_crt_parse_der_nocopy
#pragma weak mbedtls_pk_init
#pragma weak mbedtls_pk_free
#pragma weak mbedtls_pk_parse_key
#pragma weak mbedtls_ssl_conf_own_cert
#pragma weak tls_random_bytes

static mbedtls_x509_crt own_certificate;
static mbedtls_pk_context own_key;

static int use_certificate(MbedTLSSession *session)
{
    int ret;

    mbedtls_x509_crt_init(&own_certificate);
    mbedtls_pk_init(&own_key);
    ret = mbedtls_x509_crt_parse_der_nocopy(&own_certificate, fit_certificate, sizeof(fit_certificate));
    if (ret == 0)
    {
        ret = FIT_PARSE_KEY(&own_key, fit_key, sizeof(fit_key));
    }
    return ret != 0 ? ret : mbedtls_ssl_conf_own_cert(&session->conf, &own_certificate, &own_key);
}

static void drop_certificate(void)
{
    mbedtls_x509_crt_free(&own_certificate);
    mbedtls_pk_free(&own_key);
}
#else
#define use_certificate(session)        ((void)(session), 0)
#define drop_certificate()              ((void)0)
#endif

#ifdef PKG_MBEDTLS_SESSION_TICKETS
static unsigned char saved[4096];
static int saved_length;

static void resume(MbedTLSSession *session)
{
    if (saved_length > 0)
    {
        (void)tls_client_resume(session, saved, (size_t)saved_length);
    }
}

static void save(MbedTLSSession *session)
{
    int length = tls_client_save(session, saved, sizeof(saved));

    saved_length = length > 0 && length <= (int)sizeof(saved) ? length : 0;
    rt_kprintf("FIT %s\n", tls_client_is_resumed(session) ? "resumed" : "full");
}
#else
#define resume(session)         ((void)(session))
#define save(session)           ((void)(session))
#endif

static MbedTLSSession *create_session(const char *host, const char *port)
{
    MbedTLSSession *session = tls_calloc(1, sizeof(*session));

    if (session != RT_NULL)
    {
        session->buffer_len = CLIENT_BUFFER;
        session->buffer = tls_malloc(CLIENT_BUFFER);
        session->host = tls_strdup(host);
        session->port = tls_strdup(port);
    }
    return session;
}

static int connect(MbedTLSSession *session)
{
    int ret = mbedtls_client_init(session, RT_NULL, 0);

    if (ret == 0)
    {
        session->options.transport = FIT_TRANSPORT;
        session->options.psk = FIT_PSK;
        session->options.alpn = FIT_ALPN;
        ret = mbedtls_client_context(session);
    }
    if (ret == 0)
    {
        ret = use_certificate(session);
    }
    if (ret != 0)
    {
        return ret;
    }
    resume(session);
    return mbedtls_client_connect(session);
}

static void talk(MbedTLSSession *session, struct response *response)
{
    int ret = mbedtls_client_write(session, fit_request, sizeof(fit_request));

    meter_mark(METER_REQUESTED);
    ret = ret == (int)sizeof(fit_request) ? 1 : 0;
    while (ret > 0 && !response_is_whole(response))
    {
        ret = mbedtls_client_read(session, session->buffer, session->buffer_len);
        if (ret > 0)
        {
            response_take(response, session->buffer, (rt_size_t)ret);
        }
    }
    if (ret < 0)
    {
        rt_kprintf("FIT read -0x%x\n", (unsigned)-ret);
    }
    /* A page may be shorter than in the probe; the server says where it ends (Images.is_whole). */
    if (ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY && 2 * response->body >= response->expected)
    {
        response->expected = response->body;
    }
    meter_mark(METER_RECEIVED);
}

int client_run(const char *host, const char *port, const char *request, struct response *response)
{
    MbedTLSSession *session;
    int ret = -1;

    RT_UNUSED(request);
    if (!FIT_HAS_HEAD)
    {
        response->newlines = 2;         /* all of the answer is its body */
    }
    meter_mark(METER_BEGIN);
    session = create_session(host, port);
    if (session != RT_NULL)
    {
        ret = connect(session);
        if (ret == 0)
        {
            meter_mark(METER_CONNECTED);
            rt_thread_mdelay(idle_seconds * 1000);
            talk(session, response);
            save(session);
        }
        mbedtls_client_close(session);
        drop_certificate();
    }
    meter_mark(METER_END);
    return ret;
}

static int idle(int argc, char **argv)
{
    idle_seconds = argc > 1 ? atoi(argv[1]) : 0;
    return 0;
}
MSH_CMD_EXPORT(idle, wait before asking: idle seconds)
