/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What differs between the engines, and what they keep to themselves.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "../base/tls_threading.h"
#include "tls_engine.h"

#ifdef PKG_USING_MBEDTLS_DEBUG
#include "mbedtls/debug.h"
#endif

#define RECORD_HEADER           5
#define RECORD_MAX              16384

#ifdef PKG_MBEDTLS_TLS1_3
#include "psa/crypto.h"

int tls_engine_start(void)
{
    tls_threading_start();

    switch (psa_crypto_init())
    {
    case PSA_SUCCESS:
        return 0;

    case PSA_ERROR_INSUFFICIENT_MEMORY:
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;

    default:
        return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }
}
#else
int tls_engine_start(void)
{
    return 0;
}
#endif

#ifdef PKG_MBEDTLS_TLS1_3
/*
 * Signatures in our order of preference: PKCS #1 before PSS, which 3.6.6 offers
 * to every server but cannot read in a TLS 1.2 handshake.
 */
static const uint16_t signatures[] =
{
#ifdef PKG_MBEDTLS_CURVE_SECP256R1
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
#endif
#if defined(PKG_MBEDTLS_CURVE_SECP384R1) && defined(PKG_MBEDTLS_SHA512)
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
#endif
#if defined(PKG_MBEDTLS_CURVE_SECP521R1) && defined(PKG_MBEDTLS_SHA512)
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512,
#endif
#ifdef PKG_MBEDTLS_RSA
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
#ifdef PKG_MBEDTLS_SHA512
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
#endif
#endif
#ifdef PKG_MBEDTLS_RSA_PSS
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
#ifdef PKG_MBEDTLS_SHA512
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
#endif
#endif
    MBEDTLS_TLS1_3_SIG_NONE
};

static void set_signatures(mbedtls_ssl_config *conf)
{
    mbedtls_ssl_conf_sig_algs(conf, signatures);
}
#else
static void set_signatures(mbedtls_ssl_config *conf)
{
    (void)conf;
}
#endif

