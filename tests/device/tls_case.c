/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_case key=value...: runs one session with these settings and prints its
 * outcome as one line of JSON. tools/mbedtls_host/device.py calls it. Without
 * arguments it lists the keys.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <finsh.h>
#include <msh.h>

#include <tls_client_resume.h>

#include "standin.h"
#include "tls_case.h"

#include "../../ports/src/base/tls_has.h"

#define FAILED_ALLOCATIONS_MAX  20000   /* of fail=all */

static int show_debug(struct tls_case *test, const char *value)
{
    char command[32];

    (void)test;
    msh_exec(command, (rt_size_t)rt_snprintf(command, sizeof(command), "tls_debug %s", value));

    return 0;
}

const struct tls_case_key tls_case_run_keys[] =
{
    TLS_CASE_READ("host", "NAME: server's name or address; \"-\": none"),
    TLS_CASE_READ("port", "PORT: \"-\": none"),
    TLS_CASE_READ("end", "1: a static session that ends with tls_client_end()"),
    TLS_CASE_READ("times", "N: N sessions, one after the other"),
    TLS_CASE_READ("again", "1: after a failed connect, connect once more"),
    TLS_CASE_READ("second", "1: limit the versions for that second connect only"),
    TLS_CASE_READ("fail", "N|all: the N-th allocation fails; all: N = 1, 2, 3... until a session succeeds"),
    TLS_CASE_READ("upto", "M: N, N + by... up to M, a session for each"),
    TLS_CASE_READ("by", "K: step of upto="),
    TLS_CASE_READ("permanent", "1: all allocations after the failed one fail, too"),
    TLS_CASE_READ("tick", "N: first value of the tick"),
    TLS_CASE_READ("clock", "SECONDS: what the RTC says from now on, since 1970"),
    TLS_CASE_READ("settle", "MS: wait at most so long for threads of the session to end"),
    TLS_CASE_APPLY("debug", "LEVEL: the command tls_debug after the connect", TLS_CASE_CONNECTED, show_debug),
    TLS_CASE_END_OF_KEYS,
};

/* From init to context; the next step is the connect. */
static int set_up(struct tls_case *test)
{
    static char entropy[] = "tls_case";
    struct tls_case_outcome *outcome = &test->outcome;

    outcome->stage = "init";
    outcome->ret = mbedtls_client_init(test->session, entropy, sizeof(entropy) - 1);
    if (outcome->ret != 0 || tls_case_misuse(test, "init"))
    {
        return 0;
    }
    (void)tls_case_apply(test, TLS_CASE_OPTION);
    tls_case_parse_roots(test);

    outcome->stage = "context";
    outcome->ret = mbedtls_client_context(test->session);
    if (outcome->ret != 0 || tls_case_misuse(test, "context"))
    {
        return 0;
    }
    outcome->ret = tls_case_number(test, "second", 0) == 0 ? tls_case_apply(test, TLS_CASE_VERSION) : 0;
    if (outcome->ret == 0)
    {
        outcome->ret = tls_case_apply(test, TLS_CASE_CONTEXT);
    }

    return outcome->ret == 0;
}

static int connect_session(struct tls_case *test)
{
    struct tls_case_outcome *outcome = &test->outcome;
    const char *own = tls_case_text(test, "own");
    const char *alpn;

    outcome->stage = "connect";
    outcome->ret = own != RT_NULL ? tls_case_connect_engine(test, own) : tls_case_connect(test);
    outcome->fd_after = test->session->server_fd.fd;
    if (outcome->ret != 0 && tls_case_number(test, "again", 0) != 0)
    {
        standin_heap_fail(0, RT_FALSE);
        (void)tls_case_apply(test, TLS_CASE_VERSION);
        outcome->stage = "again";
        outcome->ret = tls_case_connect(test);
    }
    if (outcome->ret != 0)
    {
        return 0;
    }
    outcome->version = mbedtls_ssl_get_version(&test->session->ssl);
    outcome->suite = mbedtls_ssl_get_ciphersuite(&test->session->ssl);
    outcome->asked = TLS_HAS(PKG_MBEDTLS_CLIENT_CERTIFICATE) ? tls_client_is_asked(test->session) : 0;
    outcome->resumed = TLS_HAS(PKG_MBEDTLS_SESSION_TICKETS) ? tls_client_is_resumed(test->session) : 0;
    alpn = tls_client_alpn(test->session);
    rt_snprintf(outcome->alpn, sizeof(outcome->alpn), "%s", alpn != RT_NULL ? alpn : "");
    (void)tls_case_apply(test, TLS_CASE_CONNECTED);

    return !tls_case_misuse(test, "connect");
}

static void talk(struct tls_case *test)
{
    struct tls_case_outcome *outcome = &test->outcome;
    struct standin_heap_stats stats;

    if (tls_case_misuse(test, "create") || !set_up(test) || !connect_session(test))
    {
        return;
    }

    outcome->stage = "ping";
    outcome->ret = tls_case_ping(test);
    if (outcome->ret >= 0)
    {
        outcome->stage = "write";
        outcome->ret = tls_case_send(test);
    }
    if (outcome->ret == 0)
    {
        outcome->stage = "read";
        outcome->ret = tls_case_receive(test);
    }
    (void)tls_case_apply(test, TLS_CASE_END);
    standin_heap_stats(&stats);
    outcome->rest = (long)stats.used;
    outcome->error = errno;
    outcome->call_ms = (rt_tick_t)(rt_tick_get() - outcome->call_start);
}

