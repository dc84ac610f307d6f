/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_net and the engine's mbedtls_net_* functions on loopback sockets.
 *
 * wrap: select
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "unit.h"

#include "tls_config.h"
#include "tls_error.h"
#include "tls_net.h"

#include "mbedtls/ssl.h"

#define SHORT           200             /* milliseconds that a test waits in vain */
#define SLACK           1500            /* milliseconds that a busy machine may add */
#define LONG            150000          /* longer than a single select() may wait */

static struct
{
    int is_on;                          /* select() finds nothing ready and advances the tick */
    uint64_t waited;                    /* milliseconds */
    int calls;
}
fake;

int __real_select(int count, fd_set *readable, fd_set *writable, fd_set *except, struct timeval *limit);
int __wrap_select(int count, fd_set *readable, fd_set *writable, fd_set *except, struct timeval *limit);

int __wrap_select(int count, fd_set *readable, fd_set *writable, fd_set *except, struct timeval *limit)
{
    uint64_t milliseconds;

    assert_non_null(limit);
    if (!fake.is_on)
    {
        return __real_select(count, readable, writable, except, limit);
    }
    milliseconds = (uint64_t)limit->tv_sec * 1000 + (uint64_t)limit->tv_usec / 1000;
    fake.waited += milliseconds;
    fake.calls++;
    standin_tick_advance((rt_tick_t)(milliseconds * RT_TICK_PER_SECOND / 1000));

    return 0;
}

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);

    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void assert_took(uint64_t start, uint64_t milliseconds)
{
    /* Allow for a tick less. */
    assert_in_range(now() - start + 11, milliseconds, milliseconds + SLACK);
}

/* What most tests use; teardown() closes what is open. */
static mbedtls_net_context bound, client, server;

static int setup(void **state)
{
    memset(&fake, 0, sizeof(fake));
    mbedtls_net_init(&bound);
    mbedtls_net_init(&client);
    mbedtls_net_init(&server);

    return unit_setup(state);
}

static int teardown(void **state)
{
    mbedtls_net_free(&bound);
    mbedtls_net_free(&client);
    mbedtls_net_free(&server);

    return unit_teardown(state);
}

/* A free port as text. */
static char *free_port(int type, char *text)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, type, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    sprintf(text, "%u", ntohs(address.sin_port));

    return text;
}

/* Bind a free port of an address; writes the port as text. */
static void listen_at(const char *address, int proto, char *port)
{
    int tries;

    for (tries = 0; tries < 20 && bound.fd < 0; tries++)
    {
        free_port(proto == MBEDTLS_NET_PROTO_UDP ? SOCK_DGRAM : SOCK_STREAM, port);
        (void)mbedtls_net_bind(&bound, address, port, proto);
    }
    assert_true(bound.fd >= 0);
}

/* Connect client and server over TCP. */
static void connect_pair(void)
{
    char port[8];

    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    assert_int_equal(mbedtls_net_connect(&client, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP), 0);
    assert_int_equal(mbedtls_net_accept(&bound, &server, NULL, 0, NULL), 0);
    mbedtls_net_free(&bound);
}

static void set_limit(mbedtls_net_context *context, int option, long milliseconds)
{
    struct timeval limit = { milliseconds / 1000, milliseconds % 1000 * 1000 };

    assert_int_equal(setsockopt(context->fd, SOL_SOCKET, option, &limit, sizeof(limit)), 0);
}