/* Where it is not told to keep them, 3.6 passes over tickets of TLS 1.3. */
#if defined(PKG_MBEDTLS_SESSION_TICKETS) && defined(PKG_MBEDTLS_TLS1_3)
static void take_tickets(mbedtls_ssl_config *conf)
{
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(conf,
                                                             MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
}
#else
static void take_tickets(mbedtls_ssl_config *conf)
{
    (void)conf;
}
#endif

/*
 * The oldest protocol of a session, the minor number of its version 3: the engine
 * would take whatever is in the build, where TLS 1.1 may be for DTLS 1.0 only.
 */
#define MINOR_SSL3              0
#define MINOR_TLS1_0            1
#define MINOR_TLS1_1            2
#define MINOR_TLS1_2            3

#if defined(PKG_MBEDTLS_SSL3)
#define MINOR_STREAM            MINOR_SSL3
#elif defined(PKG_MBEDTLS_TLS1_0)
#define MINOR_STREAM            MINOR_TLS1_0
#elif defined(PKG_MBEDTLS_TLS1_1)
#define MINOR_STREAM            MINOR_TLS1_1
#else
#define MINOR_STREAM            MINOR_TLS1_2
#endif
#ifdef PKG_MBEDTLS_DTLS1_0
#define MINOR_DATAGRAM          MINOR_TLS1_1
#else
#define MINOR_DATAGRAM          MINOR_TLS1_2
#endif

#ifdef PKG_MBEDTLS_ENGINE_2_28
static void set_oldest_version(mbedtls_ssl_config *conf, int minor)
{
    mbedtls_ssl_conf_min_version(conf, MBEDTLS_SSL_MAJOR_VERSION_3, minor);
}
#else
static void set_oldest_version(mbedtls_ssl_config *conf, int minor)
{
    (void)conf;
    (void)minor;
}
#endif

/*
 * Of a server that chooses TLS 1.3 the engine takes no answer to the length, and
 * OpenSSL's has one: only who offers nothing newer than TLS 1.2 can announce it.
 */
#ifdef PKG_MBEDTLS_TLS1_3
#define OFFERS_TLS1_3(conf)     ((conf)->max_tls_version > MBEDTLS_SSL_VERSION_TLS1_2)
#else
#define OFFERS_TLS1_3(conf)     0
#endif

#ifdef PKG_MBEDTLS_MAX_FRAGMENT_LENGTH
unsigned char tls_engine_fragment_code(void)
{
    unsigned char code = MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
    int limit = MBEDTLS_SSL_IN_CONTENT_LEN < MBEDTLS_SSL_OUT_CONTENT_LEN ?
                MBEDTLS_SSL_IN_CONTENT_LEN : MBEDTLS_SSL_OUT_CONTENT_LEN;

    if (MBEDTLS_SSL_IN_CONTENT_LEN >= RECORD_MAX)
    {
        return code;
    }

    /* The codes 1 to 4 stand for 512 to 4096; the engine takes none above either buffer. */
    while (code < MBEDTLS_SSL_MAX_FRAG_LEN_4096 && 512 << code <= limit)
    {
        code++;
    }

    return code;
}

static int announce_length(mbedtls_ssl_config *conf)
{
    return MBEDTLS_SSL_IN_CONTENT_LEN >= RECORD_MAX ? 0 :
           mbedtls_ssl_conf_max_frag_len(conf, tls_engine_fragment_code());
}
#else
static int announce_length(mbedtls_ssl_config *conf)
{
    (void)conf;

    return 0;
}
#endif

/* What the engine leaves off although it is in the build. */
#ifdef PKG_MBEDTLS_RC4
#define allow_rc4(conf)         mbedtls_ssl_conf_arc4_support(conf, MBEDTLS_SSL_ARC4_ENABLED)
#else
#define allow_rc4(conf)         (void)(conf)
#endif
#ifdef PKG_MBEDTLS_TRUNCATED_HMAC
#define allow_short_hmac(conf)  mbedtls_ssl_conf_truncated_hmac(conf, MBEDTLS_SSL_TRUNC_HMAC_ENABLED)
#else
#define allow_short_hmac(conf)  (void)(conf)
#endif

int tls_engine_configure_client(mbedtls_ssl_config *conf, int transport)
{
    static const unsigned char oldest[] = { MINOR_STREAM, MINOR_DATAGRAM };
    int ret = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_CLIENT, transport, MBEDTLS_SSL_PRESET_DEFAULT);

    if (ret != 0)
    {
        return ret;
    }
    set_signatures(conf);
    take_tickets(conf);
    set_oldest_version(conf, oldest[transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM]);
    tls_engine_set_groups(conf);
    tls_engine_set_least_prime(conf);
    allow_rc4(conf);
    allow_short_hmac(conf);

    return OFFERS_TLS1_3(conf) ? 0 : announce_length(conf);
}

#ifdef PKG_MBEDTLS_SERVER
int tls_engine_configure_server(mbedtls_ssl_config *conf, int transport)
{
    int ret = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_SERVER, transport, MBEDTLS_SSL_PRESET_DEFAULT);

    if (ret == 0)
    {
        set_signatures(conf);
        tls_engine_set_groups(conf);
        /* What is older is for old servers only, not for clients. */
        set_oldest_version(conf, MINOR_TLS1_2);
    }

    return ret;
}
#endif

#if defined(PKG_MBEDTLS_SERVER) && defined(PKG_MBEDTLS_DTLS)
uint64_t tls_engine_newest_record(const mbedtls_ssl_context *ssl)
{
    return (uint64_t)ssl->in_epoch << 48 | ssl->in_window_top;
}
#endif

void tls_engine_limit_to_tls12(mbedtls_ssl_config *conf)
{
#ifdef PKG_MBEDTLS_TLS1_3
    mbedtls_ssl_conf_max_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
    if (conf->endpoint == MBEDTLS_SSL_IS_CLIENT)
    {
        (void)announce_length(conf);    /* the code is one that the build can have */
    }
#else
    (void)conf;
#endif
}

#ifndef PKG_MBEDTLS_SSL_VARIABLE_BUFFER
int tls_engine_setup(mbedtls_ssl_context *ssl, const mbedtls_ssl_config *conf)
{
    return mbedtls_ssl_setup(ssl, conf);
}
#endif

