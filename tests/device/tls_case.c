/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case key=value...: one session, done as the keys say, its outcome printed
 * as one line of JSON that begins with "RESULT ". tests/lib/device.py calls it.
 *
 *   host= port= name=        whom to connect to; "-" leaves host or port unset
 *   connect_timeout= io_timeout=   milliseconds
 *   verify=nothing           do not verify
 *   verify=pins              verify the server's key alone
 *   pins=PIN,PIN             keys that the server must show; a comma, since the shell takes the semicolon
 *   step=1                   connect with tls_client_connect_step() and select()
 *   nonblocking=1            options.nonblocking, with select() around each call
 *   end=1                    end with tls_client_end(), the session is static
 *   get=PATH                 send a GET over HTTP/1.0
 *   send=BYTES chunk=BYTES   send a pattern, in pieces
 *   echo=1                   expect what was sent to come back
 *   read=all|BYTES           read until the end, or so many bytes
 *   reads=BYTES              buffer of a read
 *   larger=BYTES             and after TLS_ERR_TOO_LONG
 *   times=N                  the whole N times, each with a new session
 *   again=1                  after a failed connect, connect once more
 *   own=PORT                 without a host: a connection and a handshake of the application's own, as SAL's
 *   rcvtimeo=MS              SO_RCVTIMEO on the descriptor after the connect
 *   fail=N                   the N-th allocation of the session fails
 *   fail=all                 N = 1, 2, 3... until a session succeeds; each outcome counts
 *   upto=M by=K              N, N + K... M, a session each, whatever comes of it
 *   permanent=1              all allocations from there on fail
 *   tick=N                   first value of the tick
 *   retry=N                  go on after N reads or writes that timed out
 *   settle=MS                wait so long for threads that the session abandoned
 *   clock=SECONDS            what the RTC says from now on, seconds since 1970
 *   roots=FILE form=FORM     trust these instead: DER certificates, one after the other,
 *                            "added" at run time or parsed into the "session"; or a "store"
 *   transport=datagram       DTLS; mtu= first= last= badlimit=   as in the options
 *   psk=HEX identity=TEXT    the pre-shared key; call=1: by call-back, call=2: which fails
 *   pings=N size=BYTES       N datagrams out and back, one after the other; each
 *                            waits wait=MS for its own and passes over others
 *   burst=N                  N datagrams out, then their echoes back in the same order
 *   grow=BYTES               each ping is longer by that
 *   pause=MS                 before each ping
 *   rebind=N                 tls_client_rebind() before the N-th
 *   oldest=N newest=N        limits on the protocol version, N of 3.N; newest and
 *                            fallback=1, the mark of a second try, with Mbed TLS 2.28;
 *                            second=1: for again=1 only, not for the first connect
 *   suite=NAME group=NAME    offer this suite, this curve alone, in the engine's words
 *   alpn=NAME,NAME           options.alpn; "-" for a list without names
 *   debug=LEVEL              the command tls_debug after the connect
 *   keep=FILE                tls_client_save() before the end
 *   resume=FILE              tls_client_resume() with it, if the file exists
 *   engine=keep engine=resume   the same with the engine's own functions, in memory
 *   keys=1                   print the secrets of TLS 1.2 as the engine exports them
 *   renegotiate=1            allow it
 *   misuse=CALL              one wrong call, see misuses[], after which all ends;
 *                            with go=1 the session goes on as if nothing had been
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>
#include <finsh.h>
#include <msh.h>

#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <tls_client.h>
#include <tls_client_resume.h>
#include <tls_trust.h>

#include "mbedtls/asn1.h"
#include "mbedtls/oid.h"

#include "standin.h"
#include "tls_suites_case.h"

struct test
{
    int argc;
    char **argv;
};

struct outcome
{
    const char *stage;                  /* the function that ended it */
    int ret;
    int fd_after;                       /* server_fd.fd after a failed connect */
    unsigned long sent;
    unsigned long received;
    unsigned long polls;                /* waits between steps */
    unsigned sum;                       /* of the bytes received */
    int intact;                         /* they are the pattern, or what was sent */
    int error;                          /* errno at the end */
    int misused;                        /* what the wrong call returned */
    rt_tick_t call_start;               /* of the last read or write */
    unsigned long call_ms;              /* what it took */
    unsigned timeouts;                  /* reads and writes repeated after a time-out */
    unsigned partials;                  /* writes that took less than they were given */
    unsigned echoed;                    /* pings that came back */
    unsigned lost;                      /* and that did not */
    unsigned strange;                   /* datagrams that were not the one awaited */
    int rebound;                        /* what tls_client_rebind() returned */
    int has_id;                         /* tls_client_has_connection_id() */
    long rest;                          /* bytes of heap before the session ends */
    unsigned long fits;                 /* tls_client_datagram_size() */
    const char *version;                /* what was agreed */
    const char *suite;
    int kept;                           /* what tls_client_save() returned */
    int offered;                        /* what tls_client_resume() returned, 1: it was not called */
    int resumed;                        /* tls_client_is_resumed() */
    char alpn[32];                      /* tls_client_alpn() */
    struct tls_report report;
    char what[TLS_REPORT_TEXT];
    char remedy[TLS_REPORT_TEXT];
    char head[160];                     /* the first bytes received */
};

