/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * meter HOST PORT PATH BYTES [SESSIONS]: gets a file of so many bytes in
 * each session, each in its own thread; prints a line of JSON after "METER " and
 * leaves the record of the n-th session in the file meter-n on the host.
 */
#include <stdlib.h>
#include <string.h>

#include <finsh.h>
#include <rtthread.h>
#include <standin.h>

#include "board.h"
#include "client.h"
#include "meter.h"

#define THREAD_NAME     "meter"
#define THREAD_PRIORITY 10
#define REQUEST_SIZE    128

struct job
{
    const char     *host;
    const char     *port;
    char            request[REQUEST_SIZE];
    struct response response;
    int             ret;
};

static void run(void *parameter)
{
    struct job *job = parameter;

    meter_start();
    job->ret = client_run(job->host, job->port, job->request, &job->response);
    meter_stop();
}

static void print(const struct job *job, int session, rt_bool_t is_saved)
{
    struct board_stack stack = {.peak = 0};

    (void)board_thread_last_stack(THREAD_NAME, &stack);
    rt_kprintf("METER {\"session\": %d, \"ret\": %d, \"total\": %lu, \"body\": %lu, \"sum\": %lu, "
               "\"stack\": %lu, \"stack_size\": %lu, \"recorded\": %d}\n",
               session, job->ret, (unsigned long)job->response.total, (unsigned long)job->response.body,
               (unsigned long)job->response.sum, (unsigned long)stack.peak, (unsigned long)stack.size,
               is_saved);
}

static int run_session(const char *host, const char *port, const char *path, rt_size_t expected, int session)
{
    static struct job job;
    char file[] = "meter-0";
    rt_thread_t thread;
    rt_bool_t is_saved;

    memset(&job, 0, sizeof(job));
    job.host = host;
    job.port = port;
    job.response.expected = expected;
    rt_snprintf(job.request, sizeof(job.request), "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host);
    thread = rt_thread_create(THREAD_NAME, run, &job, client_stack, THREAD_PRIORITY, 5);
    if (thread == RT_NULL)
    {
        rt_kprintf("meter: no memory for a thread\n");
        return -RT_ENOMEM;
    }
    rt_thread_startup(thread);
    standin_thread_wait(RT_WAITING_FOREVER);
    file[sizeof(file) - 2] = (char)('0' + session % 10);
    is_saved = meter_save(file);
    print(&job, session, is_saved);
    return job.ret == 0 && response_is_whole(&job.response) && is_saved ? 0 : -RT_ERROR;
}

static int meter(int argc, char **argv)
{
    int sessions = argc > 5 ? atoi(argv[5]) : 1;
    int ret = 0;

    if (argc < 5)
    {
        rt_kprintf("meter host port path bytes [sessions]\n");
        return -RT_EINVAL;
    }
    for (int session = 1; session <= sessions && ret == 0; session++)
    {
        ret = run_session(argv[1], argv[2], argv[3], (rt_size_t)atoi(argv[4]), session);
    }
    return ret;
}
MSH_CMD_EXPORT(meter, measure sessions: meter host port path bytes [sessions])
