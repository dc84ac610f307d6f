/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions over datagrams. In builds with DTLS.
 *
 * The network loses datagrams, and so does a send that fails: the engine is told
 * of none of it, since its own retransmissions mend it during the handshake, and
 * it would send a datagram that was refused again before every other.
 */
#include <sys/errno.h>

#include "tls_client_datagram.h"
#include "tls_client_private.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"
#include "../engine/tls_record.h"

#define RETRANSMIT_FIRST        1000    /* RFC 6347 4.2.4.1 */
#define RETRANSMIT_LAST         60000
#define MTU_MIN                 256     /* below it the engine cannot cut a ClientHello */

#define DTLS_MAJOR              0xFE    /* second byte of a record */
#define RECORD_HEADER           13
#define RECORD_EPOCH            3       /* offset in it, two bytes */
#define RECORD_LENGTH           11      /* likewise */
#define RECORD_TYPE_LAST        25      /* tls12_cid, RFC 9146 */
#define MESSAGE_HEADER          12      /* RFC 6347 4.2.2 */

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

/* The engine's f_set_timer. Its own upper limit would end the handshake, which is for the deadline to do. */
static void set_timer(void *context, uint32_t int_ms, uint32_t fin_ms)
{
    MbedTLSSession *session = context;
    uint32_t last = or_default(session->options.retransmit_last, RETRANSMIT_LAST);
    uint32_t least = or_default(session->options.connect_timeout, PKG_MBEDTLS_CONNECT_TIMEOUT) / 20;

    /* The engine doubles its own number each time, and gives up when 32 bits hold it no longer. */
    last = last > least ? last : least;

    mbedtls_timing_set_delay(&session->datagram.timer, int_ms < last ? int_ms : last, fin_ms < last ? fin_ms : last);
}

static int get_timer(void *context)
{
    MbedTLSSession *session = context;

    return mbedtls_timing_get_delay(&session->datagram.timer);
}

static int send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;
    int ret = tls_net_send_datagram(&session->server_fd, buffer, length);

    if (ret >= 0 || ret == MBEDTLS_ERR_SSL_WANT_WRITE)
    {
        return ret;
    }
    session->datagram.error = ret;

    return (int)length;
}

static size_t number_at(const unsigned char *bytes, size_t count)
{
    size_t number = 0;

    while (count-- > 0)
    {
        number = number << 8 | *bytes++;
    }

    return number;
}

static int is_record(const unsigned char *record)
{
    return record[0] >= MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC && record[0] <= RECORD_TYPE_LAST && record[1] == DTLS_MAJOR;
}

/* A handshake message in clear comes in fragments, each of which says how long the whole is. */
static int is_handshake_in_clear(const unsigned char *record, size_t length)
{
    return record[0] == MBEDTLS_SSL_MSG_HANDSHAKE && number_at(record + RECORD_EPOCH, 2) == 0 &&
           length >= RECORD_HEADER + MESSAGE_HEADER;
}

/* What the engine passes over without a word, since it has no room for it: the bytes that it takes, or 0. */
static size_t length_needed(const unsigned char *datagram, size_t length, int is_full)
{
    size_t at = 0;

    while (length - at >= RECORD_HEADER && is_record(datagram + at))
    {
        const unsigned char *record = datagram + at;
        size_t size = RECORD_HEADER + number_at(record + RECORD_LENGTH, 2);
        size_t message = is_handshake_in_clear(record, length - at) ?
                         MESSAGE_HEADER + number_at(record + RECORD_HEADER + 1, 3) : 0;

        if (message > MBEDTLS_SSL_IN_CONTENT_LEN)
        {
            return message;
        }
        if (size > length - at)
        {
            return is_full ? at + size : 0;
        }
        at += size;
    }

    return 0;
}

/* What of a datagram the engine may see, and what that says about the peer. */
static int take_datagram(MbedTLSSession *session, const unsigned char *datagram, size_t length, int is_full)
{
    size_t whole = tls_record_whole(datagram, length, 0);
    size_t needed = length_needed(datagram, length, is_full);

    session->datagram.needed = needed != 0 ? needed : session->datagram.needed;
    if (whole == 0 || !is_record(datagram))
    {
        session->datagram.has_noise = 1;
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    session->datagram.has_heard = 1;

    return (int)whole;
}

static int receive_datagram(void *context, unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;
    int ret;

    /* A peer that never stops sending must not keep the engine beyond the limit. */
    if (tls_deadline_left(&session->deadline) == 0)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }

    ret = tls_net_recv_datagram(&session->server_fd, buffer, length);
    if (ret > 0)
    {
        return take_datagram(session, buffer, (size_t)ret, (size_t)ret == length);
    }

    /* Anyone on the way can say so: believed only while nobody has said anything else. */
    if (ret == MBEDTLS_ERR_NET_CONNECT_FAILED && !session->datagram.has_heard)
    {
        session->attempt.error = ECONNREFUSED;
        return ret;
    }

    return MBEDTLS_ERR_SSL_WANT_READ;
}

