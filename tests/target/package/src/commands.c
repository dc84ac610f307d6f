/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Shell commands through which the test sees what device code sees.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DBG_TAG "small"
#define DBG_LVL DBG_INFO
#include <rtdbg.h>
#include <rtdevice.h>
#include <rtthread.h>

#include <small.h>

#if !defined(SMALL_GLOBAL) || defined(SMALL_LOCAL) || defined(SMALL_FLAG)
#error "a global parameter is missing or a local one has leaked"
#endif

#define STACK_SIZE      2048

extern const int small_generated;
extern time_t (*engine_clock)(time_t *seconds);
int small_local_value(void);
int tls_random_board(unsigned char *buffer, size_t length);

static int started;

static int start(void)
{
    started = 1;
    return 0;
}
INIT_APP_EXPORT(start);

static int build(void)
{
    rt_kprintf("generated %d local %d started %d number %d text %s\n",
               small_generated, small_local_value(), started, SMALL_NUMBER,
               SMALL_TEXT);
    return 0;
}
MSH_CMD_EXPORT(build, show how this was built)

static int fails(int argc, char **argv)
{
    return argc > 1 ? atoi(argv[1]) : -1;
}
MSH_CMD_EXPORT(fails, return [code])

static void nothing(void)
{
    rt_kprintf("nothing\n");
}
MSH_CMD_EXPORT(nothing, return void)

static int words(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
    {
        rt_kprintf("<%s>", argv[i]);
    }
    rt_kprintf("\n");
    return 0;
}
MSH_CMD_EXPORT_ALIAS(words, show_words, print the words, each one)
FINSH_FUNCTION_EXPORT_ALIAS(words, old_words, belongs to the old shell)

static int logs(void)
{
    LOG_E("error %d", 1);
    LOG_W("warning");
    LOG_I("%s", "information");
    LOG_D("not shown");
    return 0;
}
MSH_CMD_EXPORT(logs, write a line of each level)

static void thread_entry(void *parameter)
{
    rt_thread_mdelay((int)(long)parameter);
    rt_kprintf("thread %.*s ends\n", RT_NAME_MAX, rt_thread_self()->name);
}

static int spawn(int argc, char **argv)
{
    long ms = argc > 1 ? atoi(argv[1]) : 50;
    rt_thread_t thread = rt_thread_create("spawned", thread_entry, (void *)ms,
                                          STACK_SIZE, 10, 10);

    if (thread == RT_NULL)
    {
        rt_kprintf("no thread\n");
        return -RT_ENOMEM;
    }
    return (int)rt_thread_startup(thread);
}
MSH_CMD_EXPORT(spawn, start a thread that lives [milliseconds])

static int take(int argc, char **argv)
{
    void *block = rt_malloc(argc > 1 ? strtoul(argv[1], RT_NULL, 10) : 1);

    rt_kprintf(block != RT_NULL ? "taken\n" : "refused\n");
    rt_free(block);
    return 0;
}
MSH_CMD_EXPORT(take, take and free a block of [bytes])

static void *lost;

static int leak(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "memory";
    struct addrinfo *list;

    if (strcmp(what, "memory") == 0)
    {
        lost = rt_malloc(100);
    }
    else if (strcmp(what, "descriptor") == 0)
    {
        return dup(0) < 0;
    }
    else
    {
        return getaddrinfo("127.0.0.1", "1", RT_NULL, &list);
    }
    return 0;
}
MSH_CMD_EXPORT(leak, lose memory or a descriptor or an address list)

static int overrun(void)
{
    volatile char *block = rt_malloc(10);

    block[10] = 0;
    return 0;
}
MSH_CMD_EXPORT(overrun, write behind a block)

static int free_twice(void)
{
    void *volatile block = rt_malloc(10);

    rt_free(block);
    rt_free(block);
    return 0;
}
MSH_CMD_EXPORT(free_twice, free a block twice)

static int seconds(void)
{
    rt_kprintf("%ld %ld\n", (long)time(RT_NULL), (long)engine_clock(RT_NULL));
    return 0;
}
MSH_CMD_EXPORT(seconds, show the clock as two callers see it)

static int resolve(int argc, char **argv)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    int error;

    if (argc > 3)
    {
        hints.ai_family = atoi(argv[3]) == 6 ? AF_INET6 : AF_INET;
    }
    error = getaddrinfo(argv[1], argv[2], &hints, &list);
    if (error != 0)
    {
        rt_kprintf("%s\n", error == EAI_NONAME ? "EAI_NONAME" :
                           error == EAI_FAIL ? "EAI_FAIL" :
                           error == EAI_AGAIN ? "EAI_AGAIN" : "other error");
        return 0;
    }
    for (struct addrinfo *item = list; item != RT_NULL; item = item->ai_next)
    {
        char host[64];
        char port[16];

        getnameinfo(item->ai_addr, item->ai_addrlen, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
        rt_kprintf("%s %s\n", host, port);
    }
    freeaddrinfo(list);
    return 0;
}
MSH_CMD_EXPORT(resolve, look up NAME PORT [4 or 6])

static int board_random(void)
{
    unsigned char bytes[16] = {0};
    int result = tls_random_board(bytes, sizeof(bytes));

    rt_kprintf("%d ", result);
    for (size_t i = 0; i < sizeof(bytes); i++)
    {
        rt_kprintf("%02x", bytes[i]);
    }
    rt_kprintf("\n");
    return 0;
}
MSH_CMD_EXPORT(board_random, show 16 bytes of the board)

#ifdef RT_HWCRYPTO_USING_RNG
static int rng(void)
{
    struct rt_hwcrypto_device *device = rt_hwcrypto_dev_default();
    struct rt_hwcrypto_ctx *context = rt_hwcrypto_rng_create(device);
    rt_uint32_t first = rt_hwcrypto_rng_update_ctx(context);
    rt_uint32_t second = rt_hwcrypto_rng_update_ctx(context);

    rt_kprintf("device %d context %d zero %d same %d default zero %d\n",
               device != RT_NULL, context != RT_NULL, first == 0,
               first == second, rt_hwcrypto_rng_update() == 0);
    if (context != RT_NULL)
    {
        rt_hwcrypto_rng_destroy(context);
    }
    return 0;
}
MSH_CMD_EXPORT(rng, show how the hardware generator behaves)
#endif