static void set_small_buffers(mbedtls_net_context *context)
{
    int size = 4096;

    assert_int_equal(setsockopt(context->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
    assert_int_equal(setsockopt(context->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), 0);
}

/* Close a connection with a reset. */
static void reset(mbedtls_net_context *context)
{
    struct linger now_and_hard = { 1, 0 };

    assert_int_equal(setsockopt(context->fd, SOL_SOCKET, SO_LINGER, &now_and_hard, sizeof(now_and_hard)), 0);
    mbedtls_net_free(context);
    usleep(20000);
}

static int is_nonblocking(int fd)
{
    return (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
}

/* Send until the buffers are full; returns the last result. */
static int send_until_full(mbedtls_net_context *context)
{
    static unsigned char data[65536];
    int i, ret = 0;

    for (i = 0; i < 1000 && ret >= 0; i++)
    {
        ret = mbedtls_net_send(context, data, sizeof(data));
    }

    return ret;
}

static void check_stream(const char *address, size_t length, const void *expected)
{
    unsigned char data[16], ip[16];
    size_t ip_length = 0;
    char port[8];

    listen_at(address, MBEDTLS_NET_PROTO_TCP, port);
    assert_int_equal(mbedtls_net_connect(&client, address, port, MBEDTLS_NET_PROTO_TCP), 0);
    assert_false(is_nonblocking(client.fd));
    assert_int_equal(mbedtls_net_accept(&bound, &server, ip, sizeof(ip), &ip_length), 0);
    assert_int_equal(ip_length, length);
    assert_memory_equal(ip, expected, length);

    assert_int_equal(mbedtls_net_send(&client, (const unsigned char *)"hello", 5), 5);
    assert_int_equal(mbedtls_net_recv(&server, data, sizeof(data)), 5);
    assert_memory_equal(data, "hello", 5);
    assert_int_equal(mbedtls_net_send(&server, (const unsigned char *)"hi", 2), 2);
    assert_int_equal(mbedtls_net_recv_timeout(&client, data, sizeof(data), 1000), 2);
    assert_memory_equal(data, "hi", 2);

    mbedtls_net_free(&server);
    assert_int_equal(mbedtls_net_recv(&client, data, sizeof(data)), 0);
}

static void streams_connect_over_ipv4(void **state)
{
    (void)state;
    check_stream("127.0.0.1", 4, "\x7f\0\0\x01");
}

static void streams_connect_over_ipv6(void **state)
{
    (void)state;
    check_stream("::1", 16, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01");
}

static void check_datagrams(const char *address, size_t length)
{
    mbedtls_net_context first, second, served_first, served_second;
    unsigned char data[16], ip[16];
    size_t ip_length = 0;
    char port[8];

    listen_at(address, MBEDTLS_NET_PROTO_UDP, port);
    mbedtls_net_init(&first);
    mbedtls_net_init(&second);
    assert_int_equal(mbedtls_net_connect(&first, address, port, MBEDTLS_NET_PROTO_UDP), 0);
    assert_int_equal(mbedtls_net_send(&first, (const unsigned char *)"one", 3), 3);
    assert_int_equal(mbedtls_net_accept(&bound, &served_first, ip, sizeof(ip), &ip_length), 0);
    assert_int_equal(ip_length, length);
    /* The first datagram of the peer can still be read. */
    assert_int_equal(mbedtls_net_recv_timeout(&served_first, data, sizeof(data), 1000), 3);
    assert_memory_equal(data, "one", 3);

    assert_int_equal(mbedtls_net_connect(&second, address, port, MBEDTLS_NET_PROTO_UDP), 0);
    assert_int_equal(mbedtls_net_send(&second, (const unsigned char *)"two", 3), 3);
    assert_int_equal(mbedtls_net_accept(&bound, &served_second, NULL, 0, NULL), 0);
    assert_int_not_equal(served_first.fd, served_second.fd);
    assert_int_equal(mbedtls_net_recv_timeout(&served_second, data, sizeof(data), 1000), 3);
    assert_memory_equal(data, "two", 3);

    /* Each peer has its own socket. */
    assert_int_equal(mbedtls_net_send(&served_second, (const unsigned char *)"to two", 6), 6);
    assert_int_equal(mbedtls_net_recv_timeout(&second, data, sizeof(data), 1000), 6);
    assert_int_equal(mbedtls_net_recv_timeout(&first, data, sizeof(data), 20), MBEDTLS_ERR_SSL_TIMEOUT);
    assert_int_equal(mbedtls_net_send(&first, (const unsigned char *)"again", 5), 5);
    assert_int_equal(mbedtls_net_recv_timeout(&served_first, data, sizeof(data), 1000), 5);

    mbedtls_net_free(&first);
    mbedtls_net_free(&second);
    mbedtls_net_free(&served_first);
    mbedtls_net_free(&served_second);
    mbedtls_net_free(&bound);
}

static void datagrams_are_accepted_peer_by_peer(void **state)
{
    (void)state;
    check_datagrams("127.0.0.1", 4);
    check_datagrams("::1", 16);
}

static void accept_refuses_a_buffer_that_is_too_small(void **state)
{
    unsigned char ip[16];
    size_t ip_length;
    char port[8];

    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    assert_int_equal(mbedtls_net_connect(&client, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP), 0);
    assert_int_equal(mbedtls_net_accept(&bound, &server, ip, 3, &ip_length), MBEDTLS_ERR_NET_BUFFER_TOO_SMALL);
}

static void accept_ends_after_the_io_timeout(void **state)
{
    char port[8];

    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_accept(&bound, &server, NULL, 0, NULL), TLS_ERR_TIMEOUT);
    assert_in_range(fake.waited, PKG_MBEDTLS_IO_TIMEOUT, PKG_MBEDTLS_IO_TIMEOUT + 10);
}

static void accept_on_a_nonblocking_socket_returns_want_read_at_once(void **state)
{
    char port[8];

    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    assert_int_equal(mbedtls_net_set_nonblock(&bound), 0);
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_accept(&bound, &server, NULL, 0, NULL), MBEDTLS_ERR_SSL_WANT_READ);
    assert_int_equal(fake.waited, 0);
}

static void bind_reports_a_used_port_and_an_unknown_host(void **state)
{
    mbedtls_net_context other;
    char port[8];

    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    mbedtls_net_init(&other);
    assert_int_equal(mbedtls_net_bind(&other, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP),
                     MBEDTLS_ERR_NET_BIND_FAILED);
    assert_int_equal(other.fd, -1);
    assert_int_equal(standin_resolve_add("nobody.test=!nxdomain"), RT_EOK);
    assert_int_equal(mbedtls_net_bind(&other, "nobody.test", port, MBEDTLS_NET_PROTO_TCP),
                     MBEDTLS_ERR_NET_UNKNOWN_HOST);
    assert_int_equal(other.fd, -1);
}

static void poll_reports_what_is_ready(void **state)
{
    uint64_t start;

    (void)state;
    connect_pair();
    start = now();
    assert_int_equal(mbedtls_net_poll(&client, MBEDTLS_NET_POLL_READ, SHORT), 0);
    assert_took(start, SHORT);
    assert_int_equal(mbedtls_net_poll(&client, MBEDTLS_NET_POLL_READ, 0), 0);
    assert_int_equal(mbedtls_net_poll(&client, MBEDTLS_NET_POLL_WRITE, 1000), MBEDTLS_NET_POLL_WRITE);
    assert_int_equal(mbedtls_net_send(&server, (const unsigned char *)"x", 1), 1);
    assert_int_equal(mbedtls_net_poll(&client, MBEDTLS_NET_POLL_READ, 1000), MBEDTLS_NET_POLL_READ);
    assert_int_equal(mbedtls_net_poll(&client, MBEDTLS_NET_POLL_READ | MBEDTLS_NET_POLL_WRITE, 1000),
                     MBEDTLS_NET_POLL_READ | MBEDTLS_NET_POLL_WRITE);
    assert_int_equal(mbedtls_net_poll(&client, 4, 0), MBEDTLS_ERR_NET_BAD_INPUT_DATA);
    mbedtls_net_free(&client);
    assert_int_equal(mbedtls_net_poll(&client, MBEDTLS_NET_POLL_READ, 0), MBEDTLS_ERR_NET_INVALID_CONTEXT);
}

static void a_poll_without_a_limit_ends_after_the_io_timeout(void **state)
{

    (void)state;
    connect_pair();
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_poll(&client, MBEDTLS_NET_POLL_READ, (uint32_t)-1), 0);
    assert_in_range(fake.waited, 1, PKG_MBEDTLS_IO_TIMEOUT + 10);
}

static void recv_timeout_ends_on_time(void **state)
{
    unsigned char byte;
    uint64_t start;

    (void)state;
    connect_pair();
    start = now();
    assert_int_equal(mbedtls_net_recv_timeout(&client, &byte, 1, SHORT), MBEDTLS_ERR_SSL_TIMEOUT);
    assert_took(start, SHORT);
    mbedtls_net_free(&client);
    assert_int_equal(mbedtls_net_recv_timeout(&client, &byte, 1, SHORT), MBEDTLS_ERR_NET_INVALID_CONTEXT);
}

static void recv_timeout_of_zero_ends_after_the_io_timeout(void **state)
{
    unsigned char byte;

    (void)state;
    connect_pair();
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_recv_timeout(&client, &byte, 1, 0), MBEDTLS_ERR_SSL_TIMEOUT);
    assert_in_range(fake.waited, PKG_MBEDTLS_IO_TIMEOUT, PKG_MBEDTLS_IO_TIMEOUT + 10);
}

