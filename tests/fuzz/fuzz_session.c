/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whole sessions of the client with the server of this package, over a network in
 * memory: a connect, an echo, a close, and the same again with the saved session. The
 * input is a byte with the kind of session, a byte of choices, then the edits of
 * net.h: of the bytes on their way, and of what a malicious side says.
 *
 * Whatever they are, no certificate of a stranger passes, the application on either
 * side reads nothing but what the other has written, every call ends within its
 * limit, and closing frees everything.
 *
 * wrap: mbedtls_ct_memcmp mbedtls_ssl_write_handshake_msg_ext mbedtls_ssl_add_hs_msg_to_checksum
 * wrap: mbedtls_ssl_write_handshake_msg
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include <rtthread.h>
#include <standin.h>

#include "tls_client.h"
#include "tls_client_resume.h"
#include "tls_server.h"
#include "tls_trust.h"
#include "fuzz.h"
#include "keys.h"
#include "net.h"

#define CONNECT_TIMEOUT         8000    /* milliseconds */
#define IO_TIMEOUT              2000
#define SLACK                   1000    /* of a wait, see net.c */
#define POLLS_MAX               64
#define MESSAGE_HEADER          4       /* bytes of type and length in front of a handshake message */
#define CLOCK                   1800000000

/* The first byte, modulo KINDS. */
enum kind
{
    KIND_PSK,                           /* TLS 1.2 */
    KIND_DTLS_PSK,
    KIND_TLS12,
    KIND_TLS13,
    KIND_DTLS,
    KINDS,
};

/* The second byte. */
#define IGNORE_TAGS             1       /* so that changed records reach the code behind */
#define STRANGER                2       /* the server's certificate is of an unknown root */
#define CLIENT_CERTIFICATE      4       /* the server asks for one */
#define AGAIN                   8       /* another session, resumed if it can be */

static const unsigned char message[] = "a message of the application";
static struct tls_trust_root root;
static struct tls_server *server;
static enum kind kind;
static unsigned choices;
static size_t heard;                    /* bytes that the server has read */

int __wrap_mbedtls_ct_memcmp(const void *a, const void *b, size_t n);
int __real_mbedtls_ct_memcmp(const void *a, const void *b, size_t n);

int __wrap_mbedtls_ct_memcmp(const void *a, const void *b, size_t n)
{
    return choices & IGNORE_TAGS ? 0 : __real_mbedtls_ct_memcmp(a, b, n);
}

static enum net_where side_of(const mbedtls_ssl_context *ssl)
{
    return ssl->conf->endpoint == MBEDTLS_SSL_IS_SERVER ? NET_BY_SERVER : NET_BY_CLIENT;
}

/* The body: the engine needs the type for its own state, and writes the length. */
static void edit(mbedtls_ssl_context *ssl)
{
    if (ssl->out_msglen > MESSAGE_HEADER)
    {
        ssl->out_msglen = MESSAGE_HEADER + net_edit_message(side_of(ssl), ssl->out_msg + MESSAGE_HEADER,
                                                            ssl->out_msglen - MESSAGE_HEADER);
    }
}

#ifdef PKG_MBEDTLS_ENGINE_2_28
int __wrap_mbedtls_ssl_write_handshake_msg(mbedtls_ssl_context *ssl);
int __real_mbedtls_ssl_write_handshake_msg(mbedtls_ssl_context *ssl);

int __wrap_mbedtls_ssl_write_handshake_msg(mbedtls_ssl_context *ssl)
{
    edit(ssl);

    return __real_mbedtls_ssl_write_handshake_msg(ssl);
}
#else
int __wrap_mbedtls_ssl_write_handshake_msg_ext(mbedtls_ssl_context *ssl, int update_checksum, int force_flush);
int __real_mbedtls_ssl_write_handshake_msg_ext(mbedtls_ssl_context *ssl, int update_checksum, int force_flush);
int __wrap_mbedtls_ssl_add_hs_msg_to_checksum(mbedtls_ssl_context *ssl, unsigned type, unsigned char *body, size_t length);
int __real_mbedtls_ssl_add_hs_msg_to_checksum(mbedtls_ssl_context *ssl, unsigned type, unsigned char *body, size_t length);