static const char *text_of(const struct test *test, const char *key)
{
    size_t length = strlen(key);
    int i;

    for (i = 1; i < test->argc; i++)
    {
        if (strncmp(test->argv[i], key, length) == 0 && test->argv[i][length] == '=')
        {
            return test->argv[i] + length + 1;
        }
    }

    return RT_NULL;
}

static unsigned long number_of(const struct test *test, const char *key, unsigned long none)
{
    const char *text = text_of(test, key);

    return text != RT_NULL ? strtoul(text, RT_NULL, 10) : none;
}

static char *copy_of(const struct test *test, const char *key)
{
    const char *text = text_of(test, key);

    return text == RT_NULL || strcmp(text, "-") == 0 ? RT_NULL : tls_strdup(text);
}

/* Wait as an application does that has a loop of its own. */
static void poll_once(MbedTLSSession *session, int want, struct outcome *outcome)
{
    struct timeval limit = { 0, 20000 };
    fd_set set;
    int fd;

    outcome->polls++;
    tls_client_poll(session, &fd);
    if (fd < 0)
    {
        rt_thread_mdelay(2);
        return;
    }
    FD_ZERO(&set);
    FD_SET(fd, &set);
    select(fd + 1, want == MBEDTLS_ERR_SSL_WANT_READ ? &set : RT_NULL,
           want == MBEDTLS_ERR_SSL_WANT_WRITE ? &set : RT_NULL, RT_NULL, &limit);
}

