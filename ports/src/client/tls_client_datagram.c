/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sessions over UDP. In builds with PKG_MBEDTLS_DTLS.
 *
 * To the engine a send always succeeds: a failed one is one more lost datagram,
 * which its retransmissions repeat during the handshake. If the engine saw the
 * failure, it would send the same datagram again before any other.
 */
#include <sys/errno.h>

#include "tls_transport.h"
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
#define MESSAGE_SEQUENCE        5       /* offset in it, the low one of two bytes */
#define FLIGHT_TRIES            3       /* datagrams that came: at least two retransmissions were of no use */

static int is_datagram(const MbedTLSSession *session)
{
    return session->options.transport == TLS_TRANSPORT_DATAGRAM;
}

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

/* The engine's f_set_timer, with our upper limit: at its own the engine ends the handshake before the deadline. */
static void set_timer(void *context, uint32_t int_ms, uint32_t fin_ms)
{
    MbedTLSSession *session = context;
    uint32_t last = or_default(session->options.retransmit_last, RETRANSMIT_LAST);
    uint32_t least = or_default(session->options.connect_timeout, PKG_MBEDTLS_CONNECT_TIMEOUT) / 20;

    /* The engine doubles its own delay each time, and gives up when that overflows 32 bits. */
    last = last > least ? last : least;

    mbedtls_timing_set_delay(&session->internal.datagram.timer, int_ms < last ? int_ms : last,
                             fin_ms < last ? fin_ms : last);
}

static int get_timer(void *context)
{
    MbedTLSSession *session = context;

    return mbedtls_timing_get_delay(&session->internal.datagram.timer);
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

/* Each fragment of a handshake message in clear has the length of the whole message. */
static int is_handshake_in_clear(const unsigned char *record, size_t length)
{
    return record[0] == MBEDTLS_SSL_MSG_HANDSHAKE && number_at(record + RECORD_EPOCH, 2) == 0 &&
           length >= RECORD_HEADER + MESSAGE_HEADER;
}

/* A new flight of ours has higher message numbers than the one before, a retransmission the same. */
static void note_flight(MbedTLSSession *session, const unsigned char *record, size_t length)
{
    struct tls_client_datagram *datagram = &session->internal.datagram;

    if (length > RECORD_HEADER && is_handshake_in_clear(record, length) &&
        record[RECORD_HEADER + MESSAGE_SEQUENCE] > datagram->sequence)
    {
        datagram->sequence = record[RECORD_HEADER + MESSAGE_SEQUENCE];
        datagram->heard = 0;
    }
}

static int send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;
    int ret = tls_net_send_datagram(&session->server_fd, buffer, length);

    note_flight(session, buffer, length);
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && TLS_HAS(PKG_MBEDTLS_CERTIFICATES))
    {
        tls_client_note_sent(session, buffer);
    }
    if (ret >= 0 || ret == MBEDTLS_ERR_SSL_WANT_WRITE)
    {
        return ret;
    }
    session->internal.datagram.error = ret;

    return (int)length;
}

/* The engine drops what its input buffer cannot hold, without a code: the bytes that it would take, or 0. */
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

/* Note what a datagram says about the peer; returns the bytes of it that the engine may see. */
static int take_datagram(MbedTLSSession *session, const unsigned char *datagram, size_t length, int is_full)
{
    size_t whole = tls_record_whole(datagram, length, 0);
    size_t needed = length_needed(datagram, length, is_full);

    session->internal.datagram.needed = needed != 0 ? needed : session->internal.datagram.needed;
    if (whole == 0 || !is_record(datagram))
    {
        session->internal.datagram.has_noise = 1;
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    session->internal.datagram.has_heard = 1;
    if (session->internal.datagram.heard < UINT8_MAX)
    {
        session->internal.datagram.heard++;
    }

    return (int)whole;
}

static int receive_datagram(void *context, unsigned char *buffer, size_t length)
{
    MbedTLSSession *session = context;
    int ret;

    /* The engine calls again for as long as the peer sends: the limit ends that. */
    if (tls_deadline_left(&session->internal.deadline) == 0)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }

    ret = tls_net_recv_datagram(&session->server_fd, buffer, length);
    if (ret > 0)
    {
        return take_datagram(session, buffer, (size_t)ret, (size_t)ret == length);
    }

    /* Anyone on the path can forge a refusal: believe it only until the server has answered. */
    if (ret == MBEDTLS_ERR_NET_CONNECT_FAILED && !session->internal.datagram.has_heard)
    {
        session->internal.attempt.error = ECONNREFUSED;
        return ret;
    }

    return MBEDTLS_ERR_SSL_WANT_READ;
}

