/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The package, used as an application uses it: over datagrams in a build with DTLS,
 * with the key of bench_server.py in one with pre-shared keys alone. In a build with
 * session tickets, each session resumes the one before.
 */
#include <string.h>

#include <tls_client.h>
#include <tls_client_resume.h>

#include "client.h"
#include "meter.h"

/* As much as the package's sample takes. */
const rt_uint32_t client_stack = 6 * 1024;

static MbedTLSSession *create_session(const char *host, const char *port)
{
    MbedTLSSession *session = tls_calloc(1, sizeof(*session));

    if (session == RT_NULL)
    {
        return RT_NULL;
    }
    session->buffer_len = CLIENT_BUFFER;
    session->buffer = tls_malloc(CLIENT_BUFFER);
    session->host = tls_strdup(host);
    session->port = tls_strdup(port);
    return session;
}

#if defined(PKG_MBEDTLS_PSK) && !defined(PKG_MBEDTLS_CERTIFICATES)
static const unsigned char key[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static const struct tls_psk psk = { (const unsigned char *)"bench", 5, key, sizeof(key) };
#define PSK     (&psk)
#else
#define PSK     RT_NULL
#endif

#ifdef PKG_MBEDTLS_DTLS
#define TRANSPORT       TLS_TRANSPORT_DATAGRAM
#else
#define TRANSPORT       TLS_TRANSPORT_STREAM
#endif

#ifdef PKG_MBEDTLS_SESSION_TICKETS
static unsigned char saved[2048];
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
    rt_kprintf("%s, %d bytes saved\n", tls_client_is_resumed(session) ? "resumed" : "not resumed", length);
}
#else
#define resume(session)         ((void)(session))
#define save(session)           ((void)(session))
#endif

static int connect(MbedTLSSession *session)
{
    int ret = mbedtls_client_init(session, RT_NULL, 0);

    if (ret == 0)
    {
        session->options.transport = TRANSPORT;
        session->options.psk = PSK;
        ret = mbedtls_client_context(session);
    }
    if (ret != 0)
    {
        return ret;
    }
    resume(session);
    return mbedtls_client_connect(session);
}

static void talk(MbedTLSSession *session, const char *request, struct response *response)
{
    int length = (int)strlen(request);
    int ret = mbedtls_client_write(session, (const unsigned char *)request, (size_t)length);

    meter_mark(METER_REQUESTED);
    ret = ret == length ? 1 : 0;
    while (ret > 0 && !response_is_whole(response))
    {
        ret = mbedtls_client_read(session, session->buffer, session->buffer_len);
        if (ret > 0)
        {
            response_take(response, session->buffer, (rt_size_t)ret);
        }
    }
    meter_mark(METER_RECEIVED);
}

int client_run(const char *host, const char *port, const char *request, struct response *response)
{
    MbedTLSSession *session;
    int ret = -1;

    meter_mark(METER_BEGIN);
    session = create_session(host, port);
    if (session != RT_NULL)
    {
        ret = connect(session);
        if (ret == 0)
        {
            meter_mark(METER_CONNECTED);
            talk(session, request, response);
            save(session);
        }
        mbedtls_client_close(session);
    }
    meter_mark(METER_END);
    return ret;
}