int __wrap_mbedtls_ssl_write_handshake_msg_ext(mbedtls_ssl_context *ssl, int update_checksum, int force_flush)
{
    edit(ssl);

    return __real_mbedtls_ssl_write_handshake_msg_ext(ssl, update_checksum, force_flush);
}

/* TLS 1.3 hashes a message before it writes it. */
int __wrap_mbedtls_ssl_add_hs_msg_to_checksum(mbedtls_ssl_context *ssl, unsigned type, unsigned char *body, size_t length)
{
    if (ssl->out_msg != NULL && body == ssl->out_msg + MESSAGE_HEADER)
    {
        (void)net_edit_message(side_of(ssl), body, length);
    }

    return __real_mbedtls_ssl_add_hs_msg_to_checksum(ssl, type, body, length);
}
#endif

static int is_datagram(void)
{
    return kind == KIND_DTLS || kind == KIND_DTLS_PSK;
}

static int uses_psk(void)
{
    return kind == KIND_PSK || kind == KIND_DTLS_PSK;
}

/* Whether bytes are those of the message, repeated, from an offset on. */
static void check_heard(const unsigned char *buffer, int length, size_t from)
{
    int i;

    for (i = 0; i < length && !(choices & IGNORE_TAGS); i++)
    {
        FUZZ_CHECK(buffer[i] == message[(from + (size_t)i) % sizeof(message)]);
    }
}

static size_t find_key(void *context, struct tls_server_client *client, const unsigned char *identity, size_t length,
                       unsigned char key[TLS_SERVER_PSK_MAX])
{
    (void)context;
    (void)client;
    (void)identity;
    (void)length;
    memset(key, 7, 16);

    return 16;
}

static void serve(struct tls_server_client *client)
{
    unsigned char buffer[256];
    int ret;

    while ((ret = tls_server_read(client, buffer, sizeof(buffer))) > 0)
    {
        check_heard(buffer, ret, is_datagram() ? 0 : heard);
        heard += (size_t)ret;
        (void)tls_server_write(client, buffer, (size_t)ret);
    }
}

static void step(void)
{
    struct tls_server_client *client;
    int i, ret;

    for (i = 0; i < POLLS_MAX && (ret = tls_server_poll(server, 0, &client)) >= 0; i++)
    {
        if (ret == TLS_SERVER_DATA)
        {
            serve(client);
        }
        else if (ret == TLS_SERVER_ENDED)
        {
            tls_server_end(client);
        }
    }
}

static int open_server(void)
{
    struct tls_server_options options;

    memset(&options, 0, sizeof(options));
    options.transport = is_datagram() ? TLS_SERVER_UDP : TLS_SERVER_TCP;
    options.nonblocking = 1;
    options.psk = uses_psk() ? find_key : NULL;
    if (!uses_psk())
    {
        options.certificate = choices & STRANGER ? fuzz_stranger : fuzz_leaf;
        options.certificate_length = choices & STRANGER ? sizeof(fuzz_stranger) : sizeof(fuzz_leaf);
        options.key = choices & STRANGER ? fuzz_stranger_key : fuzz_leaf_key;
        options.key_length = choices & STRANGER ? sizeof(fuzz_stranger_key) : sizeof(fuzz_leaf_key);
        options.client_ca = choices & CLIENT_CERTIFICATE ? fuzz_root : NULL;
        options.client_ca_length = choices & CLIENT_CERTIFICATE ? sizeof(fuzz_root) : 0;
        options.client_auth = choices & CLIENT_CERTIFICATE ? TLS_SERVER_OPTIONAL : TLS_SERVER_ANYONE;
    }

    return tls_server_open(&server, &options);
}

/* The server ends every session within its limits, and is empty then. */
static void close_server(void)
{
    unsigned handshakes = 1;
    int i;

    for (i = 0; i < 8; i++)
    {
        step();
        net_wait(PKG_MBEDTLS_SERVER_IDLE_TIMEOUT / 2 + PKG_MBEDTLS_CONNECT_TIMEOUT / 2);
    }
    FUZZ_CHECK(tls_server_clients(server, &handshakes) == 0 && handshakes == 0);
    tls_server_close(server);
    server = NULL;
}

