/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Buffers of a session over a stream that are as long as the record they hold.
 * In builds with PKG_MBEDTLS_SSL_VARIABLE_BUFFER.
 *
 * The engine stores the lengths of its buffers (MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH)
 * but uses two lengths only: the maximum at each start, and after the handshake
 * the shorter of input and output for both buffers. We prevent the first and
 * correct the second.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <stddef.h>
#include <string.h>

#include "mbedtls/platform_util.h"

#include "tls_engine.h"

#define HEADER                  5       /* of a record */
#define COUNTER                 8       /* the engine's, in front of it */
#define IDLE                    256     /* bytes of an idle buffer; a smaller difference is not worth a move */
#define SHORT                   512     /* bytes of data that are sent without a move */

/* What encryption adds to a record, as the engine counts it. */
#ifdef PKG_MBEDTLS_CBC
#define EXPANSION               (16 + 48 + 256)
#else
#define EXPANSION               (16 + 16)
#endif
#ifdef MBEDTLS_SSL_DTLS_CONNECTION_ID
#define CID                     1
#define CID_LENGTH              (MBEDTLS_SSL_CID_IN_LEN_MAX + MBEDTLS_SSL_CID_TLS1_3_PADDING_GRANULARITY)
#else
#define CID                     0
#define CID_LENGTH              0
#endif
#define LONGEST                 (COUNTER + HEADER + MBEDTLS_SSL_IN_CONTENT_LEN + EXPANSION + CID_LENGTH)

/* All allocations of a start are shorter than this, except a long input buffer. */
#define START                   (MBEDTLS_SSL_OUT_CONTENT_LEN + 4096)

/* In the context the pointers into a buffer follow the pointer to its beginning. */
#define IN_POINTERS             (7 + CID)
#define OUT_POINTERS            (6 + CID)
#define DISTANCE(a, b)          (offsetof(mbedtls_ssl_context, b) - offsetof(mbedtls_ssl_context, a))

typedef char in_a_row[DISTANCE(in_buf, in_offt) == (IN_POINTERS - 1) * sizeof(unsigned char *) &&
                      DISTANCE(out_buf, out_msg) == (OUT_POINTERS - 1) * sizeof(unsigned char *) ? 1 : -1];