static void recv_timeout_may_exceed_a_minute(void **state)
{
    unsigned char byte;

    (void)state;
    connect_pair();
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_recv_timeout(&client, &byte, 1, LONG), MBEDTLS_ERR_SSL_TIMEOUT);
    assert_in_range(fake.waited, LONG - 10, LONG + 1000);
}

static void the_limit_of_a_socket_may_exceed_a_minute(void **state)
{
    unsigned char byte;

    (void)state;
    connect_pair();
    set_limit(&client, SO_RCVTIMEO, LONG);
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_recv(&client, &byte, 1), TLS_ERR_TIMEOUT);
    assert_in_range(fake.waited, LONG - 10, LONG + 1000);
}

static void a_nonblocking_socket_never_waits(void **state)
{
    unsigned char byte;

    (void)state;
    connect_pair();
    set_small_buffers(&client);
    assert_int_equal(mbedtls_net_set_nonblock(&client), 0);
    assert_true(is_nonblocking(client.fd));
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_recv(&client, &byte, 1), MBEDTLS_ERR_SSL_WANT_READ);
    assert_int_equal(send_until_full(&client), MBEDTLS_ERR_SSL_WANT_WRITE);
    assert_int_equal(fake.waited, 0);
    assert_int_equal(mbedtls_net_set_block(&client), 0);
    assert_false(is_nonblocking(client.fd));
}

