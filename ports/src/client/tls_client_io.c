/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing on a connected session.
 */
#include <sys/errno.h>

#include "tls_transport.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"

/* SAL's TLS sockets shake hands themselves, so a session in READY may be connected. */
static int is_usable(const MbedTLSSession *session)
{
    return session->internal.state == TLS_STATE_CONNECTED ||
           (session->internal.state == TLS_STATE_READY && tls_engine_is_connected(&session->ssl));
}

static void start_deadline(MbedTLSSession *session, int direction)
{
    uint32_t limit = session->internal.owns_fd ? tls_net_socket_timeout(session->server_fd.fd, direction) : 0;

    if (limit == 0)
    {
        limit = session->options.io_timeout != 0 ? session->options.io_timeout : PKG_MBEDTLS_IO_TIMEOUT;
    }
    tls_deadline_start(&session->internal.deadline, limit);
}

/*
 * Wait for what the engine wants.
 *
 * Returns 0 to call the engine again, or what to return. What the application has
 * put into server_fd may not be a descriptor, so the session does not wait for it.
 */
static int wait_for(MbedTLSSession *session, int want)
{
    uint32_t left = tls_deadline_left(&session->internal.deadline);
    int ret;

    if (session->options.nonblocking || !session->internal.owns_fd)
    {
        return want;
    }
    /* Before the socket is polled: a peer that never stops sending keeps it ready. */
    if (left == 0)
    {
        return TLS_ERR_TIMEOUT;
    }
    ret = tls_net_wait(session->server_fd.fd, want, left);

    return ret == TLS_ERR_TIMEOUT ? 0 : ret;
}

/*
 * Set errno to match the result: clients such as WebClient take EAGAIN for a
 * time-out, and any other value for a broken connection.
 */
static int with_errno(int code)
{
    errno = tls_engine_is_want(code) || code == TLS_ERR_TIMEOUT ? EAGAIN :
            code == MBEDTLS_ERR_SSL_ALLOC_FAILED ? ENOMEM :
            TLS_HAS(PKG_MBEDTLS_DTLS) && code == TLS_ERR_TOO_LONG ? EMSGSIZE :
            code == MBEDTLS_ERR_NET_CONN_RESET ? ECONNRESET : ENOTCONN;

    return code;
}

/* Failures after which the session can still be used. */
static int is_passing(const MbedTLSSession *session, int code)
{
    return code == TLS_ERR_TIMEOUT || code == TLS_ERR_STATE ||
           (TLS_HAS(PKG_MBEDTLS_DTLS) && (code == TLS_ERR_TOO_LONG || code == tls_transport(session)->passing));
}

static int fail(MbedTLSSession *session, int step, int code, const struct tls_memory_watch *watch)
{
    code = tls_client_fail(session, step, code, watch);
    if (!is_passing(session, code))
    {
        session->internal.state = TLS_STATE_DEAD;
    }

    return with_errno(code);
}

/* What each read returns once the peer's side has ended. */
static int end_of_data(const MbedTLSSession *session)
{
    return with_errno(session->internal.read_end == TLS_READ_CLOSED ? MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY : 0);
}

/* The engine returns 0 at the end, and for an empty record too: only the socket tells them apart. */
static int is_empty_record(const MbedTLSSession *session, int ret)
{
    return ret == 0 && tls_client_has_connection(session) && !session->internal.is_at_end;
}

/*
 * Receive one record or send one: buf is constant if want is WANT_WRITE. Returns
 * bytes, WANT_READ or WANT_WRITE if the session does not wait, or a failure.
 */
static int transfer(MbedTLSSession *session, int want, unsigned char *buf, size_t len)
{
    const struct tls_transport *transport = tls_transport(session);
    int ret, wait;

    start_deadline(session, want);
    do
    {
        ret = want == MBEDTLS_ERR_SSL_WANT_READ ? transport->read(session, buf, len) :
              transport->write(session, buf, len);
        wait = tls_engine_is_want(ret) ? wait_for(session, ret) : 0;
        if (wait != 0)
        {
            return wait;
        }
    }
    while (tls_engine_is_want(ret) || tls_engine_is_interim(ret) || is_empty_record(session, ret));

    return ret;
}

/* Whether a call makes sense: 0, or the code to return. */
static int check_use(MbedTLSSession *session, int step, int has_buffer)
{
    if (session->internal.state == TLS_STATE_DEAD && session->internal.report.code != 0)
    {
        return with_errno(session->internal.report.code);
    }

    return is_usable(session) && has_buffer ? 0 : fail(session, step, TLS_ERR_STATE, RT_NULL);
}

int mbedtls_client_read(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    struct tls_memory_watch watch;
    int ret = check_use(session, TLS_STEP_READ, buf != RT_NULL && len > 0);

    if (ret != 0)
    {
        return ret;
    }
    if (session->internal.read_end != TLS_READ_OPEN)
    {
        return end_of_data(session);
    }

    tls_memory_watch_begin(&watch);
    ret = transfer(session, MBEDTLS_ERR_SSL_WANT_READ, buf, len);
    tls_memory_watch_end(&watch);
    if (session->internal.state == TLS_STATE_CONNECTED)
    {
        tls_engine_shrink_input(&session->ssl);
    }

    if (ret > 0)
    {
        return ret;
    }
    if (tls_engine_is_want(ret))
    {
        return with_errno(ret);
    }
    if (ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
    {
        session->internal.read_end = TLS_READ_CLOSED;
        LOG_D("the peer has closed the session");
        return end_of_data(session);
    }
    if (ret == 0 || ret == MBEDTLS_ERR_SSL_CONN_EOF)
    {
        session->internal.read_end = TLS_READ_TRUNCATED;
        tls_client_fail(session, TLS_STEP_READ, TLS_ERR_TRUNCATED, RT_NULL);
        return end_of_data(session);
    }

    return fail(session, TLS_STEP_READ, ret, &watch);
}

int mbedtls_client_write(MbedTLSSession *session, const unsigned char *buf, size_t len)
{
    struct tls_memory_watch watch;
    size_t written = 0;
    int ret = check_use(session, TLS_STEP_WRITE, buf != RT_NULL || len == 0);

    if (ret != 0)
    {
        return ret;
    }

    tls_memory_watch_begin(&watch);
    tls_engine_fit_output(&session->ssl, &session->conf, len);
    while (written < len && ret >= 0)
    {
        ret = transfer(session, MBEDTLS_ERR_SSL_WANT_WRITE, (unsigned char *)buf + written, len - written);
        written += ret > 0 ? (size_t)ret : 0;
    }
    tls_engine_fit_output(&session->ssl, &session->conf, 0);
    tls_memory_watch_end(&watch);

    if (ret >= 0 || (written > 0 && (tls_engine_is_want(ret) || ret == TLS_ERR_TIMEOUT)))
    {
        return (int)written;
    }
    if (tls_engine_is_want(ret))
    {
        return with_errno(ret);
    }
    ret = fail(session, TLS_STEP_WRITE, ret, &watch);
    if (ret == TLS_ERR_TIMEOUT)
    {
        errno = ETIMEDOUT;              /* with EAGAIN WebClient would retry without end */
    }

    return ret;
}

size_t tls_client_pending(const MbedTLSSession *session)
{
    return is_usable(session) ? tls_transport(session)->pending(session) : 0;
}
