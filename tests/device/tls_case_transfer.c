/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: connecting, sending and receiving.
 */
#include <stdlib.h>
#include <string.h>

#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "tls_case.h"

static int limit_reads(struct tls_case *test, const char *value)
{
    unsigned long limit = strtoul(value, RT_NULL, 10);
    struct timeval time;

    time.tv_sec = (long)(limit / 1000);
    time.tv_usec = (long)(limit % 1000) * 1000;
    setsockopt(test->session->server_fd.fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));

    return 0;
}

const struct tls_case_key tls_case_transfer_keys[] =
{
    TLS_CASE_READ("step", "1: connect with tls_client_connect_step() and select()"),
    TLS_CASE_APPLY("rcvtimeo", "MS: SO_RCVTIMEO on the descriptor after the connect", TLS_CASE_CONNECTED, limit_reads),
    TLS_CASE_READ("get", "PATH: send a GET over HTTP/1.0"),
    TLS_CASE_READ("send", "BYTES: send a pattern"),
    TLS_CASE_READ("chunk", "BYTES: in pieces of so many bytes"),
    TLS_CASE_READ("echo", "1: expect what was sent to come back"),
    TLS_CASE_READ("read", "all|BYTES: read until the end, or so many bytes"),
    TLS_CASE_READ("reads", "BYTES: buffer of a read"),
    TLS_CASE_READ("larger", "BYTES: buffer of a read after TLS_ERR_TOO_LONG"),
    TLS_CASE_READ("retry", "N: go on after N reads or writes that timed out"),
    TLS_CASE_END_OF_KEYS,
};

/* Wait as an application does that has a loop of its own. */
static void poll_once(struct tls_case *test, int want)
{
    struct timeval limit = { 0, 20000 };
    fd_set set;
    int fd;

    test->outcome.polls++;
    tls_client_poll(test->session, &fd);
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

int tls_case_connect(struct tls_case *test)
{
    int ret;

    if (tls_case_number(test, "step", 0) == 0)
    {
        return mbedtls_client_connect(test->session);
    }
    while (is_want(ret = tls_client_connect_step(test->session)))
    {
        poll_once(test, ret);
    }

    return ret;
}

/* Whether a call is to be made again: it wants to wait, or timed out and retry= allows it. */
static int is_repeated(struct tls_case *test, int ret)
{
    if (is_want(ret))
    {
        poll_once(test, ret);
        return 1;
    }
    if (ret != TLS_ERR_TIMEOUT || test->outcome.timeouts >= tls_case_number(test, "retry", 0))
    {
        return 0;
    }
    test->outcome.timeouts++;

    return 1;
}

unsigned char tls_case_pattern(unsigned long offset)
{
    return (unsigned char)(offset * 31 + offset / 251);
}

static int send_request(struct tls_case *test, const char *path)
{
    char request[4096];
    size_t length = (size_t)rt_snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\n\r\n", path);
    int ret = mbedtls_client_write(test->session, (unsigned char *)request, length);

    test->outcome.sent += ret > 0 ? (unsigned long)ret : 0;

    return ret;
}

static int send_pattern(struct tls_case *test, unsigned long part)
{
    struct tls_case_outcome *outcome = &test->outcome;
    unsigned char data[4096];
    unsigned long i;
    int ret;

    for (i = 0; i < part; i++)
    {
        data[i] = tls_case_pattern(outcome->sent + i);
    }
    outcome->call_start = rt_tick_get();
    ret = mbedtls_client_write(test->session, data, part);
    if (is_repeated(test, ret))
    {
        return 0;
    }
    outcome->partials += ret > 0 && (unsigned long)ret < part;
    outcome->sent += ret > 0 ? (unsigned long)ret : 0;

    return ret;
}

int tls_case_send(struct tls_case *test)
{
    unsigned long total = tls_case_number(test, "send", 0);
    unsigned long chunk = tls_case_number(test, "chunk", 1024);
    const char *path = tls_case_text(test, "get");
    int ret = path != RT_NULL ? send_request(test, path) : 0;

    chunk = chunk < 4096 ? chunk : 4096;
    while (ret >= 0 && test->outcome.sent < total)
    {
        unsigned long left = total - test->outcome.sent;

        ret = send_pattern(test, left < chunk ? left : chunk);
    }

    return ret < 0 ? ret : 0;
}

static void note_received(struct tls_case_outcome *outcome, const unsigned char *data, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++)
    {
        unsigned long at = outcome->received++;

        outcome->intact &= data[i] == tls_case_pattern(at);
        outcome->sum = outcome->sum * 33 + data[i];
        if (at < sizeof(outcome->head) - 1)
        {
            outcome->head[at] = (char)data[i];
        }
    }
}

int tls_case_receive(struct tls_case *test)
{
    struct tls_case_outcome *outcome = &test->outcome;
    const char *amount = tls_case_text(test, "read");
    int to_the_end = tls_case_is(test, "read", "all");
    unsigned long total = amount != RT_NULL ? strtoul(amount, RT_NULL, 10) : 0;
    unsigned long size = tls_case_number(test, "reads", 1024);
    unsigned long larger = tls_case_number(test, "larger", 0);
    unsigned char data[4096];
    int ret;

    size = size < sizeof(data) ? size : sizeof(data);
    while (amount != RT_NULL && (to_the_end || outcome->received < total))
    {
        outcome->call_start = rt_tick_get();
        ret = mbedtls_client_read(test->session, data, size);
        if (is_repeated(test, ret))
        {
            continue;
        }
        if (ret == TLS_ERR_TOO_LONG && size < larger)
        {
            size = larger;
            continue;
        }
        if (ret <= 0)
        {
            return ret;
        }
        note_received(outcome, data, (size_t)ret);
    }

    return 1;
}