static void a_blocking_socket_keeps_its_own_limit(void **state)
{
    unsigned char byte;
    uint64_t start;

    (void)state;
    connect_pair();
    set_small_buffers(&client);
    set_limit(&client, SO_RCVTIMEO, SHORT);
    set_limit(&client, SO_SNDTIMEO, 2 * SHORT);
    assert_int_equal(tls_net_socket_timeout(client.fd, MBEDTLS_ERR_SSL_WANT_READ), SHORT);
    assert_int_equal(tls_net_socket_timeout(client.fd, MBEDTLS_ERR_SSL_WANT_WRITE), 2 * SHORT);
    start = now();
    assert_int_equal(mbedtls_net_recv(&client, &byte, 1), TLS_ERR_TIMEOUT);
    assert_took(start, SHORT);
    start = now();
    assert_int_equal(send_until_full(&client), TLS_ERR_TIMEOUT);
    assert_took(start, 2 * SHORT);
}

static void a_blocking_socket_without_a_limit_has_the_io_timeout(void **state)
{
    unsigned char byte;

    (void)state;
    connect_pair();
    set_small_buffers(&client);
    assert_int_equal(tls_net_socket_timeout(client.fd, MBEDTLS_ERR_SSL_WANT_READ), 0);
    fake.is_on = 1;
    assert_int_equal(mbedtls_net_recv(&client, &byte, 1), TLS_ERR_TIMEOUT);
    assert_in_range(fake.waited, PKG_MBEDTLS_IO_TIMEOUT, PKG_MBEDTLS_IO_TIMEOUT + 10);
    fake.waited = 0;
    assert_int_equal(send_until_full(&client), TLS_ERR_TIMEOUT);
    assert_in_range(fake.waited, PKG_MBEDTLS_IO_TIMEOUT, PKG_MBEDTLS_IO_TIMEOUT + 10);
}