static int is_want(int ret)
{
    return ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int connect_session(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    int ret;

    if (number_of(test, "step", 0) == 0)
    {
        return mbedtls_client_connect(session);
    }
    while (is_want(ret = tls_client_connect_step(session)))
    {
        poll_once(session, ret, outcome);
    }

    return ret;
}

/* Wrong calls, and after which step of a session they come. */
static const struct
{
    const char *name;
    const char *after;
}
misuses[] =
{
    { "read-without-init", "create" },
    { "write-without-init", "create" },
    { "connect-without-init", "create" },
    { "context-without-init", "create" },
    { "end-without-init", "create" },
    { "close-nothing", "create" },
    { "read-without-context", "init" },
    { "connect-without-context", "init" },
    { "end-without-context", "init" },
    { "read-without-connect", "context" },
    { "write-without-connect", "context" },
    { "context-twice", "context" },
    { "context-once-connected", "connect" },
    { "connect-twice", "connect" },
    { "read-nowhere", "connect" },
    { "read-zero", "connect" },
    { "write-nothing", "connect" },
};

static int call_by_name(const char *call, MbedTLSSession *session)
{
    unsigned char data[4] = { 0 };

    return strcmp(call, "close-nothing") == 0 ? mbedtls_client_close(RT_NULL) :
           strcmp(call, "read-nowhere") == 0 ? mbedtls_client_read(session, RT_NULL, sizeof(data)) :
           strcmp(call, "read-zero") == 0 ? mbedtls_client_read(session, data, 0) :
           strcmp(call, "write-nothing") == 0 ? mbedtls_client_write(session, RT_NULL, 0) :
           strncmp(call, "read", 4) == 0 ? mbedtls_client_read(session, data, sizeof(data)) :
           strncmp(call, "write", 5) == 0 ? mbedtls_client_write(session, data, sizeof(data)) :
           strncmp(call, "connect", 7) == 0 ? mbedtls_client_connect(session) :
           strncmp(call, "context", 7) == 0 ? mbedtls_client_context(session) : tls_client_end(session);
}

/* Make the wrong call if its time has come; returns non-zero if the session ends with it. */
static int misuse(const struct test *test, MbedTLSSession *session, const char *after, struct outcome *outcome)
{
    const char *wanted = text_of(test, "misuse");
    size_t i;

    for (i = 0; wanted != RT_NULL && i < sizeof(misuses) / sizeof(misuses[0]); i++)
    {
        if (strcmp(misuses[i].name, wanted) == 0 && strcmp(misuses[i].after, after) == 0)
        {
            outcome->misused = call_by_name(wanted, session);
            if (number_of(test, "go", 0) == 0)
            {
                outcome->stage = "misuse";
                outcome->ret = outcome->misused;
                return 1;
            }
        }
    }

    return 0;
}

/* Whether a call that timed out is to be made again. */
static int retries(const struct test *test, int ret, struct outcome *outcome)
{
    if (ret != TLS_ERR_TIMEOUT || outcome->timeouts >= number_of(test, "retry", 0))
    {
        return 0;
    }
    outcome->timeouts++;

    return 1;
}

static unsigned char pattern_at(unsigned long offset)
{
    return (unsigned char)(offset * 31 + offset / 251);
}

static int send_all(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    unsigned long total = number_of(test, "send", 0);
    unsigned long chunk = number_of(test, "chunk", 1024);
    const char *path = text_of(test, "get");
    unsigned char data[4096];
    unsigned long i, part;
    int ret = 0;

    if (path != RT_NULL)
    {
        part = (unsigned long)rt_snprintf((char *)data, sizeof(data), "GET %s HTTP/1.0\r\n\r\n", path);
        ret = mbedtls_client_write(session, data, part);
        outcome->sent += ret > 0 ? (unsigned long)ret : 0;
    }
    chunk = chunk < sizeof(data) ? chunk : sizeof(data);
    while (ret >= 0 && outcome->sent < total)
    {
        part = total - outcome->sent < chunk ? total - outcome->sent : chunk;
        for (i = 0; i < part; i++)
        {
            data[i] = pattern_at(outcome->sent + i);
        }
        outcome->call_start = rt_tick_get();
        ret = mbedtls_client_write(session, data, part);
        if (is_want(ret))
        {
            poll_once(session, ret, outcome);
            ret = 0;
        }
        else if (retries(test, ret, outcome))
        {
            ret = 0;
        }
        outcome->partials += ret > 0 && (unsigned long)ret < part;
        outcome->sent += ret > 0 ? (unsigned long)ret : 0;
    }

    return ret < 0 ? ret : 0;
}

static int read_all(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    const char *amount = text_of(test, "read");
    int to_the_end = amount != RT_NULL && strcmp(amount, "all") == 0;
    unsigned long total = amount != RT_NULL ? strtoul(amount, RT_NULL, 10) : 0;
    unsigned long size = number_of(test, "reads", 1024);
    unsigned char data[4096];
    int ret = 1, i;

    size = size < sizeof(data) ? size : sizeof(data);
    while (amount != RT_NULL && (to_the_end || outcome->received < total))
    {
        outcome->call_start = rt_tick_get();
        ret = mbedtls_client_read(session, data, size);
        if (is_want(ret))
        {
            poll_once(session, ret, outcome);
            continue;
        }
        if (retries(test, ret, outcome))
        {
            continue;
        }
        if (ret == TLS_ERR_TOO_LONG && size < number_of(test, "larger", 0))
        {
            size = number_of(test, "larger", 0);
            continue;
        }
        if (ret <= 0)
        {
            return ret;
        }
        for (i = 0; i < ret; i++)
        {
            unsigned long at = outcome->received++;

            outcome->intact &= data[i] == pattern_at(at);
            outcome->sum = outcome->sum * 33 + data[i];
            if (at < sizeof(outcome->head) - 1)
            {
                outcome->head[at] = (char)data[i];
            }
        }
    }

    return 1;
}

#define PING_MAX        16384

/* Fill a datagram with a line of text, since some servers echo nothing else; returns its size. */
static unsigned long fill(const struct test *test, unsigned char *data, unsigned long number)
{
    unsigned long size = number_of(test, "size", 64) + number * number_of(test, "grow", 0);
    unsigned long i;

    size = size < PING_MAX ? size : PING_MAX;
    for (i = 0; i < size; i++)
    {
        data[i] = i + 1 < size ? (unsigned char)('a' + pattern_at(number * 7919 + i) % 26) : '\n';
    }

    return size;
}

static int burst(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    static unsigned char out[PING_MAX], in[PING_MAX];
    unsigned long count = number_of(test, "burst", 0);
    unsigned long number, size;
    int ret = 0;

    for (number = 0; number < count && ret >= 0; number++)
    {
        size = fill(test, out, number);
        ret = mbedtls_client_write(session, out, size);
        rt_thread_mdelay(5);
    }
    rt_thread_mdelay((rt_int32_t)number_of(test, "pause", 0));
    for (number = 0; number < count && ret >= 0; number++)
    {
        size = fill(test, out, number);
        ret = mbedtls_client_read(session, in, PING_MAX);
        if (ret == (int)size && memcmp(in, out, size) == 0)
        {
            outcome->echoed++;
        }
        else
        {
            outcome->strange++;
        }
    }

    return ret;
}

/* One datagram out, and its echo back. Returns 0 or more, or a failure. */
static int ping(const struct test *test, MbedTLSSession *session, struct outcome *outcome, unsigned long number)
{
    static unsigned char out[PING_MAX], in[PING_MAX];
    unsigned long size = fill(test, out, number);
    rt_tick_t start = rt_tick_get();
    unsigned long wait = number_of(test, "wait", 500);
    int ret;

    ret = mbedtls_client_write(session, out, size);
    outcome->sent += ret > 0 ? (unsigned long)ret : 0;
    while (ret >= 0 && (unsigned long)(rt_tick_get() - start) < wait)
    {
        session->options.io_timeout = (uint32_t)(wait - (rt_tick_get() - start));
        ret = mbedtls_client_read(session, in, number_of(test, "reads", PING_MAX));
        if (ret == (int)size && memcmp(in, out, size) == 0)
        {
            outcome->received += size;
            outcome->echoed++;
            return ret;
        }
        outcome->strange += ret > 0;
        ret = ret == TLS_ERR_TIMEOUT ? 0 : ret;
    }
    outcome->lost += ret >= 0;

    return ret;
}

static int ping_all(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    unsigned long count = number_of(test, "pings", 0);
    unsigned long rebind = number_of(test, "rebind", 0);
    unsigned long number;
    int ret = burst(test, session, outcome);

#ifdef PKG_MBEDTLS_DTLS
    outcome->fits = (unsigned long)tls_client_datagram_size(session);
    outcome->has_id = tls_client_has_connection_id(session);
#endif
    for (number = 1; number <= count && ret >= 0; number++)
    {
#ifdef PKG_MBEDTLS_DTLS
        outcome->rebound = number == rebind ? tls_client_rebind(session) : outcome->rebound;
#else
        (void)rebind;
#endif
        if (number_of(test, "pause", 0) != 0)
        {
            rt_thread_mdelay((rt_int32_t)number_of(test, "pause", 0));
        }
        ret = ping(test, session, outcome, number - 1);
    }

    return ret;
}

static struct tls_psk key_of_case;

static int get_psk(struct MbedTLSSession *session, struct tls_psk *psk)
{
    (void)session;
    *psk = key_of_case;

    return psk->key_length > 0 ? 0 : -1;
}

static void put_psk(struct MbedTLSSession *session, struct tls_psk *psk)
{
    (void)session;
    (void)psk;
    rt_kprintf("the key is put back\n");
}

static void set_psk(const struct test *test, MbedTLSSession *session)
{
    static unsigned char key[64];
    const char *text = text_of(test, "psk");
    const char *identity = text_of(test, "identity");
    size_t i;

    if (text == RT_NULL)
    {
        return;
    }
    for (i = 0; i < sizeof(key) && i < strlen(text) / 2; i++)
    {
        char digits[3] = { text[2 * i], text[2 * i + 1], '\0' };

        key[i] = (unsigned char)strtoul(digits, RT_NULL, 16);
    }
    key_of_case.key = key;
    key_of_case.key_length = i;
    key_of_case.identity = (const unsigned char *)identity;
    key_of_case.identity_length = identity != RT_NULL ? strlen(identity) : 0;
    if (number_of(test, "call", 0) == 0)
    {
        session->options.psk = &key_of_case;
        return;
    }
    session->options.get_psk = get_psk;
    session->options.put_psk = put_psk;
    if (number_of(test, "call", 0) == 2)
    {
        key_of_case.key_length = 0;
    }
}

static void set_datagram_options(const struct test *test, MbedTLSSession *session)
{
    const char *transport = text_of(test, "transport");

    session->options.transport = transport == RT_NULL ? TLS_TRANSPORT_STREAM :
                                 strcmp(transport, "datagram") == 0 ? TLS_TRANSPORT_DATAGRAM : 7;
    session->options.mtu = (uint16_t)number_of(test, "mtu", 0);
    session->options.retransmit_first = (uint32_t)number_of(test, "first", 0);
    session->options.retransmit_last = (uint32_t)number_of(test, "last", 0);
    session->options.bad_record_limit = (uint32_t)number_of(test, "badlimit", 0);
}

static void set_socket_limit(const struct test *test, MbedTLSSession *session)
{
    unsigned long limit = number_of(test, "rcvtimeo", 0);
    struct timeval time;

    time.tv_sec = (long)(limit / 1000);
    time.tv_usec = (long)(limit % 1000) * 1000;
    if (limit != 0)
    {
        setsockopt(session->server_fd.fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
    }
}

#ifdef PKG_MBEDTLS_CERTIFICATES
/* What the file of roots= holds; stays there until the next one. */
static struct
{
    unsigned char data[65536];
    size_t length;
    struct tls_trust_root added[16];
}
given;

static void read_roots(const char *path)
{
    FILE *file = fopen(path, "rb");

    RT_ASSERT(file != RT_NULL);
    given.length = fread(given.data, 1, sizeof(given.data), file);
    fclose(file);
}

/* The next certificate of those given, of which there are no more at the end. */
static const unsigned char *next_root(size_t *at, size_t *length)
{
    unsigned char *start = given.data + *at;
    unsigned char *body = start;

    if (*at == given.length ||
        mbedtls_asn1_get_tag(&body, given.data + given.length, length,
                             MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0)
    {
        return RT_NULL;
    }
    *length += (size_t)(body - start);
    *at += *length;

    return start;
}

#ifdef PKG_MBEDTLS_TRUST_FILE
static void use_file(const char *path)
{
    RT_ASSERT(tls_trust_use_file(path, RT_NULL) == 0);
}
#else
static void use_file(const char *path)
{
    RT_ASSERT(path == RT_NULL);
}
#endif

/* Trust what the file holds and nothing else, for all sessions; what is refused is passed over. */
static void replace_roots(const struct test *test)
{
    const char *path = text_of(test, "roots");
    const char *form = text_of(test, "form");
    const unsigned char *der;
    size_t at = 0, length, i;

    if (path == RT_NULL)
    {
        return;
    }
    for (i = 0; i < sizeof(given.added) / sizeof(given.added[0]); i++)
    {
        (void)tls_trust_remove(&given.added[i]);
    }
    tls_trust_use(TLS_TRUST_NOTHING, 0);
    read_roots(path);
    if (strcmp(form, "file") == 0)
    {
        use_file(path);
        return;
    }
    if (strcmp(form, "store") == 0)
    {
        RT_ASSERT(tls_trust_use(given.data, given.length) == 0);
    }
    for (i = 0; strcmp(form, "added") == 0 && (der = next_root(&at, &length)) != RT_NULL; i++)
    {
        RT_ASSERT(i < sizeof(given.added) / sizeof(given.added[0]));
        (void)tls_trust_add(&given.added[i], der, length);
    }
}

#ifdef PKG_MBEDTLS_SESSION_CACERT
/* Name constraints are heeded where PKG_MBEDTLS_PATH_RULES is selected: an application that knows may take them. */
static int accept_name_constraints(void *context, mbedtls_x509_crt const *crt, mbedtls_x509_buf const *oid,
                                   int critical, const unsigned char *p, const unsigned char *end)
{
    (void)context;
    (void)crt;
    (void)critical;
    (void)p;
    (void)end;

    return MBEDTLS_OID_CMP(MBEDTLS_OID_NAME_CONSTRAINTS, oid) == 0 ? 0 : -1;
}

/* Or for this session. */
static void parse_roots(const struct test *test, MbedTLSSession *session)
{
    const char *form = text_of(test, "form");
    const unsigned char *der;
    size_t at = 0, length;

    while (form != RT_NULL && strcmp(form, "session") == 0 && (der = next_root(&at, &length)) != RT_NULL)
    {
        (void)mbedtls_x509_crt_parse_der_with_ext_cb(&session->cacert, der, length, 0, accept_name_constraints,
                                                     RT_NULL);
    }
}
#else
static void parse_roots(const struct test *test, MbedTLSSession *session)
{
    RT_ASSERT(text_of(test, "form") == RT_NULL || strcmp(text_of(test, "form"), "session") != 0);
    (void)session;
}
#endif
#else
static void replace_roots(const struct test *test)
{
    RT_ASSERT(text_of(test, "roots") == RT_NULL);
}

static void parse_roots(const struct test *test, MbedTLSSession *session)
{
    (void)test;
    (void)session;
}
#endif

#ifdef PKG_MBEDTLS_PINNING
static void set_pins(const struct test *test, MbedTLSSession *session)
{
    static char pins[512];
    const char *text = text_of(test, "pins");
    char *comma;

    if (text != RT_NULL)
    {
        rt_snprintf(pins, sizeof(pins), "%s", text);
        while ((comma = strchr(pins, ',')) != RT_NULL)
        {
            *comma = ';';
        }
        session->options.pins = pins;
    }
    if (text_of(test, "verify") != RT_NULL && strcmp(text_of(test, "verify"), "pins") == 0)
    {
        session->options.verify = TLS_VERIFY_PINS;
    }
}
#else
static void set_pins(const struct test *test, MbedTLSSession *session)
{
    RT_ASSERT(text_of(test, "pins") == RT_NULL);
    (void)session;
}
#endif

static int connect_by_itself(const char *port, MbedTLSSession *session)
{
    int ret = mbedtls_net_connect(&session->server_fd, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP);

    mbedtls_ssl_set_bio(&session->ssl, &session->server_fd, mbedtls_net_send, mbedtls_net_recv, RT_NULL);

    return ret != 0 ? ret : mbedtls_ssl_handshake(&session->ssl);
}

/* What the user's guide says about old protocols: between context and connect. */
#ifdef PKG_MBEDTLS_ENGINE_2_28
static void set_versions(const struct test *test, MbedTLSSession *session)
{
    if (text_of(test, "oldest") != RT_NULL)
    {
        mbedtls_ssl_conf_min_version(&session->conf, MBEDTLS_SSL_MAJOR_VERSION_3, (int)number_of(test, "oldest", 0));
    }
    if (text_of(test, "newest") != RT_NULL)
    {
        mbedtls_ssl_conf_max_version(&session->conf, MBEDTLS_SSL_MAJOR_VERSION_3, (int)number_of(test, "newest", 0));
    }
#ifdef PKG_MBEDTLS_FALLBACK_SCSV        /* the function is not there otherwise */
    if (number_of(test, "fallback", 0) != 0)
    {
        mbedtls_ssl_conf_fallback(&session->conf, MBEDTLS_SSL_IS_FALLBACK);
    }
#endif
}
#else
static void set_versions(const struct test *test, MbedTLSSession *session)
{
    if (text_of(test, "oldest") != RT_NULL)
    {
        mbedtls_ssl_conf_min_tls_version(&session->conf, number_of(test, "oldest", 0) == 4 ?
                                         MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2);
    }
}
#endif


#ifdef PKG_MBEDTLS_ALPN
static void set_alpn(const struct test *test, MbedTLSSession *session)
{
    static char text[2048];
    static const char *names[65];
    const char *alpn = text_of(test, "alpn");
    char *name;
    size_t i = 0;

    if (alpn == RT_NULL)
    {
        return;
    }
    rt_snprintf(text, sizeof(text), "%s", alpn);
    for (name = text; strcmp(alpn, "-") != 0 && name != RT_NULL && i < 64; i++)
    {
        names[i] = name;
        name = strchr(name, ',');
        if (name != RT_NULL)
        {
            *name++ = '\0';
        }
    }
    names[i] = RT_NULL;
    session->options.alpn = names;
}
#else
static void set_alpn(const struct test *test, MbedTLSSession *session)
{
    RT_ASSERT(text_of(test, "alpn") == RT_NULL);
    (void)session;
}
#endif

#ifdef PKG_MBEDTLS_SESSION_TICKETS
#define SAVED_MAX       8192

static mbedtls_ssl_session engine_session;
static int has_engine_session;

static void keep_session(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    static unsigned char saved[SAVED_MAX];
    const char *path = text_of(test, "keep");
    const char *engine = text_of(test, "engine");

    if (engine != RT_NULL && strcmp(engine, "keep") == 0)
    {
        mbedtls_ssl_session_init(&engine_session);
        has_engine_session = 1;
        outcome->kept = mbedtls_ssl_get_session(&session->ssl, &engine_session);
    }
    if (path != RT_NULL)
    {
        int needed = tls_client_save(session, RT_NULL, 0);

        outcome->kept = tls_client_save(session, saved, sizeof(saved));
        RT_ASSERT(outcome->kept == needed);
        if (needed > 0)
        {
            FILE *file = fopen(path, "wb");

            /* One byte less, and nothing may be written. */
            memset(saved, 0x5A, sizeof(saved));
            RT_ASSERT(tls_client_save(session, saved, (size_t)needed - 1) == needed);
            RT_ASSERT(saved[0] == 0x5A && memcmp(saved, saved + 1, (size_t)needed) == 0);
            RT_ASSERT(tls_client_save(session, saved, (size_t)needed) == needed && saved[needed] == 0x5A);
            RT_ASSERT(file != RT_NULL && fwrite(saved, 1, (size_t)needed, file) == (size_t)needed);
            fclose(file);
        }
    }
}

static void resume_session(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    static unsigned char saved[SAVED_MAX];
    const char *path = text_of(test, "resume");
    const char *engine = text_of(test, "engine");
    FILE *file = path != RT_NULL ? fopen(path, "rb") : RT_NULL;

    outcome->offered = 1;
    if (engine != RT_NULL && strcmp(engine, "resume") == 0 && has_engine_session)
    {
        outcome->offered = mbedtls_ssl_set_session(&session->ssl, &engine_session);
        mbedtls_ssl_session_free(&engine_session);
        has_engine_session = 0;
    }
    if (file != RT_NULL)
    {
        size_t length = fread(saved, 1, sizeof(saved), file);

        fclose(file);
        outcome->offered = tls_client_resume(session, saved, length);
        memset(saved, 0, sizeof(saved));
    }
}

static int is_resumed(const MbedTLSSession *session)
{
    return tls_client_is_resumed(session);
}
#else
static void keep_session(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    RT_ASSERT(text_of(test, "keep") == RT_NULL && text_of(test, "engine") == RT_NULL);
    (void)session;
    (void)outcome;
}

static void resume_session(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    RT_ASSERT(text_of(test, "resume") == RT_NULL);
    (void)session;
    (void)outcome;
}

static int is_resumed(const MbedTLSSession *session)
{
    (void)session;
    return 0;
}
#endif

static void print_secret(const unsigned char *secret, size_t length)
{
    printf("SECRET ");
    while (length-- > 0)
    {
        printf("%02X", *secret++);
    }
    printf("\n");
}

#if defined(PKG_MBEDTLS_ENGINE_3_6)
static void take_keys(void *context, mbedtls_ssl_key_export_type type, const unsigned char *secret, size_t length,
                      const unsigned char client_random[32], const unsigned char server_random[32],
                      mbedtls_tls_prf_types prf)
{
    (void)context;
    (void)client_random;
    (void)server_random;
    (void)prf;
    if (type == MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET)
    {
        print_secret(secret, length);
    }
}

static void export_keys(MbedTLSSession *session)
{
    mbedtls_ssl_set_export_keys_cb(&session->ssl, take_keys, RT_NULL);
}
#elif defined(PKG_MBEDTLS_SSL_EXPORT_KEYS)
static int take_keys(void *context, const unsigned char *secret, const unsigned char *block, size_t mac, size_t key,
                     size_t iv)
{
    (void)context;
    (void)block;
    (void)mac;
    (void)key;
    (void)iv;
    print_secret(secret, 48);

    return 0;
}

static void export_keys(MbedTLSSession *session)
{
    mbedtls_ssl_conf_export_keys_cb(&session->conf, take_keys, RT_NULL);
}
#else
static void export_keys(MbedTLSSession *session)
{
    (void)session;
    (void)print_secret;
    RT_ASSERT(RT_FALSE);
}
#endif

/* What an application does between context and connect. */
static void prepare(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    if (number_of(test, "keys", 0) != 0)
    {
        export_keys(session);
    }
#ifdef PKG_MBEDTLS_RENEGOTIATION
    if (number_of(test, "renegotiate", 0) != 0)
    {
        mbedtls_ssl_conf_renegotiation(&session->conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    }
#endif
    resume_session(test, session, outcome);
}

static void note_connected(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    const char *alpn = tls_client_alpn(session);
    const char *level = text_of(test, "debug");
    char command[32];

    outcome->resumed = is_resumed(session);
    rt_snprintf(outcome->alpn, sizeof(outcome->alpn), "%s", alpn != RT_NULL ? alpn : "");
    if (level != RT_NULL)
    {
        msh_exec(command, (rt_size_t)rt_snprintf(command, sizeof(command), "tls_debug %s", level));
    }
}

static void talk(const struct test *test, MbedTLSSession *session, struct outcome *outcome)
{
    static char entropy[] = "tls_case";
    struct standin_heap_stats stats;

    if (misuse(test, session, "create", outcome))
    {
        return;
    }

    outcome->stage = "init";
    outcome->ret = mbedtls_client_init(session, entropy, sizeof(entropy) - 1);
    if (outcome->ret != 0)
    {
        return;
    }
    if (misuse(test, session, "init", outcome))
    {
        return;
    }
    session->options.connect_timeout = (uint32_t)number_of(test, "connect_timeout", 0);
    session->options.io_timeout = (uint32_t)number_of(test, "io_timeout", 0);
    session->options.nonblocking = (unsigned char)number_of(test, "nonblocking", 0);
    session->options.server_name = text_of(test, "name");
    set_datagram_options(test, session);
    set_psk(test, session);
    if (text_of(test, "verify") != RT_NULL && strcmp(text_of(test, "verify"), "nothing") == 0)
    {
        session->options.verify = TLS_VERIFY_NOTHING;
    }
    set_pins(test, session);
    set_alpn(test, session);

    parse_roots(test, session);
    outcome->stage = "context";
    outcome->ret = mbedtls_client_context(session);
    if (outcome->ret != 0)
    {
        return;
    }

    if (misuse(test, session, "context", outcome))
    {
        return;
    }
    if (number_of(test, "second", 0) == 0)
    {
        set_versions(test, session);
    }
    outcome->ret = tls_case_offer_suite(session, text_of(test, "suite"));
    if (outcome->ret == 0)
    {
        outcome->ret = tls_case_offer_curve(session, text_of(test, "group"));
    }
    if (outcome->ret != 0)
    {
        return;
    }

    prepare(test, session, outcome);
    outcome->stage = "connect";
    outcome->ret = text_of(test, "own") != RT_NULL ? connect_by_itself(text_of(test, "own"), session) :
                   connect_session(test, session, outcome);
    outcome->fd_after = session->server_fd.fd;
    if (outcome->ret != 0 && number_of(test, "again", 0) != 0)
    {
        standin_heap_fail(0, RT_FALSE);
        set_versions(test, session);
        outcome->stage = "again";
        outcome->ret = connect_session(test, session, outcome);
    }
    if (outcome->ret != 0)
    {
        return;
    }
    outcome->version = mbedtls_ssl_get_version(&session->ssl);
    outcome->suite = mbedtls_ssl_get_ciphersuite(&session->ssl);
    note_connected(test, session, outcome);
    set_socket_limit(test, session);
    if (misuse(test, session, "connect", outcome))
    {
        return;
    }

    outcome->stage = "ping";
    outcome->ret = ping_all(test, session, outcome);
    if (outcome->ret >= 0)
    {
        outcome->stage = "write";
        outcome->ret = send_all(test, session, outcome);
    }
    if (outcome->ret == 0)
    {
        outcome->stage = "read";
        outcome->ret = read_all(test, session, outcome);
    }
    keep_session(test, session, outcome);
    standin_heap_stats(&stats);
    outcome->rest = (long)stats.used;
    outcome->error = errno;
    outcome->call_ms = (rt_tick_t)(rt_tick_get() - outcome->call_start);
}

static void run_session(const struct test *test, struct outcome *outcome)
{
    static MbedTLSSession static_session;
    MbedTLSSession *session;

    memset(outcome, 0, sizeof(*outcome));
    outcome->stage = "create";
    outcome->ret = MBEDTLS_ERR_SSL_ALLOC_FAILED;
    outcome->intact = 1;
    outcome->fd_after = -2;

    if (number_of(test, "end", 0) != 0)
    {
        session = &static_session;
        /* The rest of it may hold anything, as the manual's malloc() leaves it. */
        memset(session, 0xA5, sizeof(*session));
        session->host = (char *)text_of(test, "host");
        session->port = (char *)text_of(test, "port");
        talk(test, session, outcome);
    }
    else
    {
        session = tls_calloc(1, sizeof(*session));
        if (session == RT_NULL)
        {
            return;
        }
        session->host = copy_of(test, "host");
        session->port = copy_of(test, "port");
        talk(test, session, outcome);
    }

    if (text_of(test, "own") != RT_NULL)
    {
        mbedtls_net_free(&session->server_fd);
    }
    outcome->report = *tls_client_report(session);
    tls_report_what(&outcome->report, outcome->what, sizeof(outcome->what));
    tls_report_remedy(&outcome->report, outcome->remedy, sizeof(outcome->remedy));
    if (session == &static_session)
    {
        tls_client_end(session);
        tls_client_end(session);
    }
    else
    {
        mbedtls_client_close(session);
    }
}

static void print_text(const char *key, const char *text)
{
    printf(", \"%s\": \"", key);
    for (; *text != '\0'; text++)
    {
        if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7E || *text == '"' || *text == '\\')
        {
            printf("\\u%04x", (unsigned char)*text);
        }
        else
        {
            putchar(*text);
        }
    }
    putchar('"');
}

static void print_outcome(const struct outcome *outcome, unsigned long ms, unsigned long allocations, long heap,
                          long blocks, long fds)
{
    fflush(stdout);
    printf("RESULT {\"stage\": \"%s\", \"ret\": %d, \"code\": %d, \"reason\": %d, \"flags\": %u, \"depth\": %d, "
           "\"number\": %u, \"fd\": %d, \"sent\": %lu, \"received\": %lu, \"intact\": %d, \"sum\": %u, "
           "\"polls\": %lu, \"ms\": %lu, \"heap\": %ld, \"blocks\": %ld, \"fds\": %ld",
           outcome->stage, outcome->ret, outcome->report.code, outcome->report.reason,
           (unsigned)outcome->report.flags, outcome->report.depth, (unsigned)outcome->report.number,
           outcome->fd_after, outcome->sent, outcome->received, outcome->intact, outcome->sum, outcome->polls,
           ms, heap, blocks, fds);
    printf(", \"errno\": %d, \"call_ms\": %lu, \"misused\": %d, \"timeouts\": %u, \"partials\": %u, "
           "\"allocations\": %lu", outcome->error, outcome->call_ms, outcome->misused, outcome->timeouts,
           outcome->partials, allocations);
    printf(", \"echoed\": %u, \"lost\": %u, \"strange\": %u, \"rebound\": %d, \"has_id\": %d, \"fits\": %lu"
           ", \"rest\": %ld",
           outcome->echoed, outcome->lost, outcome->strange, outcome->rebound, outcome->has_id, outcome->fits,
           outcome->rest);
    printf(", \"kept\": %d, \"offered\": %d, \"resumed\": %d", outcome->kept, outcome->offered, outcome->resumed);
    print_text("version", outcome->version != RT_NULL ? outcome->version : "");
    print_text("suite", outcome->suite != RT_NULL ? outcome->suite : "");
    print_text("alpn", outcome->alpn);
    print_text("step", tls_report_step(&outcome->report));
    print_text("what", outcome->what);
    print_text("remedy", outcome->remedy);
    print_text("head", outcome->head);
    printf("}\n");
    fflush(stdout);
}

/* Wait until threads that the session abandoned or ended have given back what they held. */
static void settle(const struct test *test, rt_size_t threads)
{
    unsigned long limit = number_of(test, "settle", 1000);
    unsigned long waited;

    for (waited = 0; waited < limit && standin_thread_count() > threads; waited += 2)
    {
        rt_thread_mdelay(2);
    }
}

static void run_and_print(const struct test *test, struct outcome *outcome)
{
    struct standin_heap_stats before, after;
    rt_size_t fds = standin_fd_count();
    rt_size_t threads = standin_thread_count();
    rt_tick_t start;

    standin_heap_stats(&before);
    start = rt_tick_get();
    run_session(test, outcome);
    start = rt_tick_get() - start;
    standin_heap_fail(0, RT_FALSE);
    settle(test, threads);
    standin_heap_stats(&after);

    print_outcome(outcome, start,
                  (unsigned long)(after.allocations + after.failures - before.allocations - before.failures),
                  (long)after.used - (long)before.used, (long)after.blocks - (long)before.blocks,
                  (long)standin_fd_count() - (long)fds);
}

static int tls_case(int argc, char **argv)
{
    struct test test = { argc, argv };
    unsigned long times = number_of(&test, "times", 1);
    unsigned long nth = number_of(&test, "fail", 0);
    unsigned long last = number_of(&test, "upto", 0);
    const char *fail = text_of(&test, "fail");
    rt_bool_t permanent = number_of(&test, "permanent", 0) != 0;
    struct outcome outcome;

    if (text_of(&test, "tick") != RT_NULL)
    {
        standin_tick_set((rt_tick_t)number_of(&test, "tick", 0));
    }
    if (text_of(&test, "clock") != RT_NULL)
    {
        standin_rtc_set((rt_int64_t)number_of(&test, "clock", 0));
    }
    replace_roots(&test);
    if (fail != RT_NULL && strcmp(fail, "all") == 0)
    {
        nth = 0;
        do
        {
            standin_heap_fail((rt_uint32_t)++nth, permanent);
            run_and_print(&test, &outcome);
        }
        while (outcome.ret < 0 && outcome.ret != MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY && nth < 20000);
        return 0;
    }
    for (; last != 0 && nth <= last; nth += number_of(&test, "by", 1))
    {
        standin_heap_fail((rt_uint32_t)nth, permanent);
        run_and_print(&test, &outcome);
    }
    while (last == 0 && times-- > 0)
    {
        standin_heap_fail((rt_uint32_t)nth, permanent);
        run_and_print(&test, &outcome);
    }

    return 0;
}
MSH_CMD_EXPORT(tls_case, run one session as told and print its outcome);