/* The application owns the session, which may hold anything before mbedtls_client_init(), as after malloc(). */
static void run_static(struct tls_case *test)
{
    static MbedTLSSession session;

    memset(&session, 0xA5, sizeof(session));
    session.host = (char *)tls_case_text(test, "host");
    session.port = (char *)tls_case_text(test, "port");
    test->session = &session;
    talk(test);
}

static char *copy_of(const struct tls_case *test, const char *key)
{
    const char *text = tls_case_text(test, key);

    return text == RT_NULL || strcmp(text, "-") == 0 ? RT_NULL : tls_strdup(text);
}

static void run_from_heap(struct tls_case *test)
{
    test->session = tls_calloc(1, sizeof(*test->session));
    if (test->session == RT_NULL)
    {
        return;
    }
    test->session->host = copy_of(test, "host");
    test->session->port = copy_of(test, "port");
    talk(test);
}

static void end_session(struct tls_case *test, int is_static)
{
    struct tls_case_outcome *outcome = &test->outcome;

    if (tls_case_text(test, "own") != RT_NULL)
    {
        mbedtls_net_free(&test->session->server_fd);
    }
    outcome->report = *tls_client_report(test->session);
    tls_report_what(&outcome->report, outcome->what, sizeof(outcome->what));
    tls_report_remedy(&outcome->report, outcome->remedy, sizeof(outcome->remedy));
    if (is_static)
    {
        tls_client_end(test->session);
        tls_client_end(test->session);
    }
    else
    {
        mbedtls_client_close(test->session);
    }
}

static void run_session(struct tls_case *test)
{
    struct tls_case_outcome *outcome = &test->outcome;
    int is_static = tls_case_number(test, "end", 0) != 0;

    memset(outcome, 0, sizeof(*outcome));
    outcome->stage = "create";
    outcome->ret = MBEDTLS_ERR_SSL_ALLOC_FAILED;
    outcome->intact = 1;
    outcome->fd_after = -2;
    outcome->offered = 1;

    if (is_static)
    {
        run_static(test);
    }
    else
    {
        run_from_heap(test);
    }
    if (test->session != RT_NULL)
    {
        end_session(test, is_static);
        tls_case_drop_client(test);
    }
}

/* Wait until threads that the session abandoned or ended have freed their memory. */
static void settle(const struct tls_case *test, rt_size_t threads)
{
    unsigned long limit = tls_case_number(test, "settle", 1000);
    unsigned long waited;

    for (waited = 0; waited < limit && standin_thread_count() > threads; waited += 2)
    {
        rt_thread_mdelay(2);
    }
}

static void run_and_print(struct tls_case *test)
{
    struct tls_case_outcome *outcome = &test->outcome;
    struct standin_heap_stats before, after;
    rt_size_t fds = standin_fd_count();
    rt_size_t threads = standin_thread_count();
    rt_tick_t start;

    standin_heap_stats(&before);
    start = rt_tick_get();
    run_session(test);
    outcome->ms = (rt_tick_t)(rt_tick_get() - start);
    standin_heap_fail(0, RT_FALSE);
    settle(test, threads);
    standin_heap_stats(&after);

    outcome->allocations = (unsigned long)(after.allocations + after.failures - before.allocations - before.failures);
    outcome->heap = (long)after.used - (long)before.used;
    outcome->blocks = (long)after.blocks - (long)before.blocks;
    outcome->fds = (long)standin_fd_count() - (long)fds;
    tls_case_print(outcome);
}

static int is_over(const struct tls_case_outcome *outcome)
{
    return outcome->ret >= 0 || outcome->ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
}

/* The sessions that fail=, upto=, by= and times= ask for. */
static void run_all(struct tls_case *test)
{
    rt_bool_t permanent = tls_case_number(test, "permanent", 0) != 0;
    int until_over = tls_case_is(test, "fail", "all");
    unsigned long nth = until_over ? 1 : tls_case_number(test, "fail", 0);
    unsigned long last = until_over ? FAILED_ALLOCATIONS_MAX : tls_case_number(test, "upto", 0);
    unsigned long times = last == 0 ? tls_case_number(test, "times", 1) : 0;

    while (times-- > 0 || (last != 0 && nth <= last))
    {
        standin_heap_fail((rt_uint32_t)nth, permanent);
        run_and_print(test);
        if (last != 0)
        {
            times = 0;
            nth += tls_case_number(test, "by", 1);
        }
        if (until_over && is_over(&test->outcome))
        {
            break;
        }
    }
}

static int tls_case(int argc, char **argv)
{
    static struct tls_case test;

    memset(&test, 0, sizeof(test));
    test.argc = argc;
    test.argv = argv;
    if (!tls_case_check_keys(&test))
    {
        return -1;
    }
    if (tls_case_text(&test, "tick") != RT_NULL)
    {
        standin_tick_set((rt_tick_t)tls_case_number(&test, "tick", 0));
    }
    if (tls_case_text(&test, "clock") != RT_NULL)
    {
        standin_rtc_set((rt_int64_t)tls_case_number(&test, "clock", 0));
    }
    tls_case_replace_roots(&test);
    run_all(&test);

    return 0;
}
MSH_CMD_EXPORT(tls_case, run one session as the keys say and print its outcome);