static void the_limit_of_a_socket_is_read_as_milliseconds(void **state)
{

    (void)state;
    connect_pair();
    set_limit(&client, SO_RCVTIMEO, 12340);
    assert_int_equal(tls_net_socket_timeout(client.fd, MBEDTLS_ERR_SSL_WANT_READ), 12340);
    assert_int_equal(tls_net_socket_timeout(client.fd, MBEDTLS_ERR_SSL_WANT_WRITE), 0);
    assert_int_equal(tls_net_socket_timeout(-1, MBEDTLS_ERR_SSL_WANT_READ), 0);
}

static void a_reset_is_reported(void **state)
{
    unsigned char byte;

    (void)state;
    connect_pair();
    reset(&server);
    assert_int_equal(mbedtls_net_recv(&client, &byte, 1), MBEDTLS_ERR_NET_CONN_RESET);
    mbedtls_net_free(&client);

    connect_pair();
    reset(&server);
    assert_int_equal(mbedtls_net_recv_timeout(&client, &byte, 1, 1000), MBEDTLS_ERR_NET_CONN_RESET);
    mbedtls_net_free(&client);

    connect_pair();
    reset(&server);
    assert_int_equal(mbedtls_net_send(&client, &byte, 1), MBEDTLS_ERR_NET_CONN_RESET);
}

static void sending_on_a_closed_connection_gives_a_code_and_no_signal(void **state)
{

    (void)state;
    connect_pair();
    mbedtls_net_free(&server);
    assert_int_equal(send_until_full(&client), MBEDTLS_ERR_NET_CONN_RESET);
}

static void free_closes_once_and_sets_minus_one(void **state)
{
    rt_size_t before = standin_fd_count();
    unsigned char byte;

    (void)state;
    connect_pair();
    assert_int_equal(standin_fd_count(), before + 2);
    mbedtls_net_free(&client);
    mbedtls_net_close(&server);
    assert_int_equal(standin_fd_count(), before);
    assert_int_equal(client.fd, -1);
    assert_int_equal(server.fd, -1);
    mbedtls_net_free(&client);
    mbedtls_net_close(&server);
    assert_int_equal(mbedtls_net_recv(&client, &byte, 1), MBEDTLS_ERR_NET_INVALID_CONTEXT);
    assert_int_equal(mbedtls_net_send(&client, &byte, 1), MBEDTLS_ERR_NET_INVALID_CONTEXT);
    assert_int_equal(tls_net_wait(-1, MBEDTLS_ERR_SSL_WANT_READ, 0), MBEDTLS_ERR_NET_POLL_FAILED);
    assert_int_equal(tls_net_wait(FD_SETSIZE, MBEDTLS_ERR_SSL_WANT_READ, 0), MBEDTLS_ERR_NET_POLL_FAILED);
    tls_net_close_socket(-1);
}

static void an_unknown_host_is_reported(void **state)
{

    (void)state;
    assert_int_equal(standin_resolve_add("nobody.test=!nxdomain"), RT_EOK);
    assert_int_equal(standin_resolve_add("broken.test=!fail"), RT_EOK);
    assert_int_equal(mbedtls_net_connect(&client, "nobody.test", "443", MBEDTLS_NET_PROTO_TCP),
                     MBEDTLS_ERR_NET_UNKNOWN_HOST);
    assert_int_equal(mbedtls_net_connect(&client, "broken.test", "443", MBEDTLS_NET_PROTO_TCP),
                     MBEDTLS_ERR_NET_UNKNOWN_HOST);
    assert_int_equal(client.fd, -1);
}

static void a_refused_connection_is_reported(void **state)
{
    char port[8];

    (void)state;
    free_port(SOCK_STREAM, port);
    assert_int_equal(mbedtls_net_connect(&client, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP),
                     MBEDTLS_ERR_NET_CONNECT_FAILED);
    assert_int_equal(client.fd, -1);
}