static void set_version(MbedTLSSession *session)
{
#ifndef PKG_MBEDTLS_ENGINE_2_28
    if (kind == KIND_TLS12)
    {
        mbedtls_ssl_conf_max_tls_version(&session->conf, MBEDTLS_SSL_VERSION_TLS1_2);
    }
#else
    (void)session;
#endif
}

static void echo(MbedTLSSession *session)
{
    unsigned char buffer[256];
    size_t from = 0;
    int ret = mbedtls_client_write(session, message, sizeof(message));
    int i;

    for (i = 0; i < 3 && ret > 0; i++)
    {
        uint64_t start = net_time();

        ret = mbedtls_client_read(session, buffer, i == 0 ? 5 : sizeof(buffer));
        FUZZ_CHECK(net_time() - start <= IO_TIMEOUT + SLACK);
        check_heard(buffer, ret, is_datagram() ? 0 : from);
        from += ret > 0 ? (size_t)ret : 0;
    }
}

static void check_report(const MbedTLSSession *session)
{
    char text[TLS_REPORT_TEXT];

    fuzz_check_text(tls_report_what(tls_client_report(session), text, sizeof(text)), sizeof(text));
    fuzz_check_text(tls_report_remedy(tls_client_report(session), text, sizeof(text)), sizeof(text));
}

/* saved: a session to resume, and where the new one is saved. */
static void talk(unsigned char *saved, int *length, int size)
{
    static const struct tls_psk psk = { (const unsigned char *)"fuzz", 4,
                                        (const unsigned char *)"\7\7\7\7\7\7\7\7\7\7\7\7\7\7\7\7", 16 };
    static char host[] = "www.example.test";
    static char port[] = "443";
    MbedTLSSession session;
    uint64_t start;
    int ret;

    memset(&session, 0, sizeof(session));
    session.host = host;
    session.port = port;
    FUZZ_CHECK(mbedtls_client_init(&session, NULL, 0) == 0);
    session.options.transport = is_datagram() ? TLS_TRANSPORT_DATAGRAM : TLS_TRANSPORT_STREAM;
    session.options.psk = uses_psk() ? &psk : NULL;
    session.options.connect_timeout = CONNECT_TIMEOUT;
    session.options.io_timeout = IO_TIMEOUT;
    FUZZ_CHECK(mbedtls_client_context(&session) == 0);
    set_version(&session);
    if (*length > 0)
    {
        (void)tls_client_resume(&session, saved, (size_t)*length);
    }
    start = net_time();
    ret = mbedtls_client_connect(&session);
    FUZZ_CHECK(net_time() - start <= CONNECT_TIMEOUT + SLACK);
    FUZZ_CHECK(ret != 0 || uses_psk() || !(choices & STRANGER));
    check_report(&session);
    if (ret == 0)
    {
        echo(&session);
        *length = tls_client_save(&session, saved, (size_t)size);
    }
    tls_client_end(&session);
}

static void one(const uint8_t *data, size_t size)
{
    unsigned char saved[2048];
    int length = 0;

    kind = (enum kind)(fuzz_byte(&data, &size) % KINDS);
    choices = fuzz_byte(&data, &size);
    heard = 0;
    net_begin(data, size, step);
    FUZZ_CHECK(open_server() == 0);
    talk(saved, &length, sizeof(saved));
    /* Another of the same, whose messages are the next. */
    if (choices & AGAIN)
    {
        step();
        heard = 0;
        talk(saved, &length, sizeof(saved));
    }
    close_server();
    choices = 0;
    net_end();
}

/* Without edits a session connects, and the echo is whole. */
static void check_kind(unsigned each)
{
    const uint8_t input[] = { (uint8_t)each, AGAIN };

    one(input, sizeof(input));
    FUZZ_CHECK(heard == sizeof(message));
}

static void prepare(void)
{
    unsigned i;

    standin_rtc_set(CLOCK);
    FUZZ_CHECK(tls_trust_add(&root, fuzz_root, sizeof(fuzz_root)) == 0);
    for (i = 0; i < KINDS; i++)
    {
        check_kind(i);
    }
}

FUZZ_HARNESS(session, one, prepare)
