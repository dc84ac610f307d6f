/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Resuming sessions. In builds with PKG_MBEDTLS_SESSION_TICKETS.
 *
 * A saved session is a digest, a byte that says whether the clock was set, the time,
 * and the session in the engine's own form. The digest covers all that follows it
 * and everything that the verification rested on, so one comparison shows that the
 * bytes are whole and belong to this session. With options.resume_key it is an HMAC.
 */
#include <string.h>

#include "tls_session.h"
#include "tls_client_resume.h"
#include "../engine/tls_engine.h"
#include "../base/tls_log.h"

#include "mbedtls/version.h"

#define DIGEST_SIZE             32
#define TIME_SIZE               9
#define HEADER_SIZE             (DIGEST_SIZE + TIME_SIZE)
#define LIMIT                   (PKG_MBEDTLS_RESUME_HOURS * 3600)

/* HMAC, RFC 2104. */
#define BLOCK_SIZE              64
#define INNER_PAD               0x36
#define OUTER_PAD               0x5C

/* Seconds of the wall clock, or since the start if it is not set; the first byte says which. */
static uint64_t write_time(unsigned char *out)
{
    time_t clock = tls_clock_now();
    int is_set = tls_clock_is_set(clock);
    uint64_t now = is_set ? (uint64_t)clock : tls_clock_milliseconds() / 1000;
    int i;

    out[0] = (unsigned char)is_set;
    for (i = 1; i < TIME_SIZE; i++)
    {
        out[i] = (unsigned char)(now >> (8 * (TIME_SIZE - 1 - i)));
    }

    return now;
}

/* Dates are checked with a set clock only, so it has to be set both times or neither time. */
static int is_fresh(const unsigned char *saved)
{
    unsigned char here[TIME_SIZE];
    uint64_t now = write_time(here);
    uint64_t then = 0;
    int i;

    for (i = 1; i < TIME_SIZE; i++)
    {
        then = then << 8 | saved[i];
    }

    return saved[0] == here[0] && then <= now && now - then <= LIMIT;
}

/* Each part with its length, so that different lists of parts have different digests. */
static int add(mbedtls_sha256_context *sha, const void *data, size_t length)
{
    unsigned char size[4] = { (unsigned char)(length >> 24), (unsigned char)(length >> 16),
                              (unsigned char)(length >> 8), (unsigned char)length };
    int ret = tls_engine_sha256_update(sha, size, sizeof(size));

    return ret != 0 ? ret : tls_engine_sha256_update(sha, data, length);
}

static int add_text(mbedtls_sha256_context *sha, const char *text)
{
    return text != RT_NULL ? add(sha, text, strlen(text)) : add(sha, "", 0);
}

static int add_peer(mbedtls_sha256_context *sha, const MbedTLSSession *session)
{
    switch (session->internal.peer)
    {
    case TLS_PEER_NAME:
        return add_text(sha, tls_engine_hostname(&session->ssl));

    case TLS_PEER_IPV4:
        return add(sha, session->internal.address, 4);

    case TLS_PEER_IPV6:
        return add(sha, session->internal.address, 16);

    default:
        return add(sha, "", 0);
    }
}

static int add_certificates(mbedtls_sha256_context *sha, const mbedtls_x509_crt *crt)
{
    int ret = 0;

    for (; crt != RT_NULL && crt->raw.p != RT_NULL && ret == 0; crt = crt->next)
    {
        ret = add(sha, crt->raw.p, crt->raw.len);
    }

    return ret;
}

/* Without a key the digest is a hash. */
static int begin_digest(const MbedTLSSession *session, mbedtls_sha256_context *sha, unsigned char pad)
{
    const unsigned char *key = session->options.resume_key;
    unsigned char block[BLOCK_SIZE];
    int ret = tls_engine_sha256_starts(sha, 0);
    int i;

    for (i = 0; key != RT_NULL && i < BLOCK_SIZE; i++)
    {
        block[i] = (unsigned char)((i < TLS_RESUME_KEY_SIZE ? key[i] : 0) ^ pad);
    }
    if (ret == 0 && key != RT_NULL)
    {
        ret = tls_engine_sha256_update(sha, block, sizeof(block));
        tls_zeroize(block, sizeof(block));
    }

    return ret;
}

static int end_digest(const MbedTLSSession *session, mbedtls_sha256_context *sha, unsigned char digest[DIGEST_SIZE])
{
    int ret = tls_engine_sha256_finish(sha, digest);

    if (ret != 0 || session->options.resume_key == RT_NULL)
    {
        return ret;
    }
    ret = begin_digest(session, sha, OUTER_PAD);
    ret = ret != 0 ? ret : tls_engine_sha256_update(sha, digest, DIGEST_SIZE);

    return ret != 0 ? ret : tls_engine_sha256_finish(sha, digest);
}