static void the_next_address_is_tried_after_a_refusal(void **state)
{
    char port[8], rule[64];

    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    sprintf(rule, "many.test=[::1],127.0.0.3,127.0.0.1");
    assert_int_equal(standin_resolve_add(rule), RT_EOK);
    assert_int_equal(mbedtls_net_connect(&client, "many.test", port, MBEDTLS_NET_PROTO_TCP), 0);
    assert_int_equal(mbedtls_net_accept(&bound, &server, NULL, 0, NULL), 0);
}

/* A listener at 127.0.0.2 whose queue is full: a connect gets no answer. */
struct silent
{
    int listener;
    int waiting[8];
    char port[8];
};

static void silent_begin(struct silent *silent, const char *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    int on = 1;
    size_t i;

    inet_pton(AF_INET, "127.0.0.2", &address.sin_addr);
    address.sin_port = htons((uint16_t)(port != NULL ? atoi(port) : 0));
    silent->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(silent->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(silent->listener, 0), 0);
    assert_int_equal(getsockname(silent->listener, (struct sockaddr *)&address, &size), 0);
    sprintf(silent->port, "%u", ntohs(address.sin_port));
    for (i = 0; i < 8; i++)
    {
        silent->waiting[i] = socket(AF_INET, SOCK_STREAM, 0);
        ioctl(silent->waiting[i], FIONBIO, &on);
        (void)connect(silent->waiting[i], (struct sockaddr *)&address, size);
    }
    usleep(20000);
}

static void silent_end(struct silent *silent)
{
    size_t i;

    for (i = 0; i < 8; i++)
    {
        close(silent->waiting[i]);
    }
    close(silent->listener);
}

static void a_silent_address_leaves_time_for_the_next(void **state)
{
    struct silent silent;
    struct tls_net_connect job;
    char port[8];
    uint64_t start;
    int fd = -1, ret;

    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    silent_begin(&silent, port);
    assert_int_equal(standin_resolve_add("two.test=127.0.0.2,127.0.0.1"), RT_EOK);
    assert_int_equal(tls_net_connect_start(&job, "two.test", port, MBEDTLS_NET_PROTO_TCP), 0);
    start = now();
    do
    {
        uint32_t left = (uint32_t)(2000 - (now() - start));

        ret = tls_net_connect_step(&job, left, &fd);
        if (ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE)
        {
            tls_net_connect_wait(&job, left);
        }
    }
    while (ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE);
    assert_int_equal(ret, 0);
    assert_in_range(now() - start, 900, 1900);
    assert_true(is_nonblocking(fd));
    tls_net_close_socket(fd);
    silent_end(&silent);
}

/* Start a connect that gets no answer. */
static void connect_to_silence(struct silent *silent, struct tls_net_connect *job, int *fd)
{
    *fd = -1;
    silent_begin(silent, NULL);
    assert_int_equal(tls_net_connect_start(job, "127.0.0.2", silent->port, MBEDTLS_NET_PROTO_TCP), 0);
    assert_int_equal(tls_net_connect_step(job, 1000, fd), MBEDTLS_ERR_SSL_WANT_WRITE);
}

static void a_connect_without_time_left_times_out_and_releases_all(void **state)
{
    struct tls_net_connect job;
    struct silent silent;
    int fd;

    (void)state;
    connect_to_silence(&silent, &job, &fd);
    assert_int_equal(tls_net_connect_step(&job, 0, &fd), TLS_ERR_TIMEOUT);
    assert_int_equal(job.fd, -1);
    assert_int_equal(fd, -1);
    /* The job has ended. */
    assert_true(tls_net_connect_step(&job, 1000, &fd) < 0);
    tls_net_connect_cancel(&job);
    silent_end(&silent);
}

static void a_connect_may_be_cancelled_before_it_began(void **state)
{
    struct tls_net_connect job;

    (void)state;
    memset(&job, 0, sizeof(job));
    tls_net_connect_cancel(&job);
    tls_net_connect_cancel(&job);
    /* It must not close descriptor 0. */
    assert_true(fcntl(0, F_GETFD) != -1 || standin_fd_count() > 0);
}