static int set_up(MbedTLSSession *session)
{
    const struct tls_client_options *options = &session->options;
    uint16_t mtu = (uint16_t)or_default(options->mtu, PKG_MBEDTLS_DTLS_MTU);
    int ret = tls_engine_setup(&session->ssl, &session->conf);

    if (ret != 0)
    {
        return ret;
    }

    mbedtls_ssl_conf_handshake_timeout(&session->conf, or_default(options->retransmit_first, RETRANSMIT_FIRST),
                                       UINT32_MAX);
    mbedtls_ssl_conf_dtls_badmac_limit(&session->conf, options->bad_record_limit);
    mbedtls_ssl_set_timer_cb(&session->ssl, session, set_timer, get_timer);
    mbedtls_ssl_set_mtu(&session->ssl, mtu > MTU_MIN ? mtu : MTU_MIN);

    return TLS_HAS(PKG_MBEDTLS_DTLS_CID) ? tls_client_offer_cid(session) : 0;
}

static void begin(MbedTLSSession *session)
{
    session->internal.datagram.has_heard = 0;
    session->internal.datagram.has_noise = 0;
    session->internal.datagram.needed = 0;
    session->internal.datagram.heard = 0;
    session->internal.datagram.sequence = 0;
    mbedtls_ssl_set_bio(&session->ssl, session, send_datagram, receive_datagram, RT_NULL);
    LOG_I("Datagrams to %s:%s...", session->host, session->port);
}

/*
 * The ClientHello has no answer yet, so it may go to the next address: the engine
 * sends it again as soon as its timer has run out.
 */
static int try_next_address(MbedTLSSession *session)
{
    int fd;

    if (session->internal.attempt.addresses == RT_NULL ||
        tls_net_connect_step(&session->internal.attempt, tls_deadline_left(&session->internal.deadline), &fd) != 0)
    {
        return 0;
    }
    tls_net_close_socket(session->server_fd.fd);
    session->server_fd.fd = fd;
    mbedtls_timing_set_delay(&session->internal.datagram.timer, 1, 1);
    LOG_D("no answer: the host's next address");

    return 1;
}

/* Milliseconds for which this address may stay silent, if there is another. */
static uint32_t share_left(const MbedTLSSession *session)
{
    return session->internal.attempt.addresses != RT_NULL ? tls_deadline_left(&session->internal.attempt.share) :
           UINT32_MAX;
}

static int handshake(MbedTLSSession *session)
{
    int ret = TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) ? tls_client_await_request(session) : 0;

    ret = ret != 0 ? ret : tls_client_pass_certificate(session);
    ret = ret != 0 ? ret : mbedtls_ssl_handshake(&session->ssl);
    if (session->internal.datagram.has_heard)
    {
        tls_net_connect_cancel(&session->internal.attempt);
    }
    else if (ret == MBEDTLS_ERR_NET_CONNECT_FAILED || (tls_engine_is_want(ret) && share_left(session) == 0))
    {
        ret = try_next_address(session) ? MBEDTLS_ERR_SSL_WANT_READ : ret;
    }

    return ret == MBEDTLS_ERR_SSL_TIMEOUT ? TLS_ERR_TIMEOUT : ret;
}

static int restart(MbedTLSSession *session)
{
    return mbedtls_ssl_session_reset(&session->ssl);
}

