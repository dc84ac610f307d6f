/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_threads key=value...: a session in each of several threads at the same time.
 * Each thread connects, waits until all others have connected, sends a pattern of
 * its own in one write, and reads it back. Prints a line "RESULT {...}" for the
 * last round of each thread, and one line "HEAP {...}".
 *
 *   host= port=              the server
 *   threads=N                1 to 8 (1)
 *   rounds=N                 sessions in each thread, one after the other (1)
 *   send=BYTES               length of the pattern
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>
#include <finsh.h>

#include <tls_client.h>

#include "standin.h"

#define THREADS_MAX     8
#define THREAD_STACK    16384
#define WAIT_TICKS      (30 * RT_TICK_PER_SECOND)

/* Shared by all threads. */
struct meeting
{
    const char *host;
    const char *port;
    unsigned long rounds;
    unsigned long length;
    struct rt_semaphore arrived;        /* once for each thread: its first session is connected, or failed */
    struct rt_semaphore go;             /* once for each thread: all have arrived */
    struct rt_semaphore ended;
};

struct worker
{
    struct meeting *meeting;
    unsigned index;
    rt_bool_t has_arrived;
    const char *stage;                  /* the function that ended it */
    int ret;
    unsigned long sessions;             /* that went well */
    unsigned long received;
    int intact;
};

static const char *text_of(int argc, char **argv, const char *key)
{
    size_t length = strlen(key);
    int i;

    for (i = 1; i < argc; i++)
    {
        if (strncmp(argv[i], key, length) == 0 && argv[i][length] == '=')
        {
            return argv[i] + length + 1;
        }
    }

    return RT_NULL;
}

static unsigned long number_of(int argc, char **argv, const char *key, unsigned long none)
{
    const char *text = text_of(argc, argv, key);

    return text != RT_NULL ? strtoul(text, RT_NULL, 10) : none;
}

static unsigned char pattern_at(const struct worker *worker, unsigned long offset)
{
    return (unsigned char)(offset * 31 + offset / 251 + worker->index * 17);
}

/* In the first round, wait for the others; a thread that failed only releases them. */
static void meet(struct worker *worker, rt_bool_t wait)
{
    if (worker->has_arrived)
    {
        return;
    }
    worker->has_arrived = RT_TRUE;
    rt_sem_release(&worker->meeting->arrived);
    if (wait)
    {
        (void)rt_sem_take(&worker->meeting->go, WAIT_TICKS);
    }
}