static void a_connect_may_be_cancelled_during_the_look_up(void **state)
{
    struct tls_net_connect job;
    int fd = -1;

    (void)state;
    assert_int_equal(standin_resolve_add("slow.test=!hang:1"), RT_EOK);
    assert_int_equal(tls_net_connect_start(&job, "slow.test", "443", MBEDTLS_NET_PROTO_TCP), 0);
    assert_int_equal(tls_net_connect_step(&job, 1000, &fd), MBEDTLS_ERR_SSL_WANT_READ);
    assert_int_equal(job.fd, -1);
    tls_net_connect_wait(&job, 20);
    assert_int_equal(tls_net_connect_step(&job, 1000, &fd), MBEDTLS_ERR_SSL_WANT_READ);
    tls_net_connect_cancel(&job);
    tls_net_connect_cancel(&job);
    /* The thread releases the rest when the answer comes; unit_teardown() waits for it. */
}

static void a_connect_may_be_cancelled_after_the_look_up_has_ended(void **state)
{
    struct tls_net_connect job;

    (void)state;
    assert_int_equal(standin_resolve_add("fast.test=127.0.0.1"), RT_EOK);
    assert_int_equal(tls_net_connect_start(&job, "fast.test", "443", MBEDTLS_NET_PROTO_TCP), 0);
    tls_net_connect_wait(&job, 1000);
    assert_true(standin_thread_wait(1000));
    tls_net_connect_cancel(&job);
}

static void a_connect_may_be_cancelled_with_an_address_at_hand(void **state)
{
    struct tls_net_connect job;

    (void)state;
    assert_int_equal(tls_net_connect_start(&job, "127.0.0.1", "443", MBEDTLS_NET_PROTO_TCP), 0);
    tls_net_connect_cancel(&job);
    assert_int_equal(job.fd, -1);
}

static void a_connect_may_be_cancelled_during_the_connect(void **state)
{
    struct tls_net_connect job;
    struct silent silent;
    int fd;

    (void)state;
    connect_to_silence(&silent, &job, &fd);
    assert_true(job.fd >= 0);
    tls_net_connect_wait(&job, 10);
    tls_net_connect_cancel(&job);
    assert_int_equal(job.fd, -1);
    silent_end(&silent);
}

static void a_connect_may_be_cancelled_when_it_has_ended(void **state)
{
    struct tls_net_connect job;
    char port[8];
    int fd = -1, ret;

    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, port);
    assert_int_equal(tls_net_connect_start(&job, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP), 0);
    while ((ret = tls_net_connect_step(&job, 1000, &fd)) == MBEDTLS_ERR_SSL_WANT_WRITE)
    {
        tls_net_connect_wait(&job, 1000);
    }
    assert_int_equal(ret, 0);
    tls_net_connect_cancel(&job);
    /* The socket belongs to the caller. */
    assert_true(is_nonblocking(fd));
    tls_net_close_socket(fd);
}

static char listening_port[8];

static int connect_and_free(const char *host)
{
    int ret = mbedtls_net_connect(&client, host, listening_port, MBEDTLS_NET_PROTO_TCP);

    assert_true(ret == 0 || client.fd == -1);
    mbedtls_net_free(&client);

    return ret;
}

static int connect_by_name(void)
{
    return connect_and_free("fast.test");
}

static int connect_by_address(void)
{
    return connect_and_free("127.0.0.1");
}

static void a_connect_without_memory_fails_and_releases_all(void **state)
{
    (void)state;
    listen_at("127.0.0.1", MBEDTLS_NET_PROTO_TCP, listening_port);
    assert_int_equal(standin_resolve_add("fast.test=127.0.0.1"), RT_EOK);
    assert_true(unit_fail_each(connect_by_name, MBEDTLS_ERR_SSL_ALLOC_FAILED, RT_FALSE) > 2);
    assert_true(unit_fail_each(connect_by_address, MBEDTLS_ERR_SSL_ALLOC_FAILED, RT_FALSE) > 0);
}