/* Hash of everything that the verification depended on, and of the saved data. */
static int make_digest(const MbedTLSSession *session, const unsigned char *saved, size_t length,
                       unsigned char digest[DIGEST_SIZE])
{
    unsigned char kind[] =
    {
        1,                              /* version of this list */
        session->internal.peer, session->options.transport,
    };
    mbedtls_sha256_context sha;
    int ret;

    mbedtls_sha256_init(&sha);
    ret = begin_digest(session, &sha, INNER_PAD);
    ret = ret != 0 ? ret : add_text(&sha, MBEDTLS_VERSION_STRING);
    ret = ret != 0 ? ret : add(&sha, kind, sizeof(kind));
    ret = ret != 0 ? ret : add(&sha, &session->options.verify, sizeof(session->options.verify));
    ret = ret != 0 ? ret : add_peer(&sha, session);
    ret = ret != 0 ? ret : add_text(&sha, TLS_HAS(PKG_MBEDTLS_PINNING) ? tls_client_pins(session) : RT_NULL);
    ret = ret != 0 ? ret : add_certificates(&sha, TLS_CLIENT_CACERT(session));
    if (TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE))
    {
        ret = ret != 0 ? ret : add_certificates(&sha, tls_client_certificate(session));
    }
    ret = ret != 0 ? ret : add(&sha, saved + DIGEST_SIZE, length - DIGEST_SIZE);
    ret = ret != 0 ? ret : end_digest(session, &sha, digest);
    mbedtls_sha256_free(&sha);

    return ret;
}

static int has_verified(const MbedTLSSession *session)
{
    return session->options.verify != TLS_VERIFY_NOTHING && !tls_client_uses_psk(session) &&
           (session->internal.has_shown || session->internal.may_resume);
}

int tls_client_save(const MbedTLSSession *session, unsigned char *saved, size_t size)
{
    size_t length = 0;
    int ret;

    if (session->internal.state != TLS_STATE_CONNECTED)
    {
        return TLS_ERR_STATE;
    }
    if (!has_verified(session))
    {
        return 0;
    }
    ret = tls_engine_save_session(&session->ssl, size > HEADER_SIZE ? saved + HEADER_SIZE : RT_NULL,
                          size > HEADER_SIZE ? size - HEADER_SIZE : 0, &length);
    if (ret != 0)
    {
        return TLS_ERR_RESUME;
    }
    if (length == 0 || HEADER_SIZE + length > size)
    {
        return length == 0 ? 0 : (int)(HEADER_SIZE + length);
    }
    (void)write_time(saved + DIGEST_SIZE);
    ret = make_digest(session, saved, HEADER_SIZE + length, saved);

    return ret != 0 ? TLS_ERR_RESUME : (int)(HEADER_SIZE + length);
}

static int is_own(const MbedTLSSession *session, const unsigned char *saved, size_t length)
{
    unsigned char digest[DIGEST_SIZE];

    return saved != RT_NULL && length > HEADER_SIZE && make_digest(session, saved, length, digest) == 0 &&
           memcmp(saved, digest, DIGEST_SIZE) == 0 && is_fresh(saved + DIGEST_SIZE);
}

int tls_client_resume(MbedTLSSession *session, const unsigned char *saved, size_t length)
{
    struct tls_memory_watch watch;
    int ret = TLS_ERR_RESUME;

    if (session->internal.state != TLS_STATE_READY || session->internal.may_resume)
    {
        return TLS_ERR_STATE;
    }
    tls_memory_watch_begin(&watch);
    if (session->options.verify != TLS_VERIFY_NOTHING && !tls_client_uses_psk(session) &&
        is_own(session, saved, length))
    {
        ret = tls_engine_load_session(&session->ssl, saved + HEADER_SIZE, length - HEADER_SIZE);
    }
    tls_memory_watch_end(&watch);

    if (ret == 0)
    {
        session->internal.may_resume = 1;
        return 0;
    }
    LOG_I("what was saved cannot be resumed: the handshake will be a full one");

    return watch.failures > 0 ? MBEDTLS_ERR_SSL_ALLOC_FAILED : TLS_ERR_RESUME;
}

int tls_client_is_resumed(const MbedTLSSession *session)
{
    return session->internal.state == TLS_STATE_CONNECTED && tls_client_has_resumed(session);
}

/* An application can give mbedtls_ssl_set_session() the session of any host, verified or not. */
int tls_client_check_resumed(const MbedTLSSession *session)
{
    return session->internal.has_shown || session->internal.may_resume || tls_client_uses_psk(session) ||
           session->options.verify == TLS_VERIFY_NOTHING ? 0 : TLS_ERR_RESUME;
}