/* Until the engine has to send again, or the next address is due. */
static uint32_t wait_for(const MbedTLSSession *session, uint32_t left)
{
    uint32_t delay = tls_clock_delay_left(&session->internal.datagram.timer);
    uint32_t share = share_left(session);

    delay = delay < share ? delay : share;

    return delay < left ? delay : left;
}

static int timeout_reason(MbedTLSSession *session)
{
    if (session->internal.datagram.needed != 0)
    {
        session->internal.report.number = (uint32_t)session->internal.datagram.needed;
        return TLS_REASON_TOO_LONG;
    }
    if (!session->internal.datagram.has_heard)
    {
        return session->internal.datagram.has_noise ? TLS_REASON_NOT_TLS : TLS_REASON_SILENT;
    }

    if (tls_engine_awaits_finished(&session->ssl))
    {
        return tls_client_uses_psk(session) ? TLS_REASON_KEY_SILENT : TLS_REASON_TIMEOUT;
    }
    if (session->internal.datagram.heard < FLIGHT_TRIES)
    {
        return TLS_REASON_TIMEOUT;
    }
    session->internal.report.number = session->internal.datagram.heard;

    return TLS_REASON_FLIGHT;
}

static size_t pending(const MbedTLSSession *session)
{
    size_t size = mbedtls_ssl_get_bytes_avail(&session->ssl);

    /* A UDP datagram may hold several records, of which the engine has not read the next yet. */
    return size == 0 && mbedtls_ssl_check_pending(&session->ssl) ? 1 : size;
}

static int read_datagram(MbedTLSSession *session, unsigned char *buf, size_t len)
{
    size_t size = mbedtls_ssl_get_bytes_avail(&session->ssl);
    int ret;

    /* A read of no bytes brings a record in and leaves it there. */
    while (size == 0)
    {
        ret = tls_engine_restore_input(&session->ssl);
        ret = ret != 0 ? ret : tls_engine_read(&session->ssl, buf, 0);
        if (ret != 0)
        {
            return ret;
        }
        size = mbedtls_ssl_get_bytes_avail(&session->ssl);
    }

    return size > len ? TLS_ERR_TOO_LONG : tls_engine_read(&session->ssl, buf, len);
}

static int write_datagram(MbedTLSSession *session, const unsigned char *buf, size_t len)
{
    int ret;

    session->internal.datagram.error = 0;
    if (len > tls_client_datagram_size(session))
    {
        return TLS_ERR_TOO_LONG;
    }
    ret = mbedtls_ssl_write(&session->ssl, buf, len);

    return ret > 0 && session->internal.datagram.error != 0 ? session->internal.datagram.error : ret;
}

static int reason_of(MbedTLSSession *session, int step, int code)
{
    struct tls_report *report = &session->internal.report;

    if (code == TLS_ERR_TIMEOUT)
    {
        return step == TLS_STEP_HANDSHAKE ? timeout_reason(session) : TLS_REASON_TIMEOUT;
    }
    if (step == TLS_STEP_READ)
    {
        report->number = (uint32_t)pending(session);
        return TLS_REASON_DATAGRAM_READ;
    }
    /* A path that takes less does not say how much. */
    report->number = session->internal.datagram.error != 0 ? 0 : (uint32_t)tls_client_datagram_size(session);

    return TLS_REASON_DATAGRAM_WRITE;
}

static const struct tls_transport transport =
{
    MBEDTLS_SSL_TRANSPORT_DATAGRAM, MBEDTLS_NET_PROTO_UDP, MBEDTLS_ERR_NET_SEND_FAILED,
    set_up, begin, handshake, restart, wait_for,
    read_datagram, write_datagram, pending, reason_of,
};

const struct tls_transport *tls_transport_chosen(const MbedTLSSession *session)
{
    return is_datagram(session) ? &transport : &tls_transport_stream;
}

size_t tls_client_datagram_size(const MbedTLSSession *session)
{
    int size = is_datagram(session) && session->internal.state == TLS_STATE_CONNECTED ?
               mbedtls_ssl_get_max_out_record_payload(&session->ssl) : 0;

    return size > 0 ? (size_t)size : 0;
}