int tls_engine_is_want(int code)
{
    return code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE;
}

int tls_engine_is_interim(int code)
{
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
    {
        return 1;
    }
#endif

    return code == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS || code == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS;
}

int tls_engine_is_connected(const mbedtls_ssl_context *ssl)
{
    return ssl->state == MBEDTLS_SSL_HANDSHAKE_OVER;
}

#ifdef PKG_MBEDTLS_KEY_EXCHANGE_RSA_PSK
int tls_engine_is_rsa_psk(const mbedtls_ssl_context *ssl)
{
    return strstr(mbedtls_ssl_get_ciphersuite(ssl), "-RSA-PSK-") != NULL;
}
#endif

int tls_engine_awaits_finished(const mbedtls_ssl_context *ssl)
{
    return ssl->state == MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC || ssl->state == MBEDTLS_SSL_SERVER_FINISHED;
}

int tls_engine_alert(const mbedtls_ssl_context *ssl, int code)
{
    return code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE && ssl->in_msg != NULL ? ssl->in_msg[1] : -1;
}

unsigned tls_engine_refused_version(const mbedtls_ssl_context *ssl, int code)
{
    const unsigned char *hello = ssl->in_msg;

    if (code != MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION)
    {
        return 0;
    }
    /* Over datagrams its header tells of fragments, too. */
    hello += ssl->conf->transport == MBEDTLS_SSL_TRANSPORT_DATAGRAM ? 12 : 4;

    return (unsigned)hello[0] << 8 | hello[1];
}

#ifdef TLS_ENGINE_HAS_WEAK
int tls_engine_is_weak(const mbedtls_ssl_context *ssl)
{
    const char *suite = mbedtls_ssl_get_ciphersuite(ssl);

    return ssl->minor_ver < MINOR_TLS1_2 || strstr(suite, "-RC4-") != NULL || strstr(suite, "-3DES-") != NULL;
}
#endif

static int is_record(const unsigned char *header)
{
    return header[0] >= MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC && header[0] <= MBEDTLS_SSL_MSG_APPLICATION_DATA &&
           header[1] == 3 && header[2] <= 4;
}

int tls_engine_is_foreign(const mbedtls_ssl_context *ssl)
{
    return ssl->in_hdr != NULL && ssl->in_left >= RECORD_HEADER && !is_record(ssl->in_hdr);
}

size_t tls_engine_length_needed(const mbedtls_ssl_context *ssl, int code)
{
    size_t length = 0;
    int expansion;

    if (ssl->in_hdr == NULL ||
        (code != MBEDTLS_ERR_SSL_INVALID_RECORD && code != MBEDTLS_ERR_SSL_BAD_INPUT_DATA &&
         code != MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL && code != MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE))
    {
        return 0;
    }

    /* in_left counts what has come of a record; it is 0 again once the record is whole. */
    if ((ssl->in_left == 0 || ssl->in_left >= RECORD_HEADER) && is_record(ssl->in_hdr))
    {
        length = (size_t)ssl->in_hdr[3] << 8 | ssl->in_hdr[4];
        expansion = ssl->transform_in != NULL ? mbedtls_ssl_get_record_expansion(ssl) - RECORD_HEADER : 0;
        if (expansion > 0 && length > (size_t)expansion)
        {
            length -= (size_t)expansion;
        }
        length = length < RECORD_MAX ? length : RECORD_MAX;
    }
    /* A handshake message is put together in the same buffer. */
    length = ssl->in_hslen > length ? ssl->in_hslen : length;

    return length > MBEDTLS_SSL_IN_CONTENT_LEN ? length : 0;
}

#ifdef PKG_MBEDTLS_CERTIFICATES
const char *tls_engine_hostname(const mbedtls_ssl_context *ssl)
{
    return ssl->hostname;
}
#endif

