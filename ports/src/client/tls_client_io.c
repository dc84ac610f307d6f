/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing on a connected session.
 */
#include <sys/errno.h>

#include "tls_client_datagram.h"
#include "tls_client_private.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"

/* SAL's TLS sockets shake hands themselves, so a session in READY may be connected. */
static int is_usable(const MbedTLSSession *session)
{
    return session->state == TLS_STATE_CONNECTED ||
           (session->state == TLS_STATE_READY && tls_engine_is_connected(&session->ssl));
}

static void start_deadline(MbedTLSSession *session, int direction)
{
    uint32_t limit = session->owns_fd ? tls_net_socket_timeout(session->server_fd.fd, direction) : 0;

    if (limit == 0)
    {
        limit = session->options.io_timeout != 0 ? session->options.io_timeout : PKG_MBEDTLS_IO_TIMEOUT;
    }
    tls_deadline_start(&session->deadline, limit);
}

/*
 * Wait for what the engine wants.
 *
 * Returns 0 to call the engine again, or what to return. A descriptor that the
 * session did not open may be no descriptor at all, so nobody can wait for it.
 */
static int wait_for(MbedTLSSession *session, int want)
{
    uint32_t left = tls_deadline_left(&session->deadline);
    int ret;

    if (session->options.nonblocking || !session->owns_fd)
    {
        return want;
    }
    /* Asked before the socket, which a peer that never stops sending keeps ready. */
    if (left == 0)
    {
        return TLS_ERR_TIMEOUT;
    }
    ret = tls_net_wait(session->server_fd.fd, want, left);

    return ret == TLS_ERR_TIMEOUT ? 0 : ret;
}

/*
 * Leave a value in errno that fits the result: clients such as WebClient take
 * EAGAIN for a time-out, and whatever else for a broken connection.
 */
static int with_errno(int code)
{
    errno = tls_engine_is_want(code) || code == TLS_ERR_TIMEOUT ? EAGAIN :
            code == MBEDTLS_ERR_SSL_ALLOC_FAILED ? ENOMEM :
            tls_datagram_is_too_long(code) ? EMSGSIZE :
            code == MBEDTLS_ERR_NET_CONN_RESET ? ECONNRESET : ENOTCONN;

    return code;
}

/* Failures that leave the session as usable as it was. */
static int is_passing(const MbedTLSSession *session, int code)
{
    return code == TLS_ERR_TIMEOUT || code == TLS_ERR_STATE || tls_datagram_is_too_long(code) ||
           (tls_client_is_datagram(session) && code == MBEDTLS_ERR_NET_SEND_FAILED);
}

static int fail(MbedTLSSession *session, int step, int code, const struct tls_memory_watch *watch)
{
    code = tls_client_fail(session, step, code, watch);
    if (!is_passing(session, code))
    {
        session->state = TLS_STATE_DEAD;
    }

    return with_errno(code);
}

/* What a read returns again once the peer's side has ended. */
static int end_of_data(const MbedTLSSession *session)
{
    return with_errno(session->read_end == TLS_READ_CLOSED ? MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY : 0);
}

/* The engine returns 0 at the end, but for an empty record too; the socket knows which. */
static int is_empty_record(const MbedTLSSession *session, int ret)
{
    return ret == 0 && session->owns_fd && !session->is_at_end;
}

/* The engine's read. */
static int read_record(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    int ret = 0;

    if (tls_client_is_datagram(session))
    {
        return tls_datagram_read(session, buf, len);
    }
    if (session->state == TLS_STATE_READY)
    {
        ret = tls_engine_restore_input(&session->ssl);
    }

    return ret != 0 ? ret : mbedtls_ssl_read(&session->ssl, buf, len);
}

static int read_once(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    int ret;

    do
    {
        ret = read_record(session, buf, len);
        if (tls_engine_is_want(ret))
        {
            int wait = wait_for(session, ret);

            if (wait != 0)
            {
                return wait;
            }
        }
    }
    while (tls_engine_is_want(ret) || tls_engine_is_interim(ret) || is_empty_record(session, ret));

    return ret;
}

int mbedtls_client_read(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    struct tls_memory_watch watch;
    int ret;

    if (session->state == TLS_STATE_DEAD && session->report.code != 0)
    {
        return with_errno(session->report.code);
    }
    if (!is_usable(session) || buf == RT_NULL || len == 0)
    {
        return fail(session, TLS_STEP_READ, TLS_ERR_STATE, RT_NULL);
    }
    if (session->read_end != TLS_READ_OPEN)
    {
        return end_of_data(session);
    }

    start_deadline(session, MBEDTLS_ERR_SSL_WANT_READ);
    tls_memory_watch_begin(&watch);
    ret = read_once(session, buf, len);
    tls_memory_watch_end(&watch);
    if (session->state == TLS_STATE_CONNECTED)
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
        session->read_end = TLS_READ_CLOSED;
        LOG_D("the peer has closed the session");
        return end_of_data(session);
    }
    if (ret == 0 || ret == MBEDTLS_ERR_SSL_CONN_EOF)
    {
        session->read_end = TLS_READ_TRUNCATED;
        tls_client_fail(session, TLS_STEP_READ, TLS_ERR_TRUNCATED, RT_NULL);
        return end_of_data(session);
    }

    return fail(session, TLS_STEP_READ, ret, &watch);
}

/* Write what fits into one record. */
static int write_record(MbedTLSSession *session, const unsigned char *buf, size_t len)
{
    int ret;

    start_deadline(session, MBEDTLS_ERR_SSL_WANT_WRITE);
    do
    {
        ret = mbedtls_ssl_write(&session->ssl, buf, len);
        if (tls_engine_is_want(ret))
        {
            int wait = wait_for(session, ret);

            if (wait != 0)
            {
                return wait;
            }
        }
    }
    while (tls_engine_is_want(ret) || tls_engine_is_interim(ret));

    return ret;
}

int mbedtls_client_write(MbedTLSSession *session, const unsigned char *buf, size_t len)
{
    struct tls_memory_watch watch;
    size_t written = 0;
    int ret = 0;

    if (session->state == TLS_STATE_DEAD && session->report.code != 0)
    {
        return with_errno(session->report.code);
    }
    if (!is_usable(session) || (buf == RT_NULL && len > 0))
    {
        return fail(session, TLS_STEP_WRITE, TLS_ERR_STATE, RT_NULL);
    }

    tls_memory_watch_begin(&watch);
    ret = tls_datagram_check(session, len);
    tls_engine_fit_output(&session->ssl, &session->conf, len);
    while (written < len && ret >= 0)
    {
        ret = tls_datagram_result(session, write_record(session, buf + written, len - written));
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
        errno = ETIMEDOUT;              /* with EAGAIN WebClient would try for ever */
    }

    return ret;
}

size_t tls_client_pending(const MbedTLSSession *session)
{
    return is_usable(session) ? tls_datagram_pending(session) : 0;
}