static int send_pattern(struct worker *worker, MbedTLSSession *session)
{
    unsigned long length = worker->meeting->length;
    unsigned char *data = tls_malloc(length > 0 ? length : 1);
    unsigned long i;
    int ret;

    if (data == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    for (i = 0; i < length; i++)
    {
        data[i] = pattern_at(worker, i);
    }
    ret = mbedtls_client_write(session, data, length);
    tls_free(data);

    return ret;
}

static int read_pattern(struct worker *worker, MbedTLSSession *session)
{
    unsigned char data[1000];
    int ret = 0, i;

    worker->received = 0;
    worker->intact = 1;
    while (worker->received < worker->meeting->length)
    {
        ret = mbedtls_client_read(session, data, sizeof(data));
        if (ret <= 0)
        {
            break;
        }
        for (i = 0; i < ret; i++)
        {
            worker->intact &= data[i] == pattern_at(worker, worker->received + (unsigned long)i);
        }
        worker->received += (unsigned long)ret;
    }

    return ret;
}

static int talk(struct worker *worker, MbedTLSSession *session)
{
    worker->stage = "init";
    worker->ret = mbedtls_client_init(session, "tls_threads", 11);
    if (worker->ret == 0)
    {
        worker->stage = "context";
        worker->ret = mbedtls_client_context(session);
    }
    if (worker->ret == 0)
    {
        worker->stage = "connect";
        worker->ret = mbedtls_client_connect(session);
    }
    if (worker->ret != 0)
    {
        return worker->ret;
    }

    meet(worker, RT_TRUE);
    worker->stage = "write";
    worker->ret = send_pattern(worker, session);
    if (worker->ret == (int)worker->meeting->length)
    {
        worker->stage = "read";
        worker->ret = read_pattern(worker, session);
    }

    return worker->received == worker->meeting->length ? 0 : -1;
}

static void work(void *parameter)
{
    struct worker *worker = parameter;
    unsigned long round;

    for (round = 0; round < worker->meeting->rounds && worker->sessions == round; round++)
    {
        MbedTLSSession *session = tls_calloc(1, sizeof(*session));

        if (session == RT_NULL)
        {
            break;
        }
        session->host = tls_strdup(worker->meeting->host);
        session->port = tls_strdup(worker->meeting->port);
        if (talk(worker, session) == 0)
        {
            worker->sessions++;
        }
        mbedtls_client_close(session);
    }
    meet(worker, RT_FALSE);
    rt_sem_release(&worker->meeting->ended);
}

/* Returns the number of threads started. */
static unsigned start(struct meeting *meeting, struct worker *workers, unsigned wanted)
{
    unsigned i;

    for (i = 0; i < wanted; i++)
    {
        rt_thread_t thread;
        char name[RT_NAME_MAX];

        workers[i].meeting = meeting;
        workers[i].index = i;
        workers[i].stage = "create";
        rt_snprintf(name, sizeof(name), "tls_%d", (int)i);
        thread = rt_thread_create(name, work, &workers[i], THREAD_STACK, RT_THREAD_PRIORITY_MAX / 2, 10);
        if (thread == RT_NULL)
        {
            break;
        }
        rt_thread_startup(thread);
    }

    return i;
}

static rt_bool_t take_all(rt_sem_t semaphore, unsigned count)
{
    while (count > 0 && rt_sem_take(semaphore, WAIT_TICKS) == RT_EOK)
    {
        count--;
    }

    return count == 0;
}

static void release_all(rt_sem_t semaphore, unsigned count)
{
    while (count-- > 0)
    {
        rt_sem_release(semaphore);
    }
}

/* A thread frees its stack a moment after it has signalled its end. */
static void settle(rt_size_t threads)
{
    int i;

    for (i = 0; i < 500 && standin_thread_count() > threads; i++)
    {
        rt_thread_mdelay(2);
    }
}

static void print_results(const struct worker *workers, unsigned count)
{
    unsigned i;

    fflush(stdout);
    for (i = 0; i < count; i++)
    {
        printf("RESULT {\"stage\": \"%s\", \"ret\": %d, \"sessions\": %lu, \"received\": %lu, \"intact\": %d}\n",
               workers[i].stage, workers[i].ret, workers[i].sessions, workers[i].received, workers[i].intact);
    }
}

static int tls_threads(int argc, char **argv)
{
    static struct meeting meeting;
    static struct worker workers[THREADS_MAX];
    struct standin_heap_stats before, connected, after;
    rt_size_t threads = standin_thread_count();
    unsigned wanted = (unsigned)number_of(argc, argv, "threads", 1);
    unsigned count;

    memset(workers, 0, sizeof(workers));
    meeting.host = text_of(argc, argv, "host");
    meeting.port = text_of(argc, argv, "port");
    meeting.rounds = number_of(argc, argv, "rounds", 1);
    meeting.length = number_of(argc, argv, "send", 1000);
    rt_sem_init(&meeting.arrived, "arrived", 0, RT_IPC_FLAG_PRIO);
    rt_sem_init(&meeting.go, "go", 0, RT_IPC_FLAG_PRIO);
    rt_sem_init(&meeting.ended, "ended", 0, RT_IPC_FLAG_PRIO);

    standin_heap_stats(&before);
    count = start(&meeting, workers, wanted < THREADS_MAX ? wanted : THREADS_MAX);
    (void)take_all(&meeting.arrived, count);
    standin_heap_stats(&connected);
    release_all(&meeting.go, count);
    if (!take_all(&meeting.ended, count))
    {
        rt_kprintf("tls_threads: a thread has not ended\n");
        return -RT_ETIMEOUT;
    }
    settle(threads);
    standin_heap_stats(&after);

    rt_sem_detach(&meeting.arrived);
    rt_sem_detach(&meeting.go);
    rt_sem_detach(&meeting.ended);
    print_results(workers, count);
    printf("HEAP {\"connected\": %ld, \"left\": %ld}\n", (long)connected.used - (long)before.used,
           (long)after.used - (long)before.used);
    fflush(stdout);

    return 0;
}
MSH_CMD_EXPORT(tls_threads, run sessions in threads at the same time)