#if defined(PKG_MBEDTLS_SERVER) && defined(PKG_MBEDTLS_CERTIFICATES)
int tls_engine_parse_key(mbedtls_pk_context *pk, const unsigned char *key, size_t length,
                         const mbedtls_x509_crt *crt, int (*f_rng)(void *, unsigned char *, size_t))
{
#ifdef PKG_MBEDTLS_ENGINE_2_28
    int ret = mbedtls_pk_parse_key(pk, key, length, NULL, 0);

    (void)f_rng;

    return ret != 0 ? ret : mbedtls_pk_check_pair(&crt->pk, pk);
#else
    int ret = mbedtls_pk_parse_key(pk, key, length, NULL, 0, f_rng, NULL);

    return ret != 0 ? ret : mbedtls_pk_check_pair(&crt->pk, pk, f_rng, NULL);
#endif
}
#endif

#ifdef PKG_MBEDTLS_SESSION_TICKETS
static int has_ticket_alone(const mbedtls_ssl_session *session)
{
#ifdef PKG_MBEDTLS_TLS1_3
    return session->tls_version == MBEDTLS_SSL_VERSION_TLS1_3;
#else
    (void)session;
    return 0;
#endif
}

int tls_engine_save(const mbedtls_ssl_context *ssl, unsigned char *out, size_t size, size_t *length)
{
    const mbedtls_ssl_session *session = ssl->session;
    int ret;

    *length = 0;
    if (session == NULL || (session->ticket_len == 0 && (has_ticket_alone(session) || session->id_len == 0)))
    {
        return 0;
    }
    ret = mbedtls_ssl_session_save(session, NULL, 0, length);
    if (ret != MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL || *length > size)
    {
        return ret == MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL ? 0 : ret;
    }

    return mbedtls_ssl_session_save(session, out, size, length);
}

int tls_engine_load(mbedtls_ssl_context *ssl, const unsigned char *in, size_t length)
{
    mbedtls_ssl_session session;
    int ret;

    mbedtls_ssl_session_init(&session);
    ret = mbedtls_ssl_session_load(&session, in, length);
    if (ret == 0)
    {
        ret = mbedtls_ssl_set_session(ssl, &session);
        /* Out of memory it leaves half a session behind, with which no server could do anything. */
        if (ret != 0)
        {
            mbedtls_ssl_session_free(ssl->session_negotiate);
            mbedtls_ssl_session_init(ssl->session_negotiate);
        }
    }
    mbedtls_ssl_session_free(&session);

    return ret;
}
#endif

#ifdef PKG_USING_MBEDTLS_DEBUG
#define DEBUG_LEVELS            4

#ifdef PKG_MBEDTLS_ENGINE_3_6
/* Declared in the engine's library folder only. */
void mbedtls_debug_print_ret(const mbedtls_ssl_context *ssl, int level, const char *file, int line, const char *text,
                             int ret);
#endif

static void note_level(void *context, int level, const char *file, int line, const char *text)
{
    int *highest = context;

    (void)file;
    (void)line;
    (void)text;
    *highest = level;
}

/* The engine has no question for it: see which messages come through. */
int tls_engine_debug_level(void)
{
    struct
    {
        mbedtls_ssl_context ssl;
        mbedtls_ssl_config conf;
    }
    *probe = tls_calloc(1, sizeof(*probe));
    int highest = 0;
    int level;

    if (probe == NULL)
    {
        return -1;
    }
    probe->ssl.conf = &probe->conf;
    mbedtls_ssl_conf_dbg(&probe->conf, note_level, &highest);
    for (level = 1; level <= DEBUG_LEVELS; level++)
    {
        mbedtls_debug_print_ret(&probe->ssl, level, "", 0, "", 0);
    }
    tls_free(probe);

    return highest;
}
#endif

int tls_engine_is_authority(const mbedtls_x509_crt *crt)
{
    return crt->ca_istrue;
}

void tls_engine_verify_text(uint32_t flags, char *text, size_t size)
{
    uint32_t lowest = flags & (0 - flags);
    char *end;

    memset(text, 0, size);
#if defined(PKG_MBEDTLS_CERTIFICATES) && !defined(MBEDTLS_X509_REMOVE_INFO)
    (void)mbedtls_x509_crt_verify_info(text, size, "", lowest);
#else
    (void)lowest;
#endif
    end = strchr(text, '\n');
    if (end != NULL)
    {
        *end = '\0';
    }
}
