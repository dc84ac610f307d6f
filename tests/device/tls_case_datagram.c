/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case: sessions over datagrams, which ping a server that echoes.
 */
#include <stdlib.h>
#include <string.h>

#include "tls_case.h"

#include "../../ports/src/base/tls_has.h"

#define PING_MAX        16384

static int set_transport(struct tls_case *test, const char *value)
{
    test->session->options.transport = strcmp(value, "datagram") == 0 ? TLS_TRANSPORT_DATAGRAM : 7;

    return 0;
}

const struct tls_case_key tls_case_datagram_keys[] =
{
    TLS_CASE_APPLY("transport", "datagram", TLS_CASE_OPTION, set_transport),
    TLS_CASE_NUMBER("mtu", "BYTES: options.mtu", mtu),
    TLS_CASE_NUMBER("first", "MS: options.retransmit_first", retransmit_first),
    TLS_CASE_NUMBER("last", "MS: options.retransmit_last", retransmit_last),
    TLS_CASE_NUMBER("badlimit", "N: options.bad_record_limit", bad_record_limit),
    TLS_CASE_READ("pings", "N: N datagrams out and back, one after the other"),
    TLS_CASE_READ("size", "BYTES: of a ping"),
    TLS_CASE_READ("grow", "BYTES: each ping is longer by that"),
    TLS_CASE_READ("wait", "MS: for the echo of a ping; other datagrams count as strange"),
    TLS_CASE_READ("pause", "MS: before each ping"),
    TLS_CASE_READ("burst", "N: N datagrams out, then their echoes back in the same order"),
    TLS_CASE_READ("rebind", "N: tls_client_rebind() before the N-th ping"),
    TLS_CASE_END_OF_KEYS,
};

/* Fill a datagram with a line of text, because some servers echo nothing else. Returns its size. */
static unsigned long fill(const struct tls_case *test, unsigned char *data, unsigned long number)
{
    unsigned long size = tls_case_number(test, "size", 64) + number * tls_case_number(test, "grow", 0);
    unsigned long i;

    size = size < PING_MAX ? size : PING_MAX;
    for (i = 0; i < size; i++)
    {
        data[i] = i + 1 < size ? (unsigned char)('a' + tls_case_pattern(number * 7919 + i) % 26) : '\n';
    }

    return size;
}

static int burst(struct tls_case *test)
{
    static unsigned char out[PING_MAX], in[PING_MAX];
    unsigned long count = tls_case_number(test, "burst", 0);
    unsigned long number, size;
    int ret = 0;

    for (number = 0; number < count && ret >= 0; number++)
    {
        size = fill(test, out, number);
        ret = mbedtls_client_write(test->session, out, size);
        rt_thread_mdelay(5);
    }
    rt_thread_mdelay((rt_int32_t)tls_case_number(test, "pause", 0));
    for (number = 0; number < count && ret >= 0; number++)
    {
        size = fill(test, out, number);
        ret = mbedtls_client_read(test->session, in, PING_MAX);
        if (ret == (int)size && memcmp(in, out, size) == 0)
        {
            test->outcome.echoed++;
        }
        else
        {
            test->outcome.strange++;
        }
    }

    return ret;
}

/* One datagram out, and its echo back. Returns 0 or more, or a failure. */
static int ping(struct tls_case *test, unsigned long number)
{
    static unsigned char out[PING_MAX], in[PING_MAX];
    struct tls_case_outcome *outcome = &test->outcome;
    unsigned long size = fill(test, out, number);
    unsigned long wait = tls_case_number(test, "wait", 500);
    rt_tick_t start = rt_tick_get();
    int ret;

    ret = mbedtls_client_write(test->session, out, size);
    outcome->sent += ret > 0 ? (unsigned long)ret : 0;
    while (ret >= 0 && (unsigned long)(rt_tick_get() - start) < wait)
    {
        test->session->options.io_timeout = (uint32_t)(wait - (rt_tick_get() - start));
        ret = mbedtls_client_read(test->session, in, tls_case_number(test, "reads", PING_MAX));
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

int tls_case_ping(struct tls_case *test)
{
    struct tls_case_outcome *outcome = &test->outcome;
    unsigned long count = tls_case_number(test, "pings", 0);
    unsigned long rebind = tls_case_number(test, "rebind", 0);
    unsigned long number;
    int ret = burst(test);

    if (TLS_HAS(PKG_MBEDTLS_DTLS))
    {
        outcome->fits = (unsigned long)tls_client_datagram_size(test->session);
        outcome->has_id = tls_client_has_connection_id(test->session);
    }
    for (number = 1; number <= count && ret >= 0; number++)
    {
        if (TLS_HAS(PKG_MBEDTLS_DTLS) && number == rebind)
        {
            outcome->rebound = tls_client_rebind(test->session);
        }
        rt_thread_mdelay((rt_int32_t)tls_case_number(test, "pause", 0));
        ret = ping(test, number - 1);
    }

    return ret;
}