#ifdef PKG_MBEDTLS_DTLS_CID
/* An own connection ID of no bytes: the peer's address does not change, the device's may. */
static int offer_connection_id(MbedTLSSession *session)
{
    int ret = mbedtls_ssl_conf_cid(&session->conf, 0, MBEDTLS_SSL_UNEXPECTED_CID_IGNORE);

    return ret != 0 ? ret : mbedtls_ssl_set_cid(&session->ssl, MBEDTLS_SSL_CID_ENABLED, (const unsigned char *)"", 0);
}

int tls_client_has_connection_id(const MbedTLSSession *session)
{
    unsigned char id[MBEDTLS_SSL_CID_OUT_LEN_MAX];
    size_t length = 0;
    int enabled = MBEDTLS_SSL_CID_DISABLED;

    /* The engine only looks, but its parameter is not const. */
    return tls_client_is_datagram(session) && session->state == TLS_STATE_CONNECTED &&
           mbedtls_ssl_get_peer_cid((mbedtls_ssl_context *)&session->ssl, &enabled, id, &length) == 0 &&
           enabled == MBEDTLS_SSL_CID_ENABLED && length > 0;
}
#else
static int offer_connection_id(MbedTLSSession *session)
{
    (void)session;

    return 0;
}

int tls_client_has_connection_id(const MbedTLSSession *session)
{
    (void)session;

    return 0;
}
#endif

int tls_datagram_setup(MbedTLSSession *session)
{
    const struct tls_client_options *options = &session->options;
    uint16_t mtu = options->mtu != 0 ? options->mtu : PKG_MBEDTLS_DTLS_MTU;

    if (options->transport == TLS_TRANSPORT_STREAM)
    {
        return 0;
    }
    if (!tls_client_is_datagram(session))
    {
        return TLS_ERR_UNSUPPORTED;
    }

    mbedtls_ssl_conf_handshake_timeout(&session->conf, or_default(options->retransmit_first, RETRANSMIT_FIRST),
                                       UINT32_MAX);
    mbedtls_ssl_conf_dtls_badmac_limit(&session->conf, options->bad_record_limit);
    mbedtls_ssl_set_timer_cb(&session->ssl, session, set_timer, get_timer);
    mbedtls_ssl_set_mtu(&session->ssl, mtu > MTU_MIN ? mtu : MTU_MIN);

    return offer_connection_id(session);
}

void tls_datagram_start(MbedTLSSession *session)
{
    session->datagram.has_heard = 0;
    session->datagram.has_noise = 0;
    session->datagram.needed = 0;
    session->datagram.error = 0;
    mbedtls_ssl_set_bio(&session->ssl, session, send_datagram, receive_datagram, RT_NULL);
}

/*
 * Nobody has answered the ClientHello yet, so it may go elsewhere: the engine
 * sends it again as soon as its timer has run out.
 */
static int try_next_address(MbedTLSSession *session)
{
    int fd;

    if (session->attempt.addresses == RT_NULL ||
        tls_net_connect_step(&session->attempt, tls_deadline_left(&session->deadline), &fd) != 0)
    {
        return 0;
    }
    tls_net_close_socket(session->server_fd.fd);
    session->server_fd.fd = fd;
    mbedtls_timing_set_delay(&session->datagram.timer, 1, 1);
    LOG_D("no answer: the host's next address");

    return 1;
}

/* Milliseconds for which this address may stay silent, if there is another. */
static uint32_t share_left(const MbedTLSSession *session)
{
    return session->attempt.addresses != RT_NULL ? tls_deadline_left(&session->attempt.share) : UINT32_MAX;
}