static void a_look_up_without_an_answer_ends_after_the_connect_timeout(void **state)
{
    uint64_t start = now();

    (void)state;
    if (PKG_MBEDTLS_CONNECT_TIMEOUT > 3000)
    {
        skip();
    }
    assert_int_equal(standin_resolve_add("slow.test=!hang:3"), RT_EOK);
    assert_int_equal(mbedtls_net_connect(&client, "slow.test", "443", MBEDTLS_NET_PROTO_TCP), TLS_ERR_TIMEOUT);
    assert_took(start, PKG_MBEDTLS_CONNECT_TIMEOUT);
    assert_int_equal(client.fd, -1);
}

static void a_connect_without_an_answer_ends_after_the_connect_timeout(void **state)
{
    struct silent silent;
    uint64_t start = now();

    (void)state;
    if (PKG_MBEDTLS_CONNECT_TIMEOUT > 3000)
    {
        skip();
    }
    silent_begin(&silent, NULL);
    assert_int_equal(mbedtls_net_connect(&client, "127.0.0.2", silent.port, MBEDTLS_NET_PROTO_TCP),
                     TLS_ERR_TIMEOUT);
    assert_took(start, PKG_MBEDTLS_CONNECT_TIMEOUT);
    assert_int_equal(client.fd, -1);
    silent_end(&silent);
}

static void usleep_sleeps_for_its_time(void **state)
{
    uint64_t start = now();

    (void)state;
    mbedtls_net_usleep(SHORT * 1000);
    assert_took(start, SHORT);
}

#define NET_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        NET_TEST(streams_connect_over_ipv4),
        NET_TEST(streams_connect_over_ipv6),
        NET_TEST(datagrams_are_accepted_peer_by_peer),
        NET_TEST(accept_refuses_a_buffer_that_is_too_small),
        NET_TEST(accept_ends_after_the_io_timeout),
        NET_TEST(accept_on_a_nonblocking_socket_returns_want_read_at_once),
        NET_TEST(bind_reports_a_used_port_and_an_unknown_host),
        NET_TEST(poll_reports_what_is_ready),
        NET_TEST(a_poll_without_a_limit_ends_after_the_io_timeout),
        NET_TEST(recv_timeout_ends_on_time),
        NET_TEST(recv_timeout_of_zero_ends_after_the_io_timeout),
        NET_TEST(recv_timeout_may_exceed_a_minute),
        NET_TEST(the_limit_of_a_socket_may_exceed_a_minute),
        NET_TEST(a_nonblocking_socket_never_waits),
        NET_TEST(a_blocking_socket_keeps_its_own_limit),
        NET_TEST(a_blocking_socket_without_a_limit_has_the_io_timeout),
        NET_TEST(the_limit_of_a_socket_is_read_as_milliseconds),
        NET_TEST(a_reset_is_reported),
        NET_TEST(sending_on_a_closed_connection_gives_a_code_and_no_signal),
        NET_TEST(free_closes_once_and_sets_minus_one),
        NET_TEST(an_unknown_host_is_reported),
        NET_TEST(a_refused_connection_is_reported),
        NET_TEST(the_next_address_is_tried_after_a_refusal),
        NET_TEST(a_silent_address_leaves_time_for_the_next),
        NET_TEST(a_connect_without_time_left_times_out_and_releases_all),
        NET_TEST(a_connect_may_be_cancelled_before_it_began),
        NET_TEST(a_connect_may_be_cancelled_during_the_look_up),
        NET_TEST(a_connect_may_be_cancelled_after_the_look_up_has_ended),
        NET_TEST(a_connect_may_be_cancelled_with_an_address_at_hand),
        NET_TEST(a_connect_may_be_cancelled_during_the_connect),
        NET_TEST(a_connect_may_be_cancelled_when_it_has_ended),
        NET_TEST(a_connect_without_memory_fails_and_releases_all),
        NET_TEST(a_look_up_without_an_answer_ends_after_the_connect_timeout),
        NET_TEST(a_connect_without_an_answer_ends_after_the_connect_timeout),
        NET_TEST(usleep_sleeps_for_its_time),
    };

    return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