static int move(unsigned char **pointers, int count, size_t *length, size_t wanted)
{
    unsigned char *old = pointers[0];
    unsigned char *moved = tls_calloc(1, wanted);

    if (moved == NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    memcpy(moved, old, wanted < *length ? wanted : *length);
    while (count-- > 0)
    {
        if (pointers[count] != NULL)
        {
            pointers[count] = moved + (pointers[count] - old);
        }
    }
    mbedtls_platform_zeroize(old, *length);
    tls_free(old);
    *length = wanted;

    return 0;
}

static int move_input(mbedtls_ssl_context *ssl, size_t wanted)
{
    return move(&ssl->in_buf, IN_POINTERS, &ssl->in_buf_len, wanted);
}

/* Resize the input buffer to about wanted bytes; its first used bytes are kept. */
static int fit_input(mbedtls_ssl_context *ssl, size_t used, size_t wanted)
{
    wanted = wanted < used ? used : wanted < IDLE ? IDLE : wanted;
    if (wanted <= ssl->in_buf_len && ssl->in_buf_len - wanted < IDLE)
    {
        return 0;
    }
    /* Shrink first: two long buffers at a time would need more than the longest alone. */
    if (wanted > ssl->in_buf_len && ssl->in_buf_len >= used + IDLE)
    {
        (void)move_input(ssl, used);
    }

    return move_input(ssl, wanted);
}

/* Offset of the next record's data, after the fragments of a message and the header. */
static size_t data_begin(const mbedtls_ssl_context *ssl)
{
    return (size_t)(ssl->in_hdr - ssl->in_buf) + HEADER;
}

/* Offset of the end of the data that the engine has not processed yet. */
static size_t message_end(const mbedtls_ssl_context *ssl)
{
    return (size_t)(ssl->in_msg - ssl->in_buf) + ssl->in_msglen;
}

int tls_buffer_received(mbedtls_ssl_context *ssl, int ret)
{
    size_t begin = data_begin(ssl), end;

    /* The engine reads the header by itself first. */
    if (ret <= 0 || ssl->in_left + (size_t)ret != HEADER)
    {
        return ret;
    }

    /* With room for the next header: the fragments of a message are assembled here. */
    end = begin + ((size_t)ssl->in_hdr[3] << 8 | ssl->in_hdr[4]);

    return end <= LONGEST && fit_input(ssl, begin, end + HEADER) != 0 ? MBEDTLS_ERR_SSL_ALLOC_FAILED : ret;
}

void tls_buffer_shrink_input(mbedtls_ssl_context *ssl)
{
    size_t begin = data_begin(ssl);
    size_t end = message_end(ssl);

    if (ssl->in_offt == NULL && ssl->in_left < HEADER && ssl->conf->transport == MBEDTLS_SSL_TRANSPORT_STREAM)
    {
        /* A read may end between two messages of a record, when an alert cannot be sent. */
        (void)fit_input(ssl, end > begin ? end : begin, IDLE);
    }
}

/* Without the engine's debug message about the allocation that START makes fail. */
static int reset_in_silence(mbedtls_ssl_context *ssl)
{
    mbedtls_ssl_config *conf = (mbedtls_ssl_config *)ssl->conf;
    void (*print)(void *, int, const char *, int, const char *) = conf->f_dbg;
    int ret;

    if (!TLS_HAS(PKG_USING_MBEDTLS_DEBUG))
    {
        return mbedtls_ssl_session_reset(ssl);
    }
    conf->f_dbg = NULL;
    ret = mbedtls_ssl_session_reset(ssl);
    conf->f_dbg = print;

    return ret;
}

int tls_buffer_restart(mbedtls_ssl_context *ssl)
{
    struct tls_memory_watch watch;
    int ret;

    tls_memory_watch_begin(&watch);
    watch.largest = START;
    ret = reset_in_silence(ssl);
    tls_memory_watch_end(&watch);
    if (ret != 0)
    {
        return ret;
    }
    tls_buffer_shrink_input(ssl);

    /* The engine returns 0 when it has no memory for a longer output buffer, too. */
    return ssl->out_buf_len > MBEDTLS_SSL_OUT_CONTENT_LEN ? 0 : MBEDTLS_ERR_SSL_ALLOC_FAILED;
}

/* The engine has cut off messages of the record that it has not processed. */
static int is_cut(const mbedtls_ssl_context *ssl)
{
    return message_end(ssl) > ssl->in_buf_len;
}

int tls_buffer_handshake(mbedtls_ssl_context *ssl)
{
    int ret = mbedtls_ssl_handshake(ssl);

    return ret == 0 && is_cut(ssl) ? MBEDTLS_ERR_SSL_INVALID_RECORD : ret;
}

int tls_buffer_restore_input(mbedtls_ssl_context *ssl)
{
    if (is_cut(ssl))
    {
        return MBEDTLS_ERR_SSL_INVALID_RECORD;
    }

    return ssl->in_buf_len < LONGEST ? move_input(ssl, LONGEST) : 0;
}

int tls_buffer_undo_cut(mbedtls_ssl_context *ssl)
{
    int is_cut_to_output = ssl->in_buf_len == LONGEST - MBEDTLS_SSL_IN_CONTENT_LEN + MBEDTLS_SSL_OUT_CONTENT_LEN;

    return is_cut_to_output && ssl->conf->mfl_code == MBEDTLS_SSL_MAX_FRAG_LEN_NONE ? tls_buffer_restore_input(ssl) : 0;
}

/* Like mbedtls_ssl_setup(), without the long input buffer. */
int tls_buffer_setup_stream(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf)
{
    ssl->conf = conf;
    ssl->in_buf = tls_calloc(1, IDLE);
    ssl->out_buf = tls_calloc(1, IDLE);
    if (ssl->in_buf == NULL || ssl->out_buf == NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    ssl->in_buf_len = IDLE;
    ssl->out_buf_len = IDLE;

    return tls_buffer_restart(ssl);
}

int tls_buffer_setup(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf)
{
    int ret = tls_buffer_setup_stream(ssl, conf);

    return ret != 0 ? ret : tls_buffer_restore_input(ssl);
}

void tls_buffer_fit_output(mbedtls_ssl_context *ssl, mbedtls_ssl_config *conf, size_t length)
{
    uint8_t code = length > SHORT ? tls_engine_fragment_code() : MBEDTLS_SSL_MAX_FRAG_LEN_512;
    uint8_t before = conf->mfl_code;
    size_t wanted = ssl->out_buf_len - (size_t)mbedtls_ssl_get_max_out_record_payload(ssl);

    if (ssl->out_left > 0 || code == before || conf->transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM)
    {
        return;
    }
    /* Limits every write of the engine, whichever function starts it. */
    conf->mfl_code = code;
    wanted += (size_t)mbedtls_ssl_get_max_out_record_payload(ssl);
    if (move(&ssl->out_buf, OUT_POINTERS, &ssl->out_buf_len, wanted) != 0)
    {
        conf->mfl_code = before;
    }
}