int tls_datagram_handshake(MbedTLSSession *session)
{
    int ret = mbedtls_ssl_handshake(&session->ssl);

    if (session->datagram.has_heard)
    {
        tls_net_connect_cancel(&session->attempt);
    }
    else if (ret == MBEDTLS_ERR_NET_CONNECT_FAILED || (tls_engine_is_want(ret) && share_left(session) == 0))
    {
        ret = try_next_address(session) ? MBEDTLS_ERR_SSL_WANT_READ : ret;
    }

    return ret == MBEDTLS_ERR_SSL_TIMEOUT ? TLS_ERR_TIMEOUT : ret;
}

uint32_t tls_datagram_wait(const MbedTLSSession *session, uint32_t left)
{
    uint32_t delay, share;

    if (!tls_client_is_datagram(session))
    {
        return left;
    }
    delay = tls_clock_delay_left(&session->datagram.timer);
    share = share_left(session);
    delay = delay < share ? delay : share;

    return delay < left ? delay : left;
}

static int timeout_reason(MbedTLSSession *session)
{
    if (session->datagram.needed != 0)
    {
        session->report.number = (uint32_t)session->datagram.needed;
        return TLS_REASON_TOO_LONG;
    }
    if (!session->datagram.has_heard)
    {
        return session->datagram.has_noise ? TLS_REASON_NOT_TLS : TLS_REASON_SILENT;
    }

    return tls_client_uses_psk(session) && tls_engine_awaits_finished(&session->ssl) ?
           TLS_REASON_KEY_SILENT : TLS_REASON_TIMEOUT;
}

int tls_datagram_reason(MbedTLSSession *session, int step, int code)
{
    if (!tls_client_is_datagram(session))
    {
        return TLS_REASON_TIMEOUT;
    }
    if (code == TLS_ERR_TIMEOUT)
    {
        return timeout_reason(session);
    }
    if (step == TLS_STEP_READ)
    {
        session->report.number = (uint32_t)tls_client_pending(session);
        return TLS_REASON_DATAGRAM_READ;
    }
    /* How much less the path takes, nobody knows. */
    session->report.number = session->datagram.error != 0 ? 0 : (uint32_t)tls_client_datagram_size(session);

    return TLS_REASON_DATAGRAM_WRITE;
}

size_t tls_datagram_pending(const MbedTLSSession *session)
{
    size_t size = mbedtls_ssl_get_bytes_avail(&session->ssl);

    return size == 0 && tls_client_is_datagram(session) && mbedtls_ssl_check_pending(&session->ssl) ? 1 : size;
}

int tls_datagram_read(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    size_t size = mbedtls_ssl_get_bytes_avail(&session->ssl);
    int ret;

    /* A read of no bytes brings a record in and leaves it there. */
    while (size == 0)
    {
        ret = tls_engine_restore_input(&session->ssl);
        ret = ret != 0 ? ret : mbedtls_ssl_read(&session->ssl, buf, 0);
        if (ret != 0)
        {
            return ret;
        }
        size = mbedtls_ssl_get_bytes_avail(&session->ssl);
    }

    return size > len ? TLS_ERR_TOO_LONG : mbedtls_ssl_read(&session->ssl, buf, len);
}

int tls_datagram_check(MbedTLSSession *session, size_t len)
{
    size_t size = tls_client_datagram_size(session);

    session->datagram.error = 0;

    return tls_client_is_datagram(session) && len > size ? TLS_ERR_TOO_LONG : 0;
}

int tls_datagram_result(MbedTLSSession *session, int ret)
{
    return tls_client_is_datagram(session) && ret > 0 && session->datagram.error != 0 ? session->datagram.error : ret;
}

size_t tls_client_datagram_size(const MbedTLSSession *session)
{
    int size = tls_client_is_datagram(session) && session->state == TLS_STATE_CONNECTED ?
               mbedtls_ssl_get_max_out_record_payload(&session->ssl) : 0;

    return size > 0 ? (size_t)size : 0;
}

int tls_client_rebind(MbedTLSSession *session)
{
    int ret;

    if (!tls_client_is_datagram(session) || session->state != TLS_STATE_CONNECTED || !session->owns_fd)
    {
        return tls_client_fail(session, TLS_STEP_CONNECT, TLS_ERR_STATE, RT_NULL);
    }
    if (!tls_client_has_connection_id(session))
    {
        return tls_client_fail(session, TLS_STEP_CONNECT, TLS_ERR_UNSUPPORTED, RT_NULL);
    }

    ret = tls_net_reopen(&session->server_fd.fd);

    return ret != 0 ? tls_client_fail(session, TLS_STEP_CONNECT, ret, RT_NULL) : 0;
}
