/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_server_case key=value...: a server that sends back what it receives,
 * controlled by tests/lib/device_server.py. In builds with PKG_MBEDTLS_SERVER.
 *
 *   transport=udp|tcp        tcp is the default
 *   address=                 to listen on
 *   cert=FILE key=FILE       certificate and key; der=1: the files are DER
 *   ca=FILE auth=0|1|2       options.client_ca, options.client_auth
 *   psk=IDENTITY:KEY         KEY is text; several of them with "+" between
 *   clients= handshakes= handshake_timeout= idle_timeout= write_timeout=
 *   nonblocking=1            options.nonblocking
 *   refuse_moves=1           options.moved refuses
 *   approve=1                options.approve without options.client_auth
 *   refuse=SUBJECT           options.approve refuses certificates whose subject contains this
 *   silent=1                 send nothing back
 *   opens=1                  only open and close the server, once for each of its allocations, which fails
 *   run=MS                   end after this time even without "quit"; 60000 if not given
 *
 * It prints "LISTENING {"port":, "control":}", then "EVENT {...}" for each event,
 * and at its end "RESULT {...}" with what it has not freed. The UDP port "control"
 * takes these commands and answers each with a JSON text:
 *
 *   stats                    heap, clients, report
 *   reset                    reset the heap's maximum
 *   fail N                   have the N-th allocation from now on fail
 *   tick MS                  advance the tick
 *   send ID TEXT, end ID     write to a client, end it
 *   fill ID BYTES            write that many bytes to it in one call
 *   quit
 */
#include "rtconfig.h"

#ifdef PKG_MBEDTLS_SERVER
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rtthread.h>
#include <finsh.h>

#include <sys/socket.h>

#include <tls_memory.h>
#include <tls_server.h>

#include "standin.h"
#include "../../ports/src/base/tls_has.h"

#define FILE_MAX        16384

struct bench
{
    int argc;
    char **argv;
    struct tls_server *server;
    struct tls_server_client *clients[256];     /* by number */
    unsigned long count;                        /* of all clients so far */
    int control;
    int is_wanted;
    unsigned char files[3][FILE_MAX];
};

static const char *text_of(const struct bench *bench, const char *key)
{
    size_t length = strlen(key);
    int i;

    for (i = 1; i < bench->argc; i++)
    {
        if (strncmp(bench->argv[i], key, length) == 0 && bench->argv[i][length] == '=')
        {
            return bench->argv[i] + length + 1;
        }
    }

    return RT_NULL;
}

static unsigned long number_of(const struct bench *bench, const char *key)
{
    const char *text = text_of(bench, key);

    return text != RT_NULL ? strtoul(text, RT_NULL, 10) : 0;
}

/* Load a file of the host; the length of PEM includes its terminating zero. */
static size_t load(struct bench *bench, const char *key, int number, const unsigned char **data)
{
    const char *path = text_of(bench, key);
    FILE *file = path != RT_NULL ? fopen(path, "rb") : NULL;
    size_t length;

    if (file == NULL)
    {
        return 0;
    }
    length = fread(bench->files[number], 1, FILE_MAX - 1, file);
    fclose(file);
    bench->files[number][length] = 0;
    *data = bench->files[number];

    return number_of(bench, "der") ? length : length + 1;
}

static size_t find_key(void *context, struct tls_server_client *client, const unsigned char *identity, size_t length,
                       unsigned char key[TLS_SERVER_PSK_MAX])
{
    const struct bench *bench = context;
    const char *entry = text_of(bench, "psk");

    (void)client;
    while (entry != RT_NULL)
    {
        if (strncmp(entry, (const char *)identity, length) == 0 && entry[length] == ':')
        {
            size_t size = strcspn(entry + length + 1, "+");

            memcpy(key, entry + length + 1, size < TLS_SERVER_PSK_MAX ? size : TLS_SERVER_PSK_MAX);
            return size;
        }
        entry = strchr(entry, '+');
        entry = entry != RT_NULL ? entry + 1 : RT_NULL;
    }

    return 0;
}

#ifdef PKG_MBEDTLS_CERTIFICATES
static int accept_certificate(void *context, struct tls_server_client *client, const struct mbedtls_x509_crt *crt)
{
    const struct bench *bench = context;
    const char *refused = text_of(bench, "refuse");
    char subject[128] = "";

    (void)client;
    mbedtls_x509_dn_gets(subject, sizeof(subject), &crt->subject);
    printf("EVENT {\"event\": \"certificate\", \"subject\": \"%s\"}\n", subject);
    fflush(stdout);

    return refused != RT_NULL && strstr(subject, refused) != NULL;
}
#endif

static unsigned long id_of(const struct tls_server_client *client)
{
    return (unsigned long)(rt_ubase_t)tls_server_user(client);
}

static int moved(void *context, struct tls_server_client *client, const char *address)
{
    printf("EVENT {\"event\": \"moved\", \"client\": %lu, \"address\": \"%s\"}\n", id_of(client), address);
    fflush(stdout);

    return number_of(context, "refuse_moves") != 0;
}

static void fill_in(struct bench *bench, struct tls_server_options *options)
{
    const char *transport = text_of(bench, "transport");

    memset(options, 0, sizeof(*options));
    options->transport = transport != RT_NULL && strcmp(transport, "udp") == 0 ? TLS_SERVER_UDP : TLS_SERVER_TCP;
    options->address = text_of(bench, "address") != RT_NULL ? text_of(bench, "address") : "127.0.0.1";
    options->client_auth = (unsigned char)number_of(bench, "auth");
    options->nonblocking = (unsigned char)number_of(bench, "nonblocking");
    options->clients = (uint16_t)number_of(bench, "clients");
    options->handshakes = (uint16_t)number_of(bench, "handshakes");
    options->handshake_timeout = (uint32_t)number_of(bench, "handshake_timeout");
    options->idle_timeout = (uint32_t)number_of(bench, "idle_timeout");
    options->write_timeout = (uint32_t)number_of(bench, "write_timeout");
    options->certificate_length = load(bench, "cert", 0, &options->certificate);
    options->key_length = load(bench, "key", 1, &options->key);
    options->client_ca_length = load(bench, "ca", 2, &options->client_ca);
    options->context = bench;
    options->psk = text_of(bench, "psk") != RT_NULL ? find_key : RT_NULL;
    options->moved = TLS_HAS(PKG_MBEDTLS_DTLS_CID) ? moved : RT_NULL;
#ifdef PKG_MBEDTLS_CERTIFICATES         /* else the engine has no struct mbedtls_x509_crt to look into */
    options->approve = options->client_auth != TLS_SERVER_ANYONE || number_of(bench, "approve") != 0 ?
                       accept_certificate : RT_NULL;
#endif
}

static void show(const char *event, const struct tls_server_client *client, int code)
{
    char address[TLS_SERVER_ADDRESS];

    printf("EVENT {\"event\": \"%s\", \"client\": %lu, \"address\": \"%s\", \"code\": %d}\n", event, id_of(client),
           tls_server_address(client, address), code);
    fflush(stdout);
}

static void end(struct bench *bench, struct tls_server_client *client)
{
    bench->clients[id_of(client) % 256] = RT_NULL;
    tls_server_end(client);
}

static void handle(struct bench *bench, int event, struct tls_server_client *client)
{
    static unsigned char data[20000];
    int ret;

    switch (event)
    {
    case TLS_SERVER_CONNECTED:
        tls_server_set_user(client, (void *)(rt_ubase_t)++bench->count);
        bench->clients[bench->count % 256] = client;
        show("connected", client, 0);
        break;

    case TLS_SERVER_DATA:
        ret = tls_server_read(client, data, sizeof(data));
        show("data", client, ret);
        if (ret > 0 && !number_of(bench, "silent"))
        {
            ret = tls_server_write(client, data, (size_t)ret);
            if (ret < 0)
            {
                show("write", client, ret);
            }
        }
        break;

    case TLS_SERVER_ENDED:
        show("ended", client, tls_server_read(client, data, sizeof(data)));
        end(bench, client);
        break;
    }
}

static void print_stats(const struct bench *bench, char *text, size_t size)
{
    const struct tls_report *report = tls_server_report(bench->server);
    struct standin_heap_stats heap;
    char what[TLS_REPORT_TEXT];
    char *quote;
    unsigned handshakes;
    unsigned clients = tls_server_clients(bench->server, &handshakes);

    standin_heap_stats(&heap);
    tls_report_what(report, what, sizeof(what));
    for (quote = strchr(what, '"'); quote != NULL; quote = strchr(quote, '"'))
    {
        *quote = '\'';
    }
    snprintf(text, size, "{\"used\": %lu, \"peak\": %lu, \"blocks\": %lu, \"allocations\": %lu, \"clients\": %u, "
             "\"handshakes\": %u, \"code\": %d, \"reason\": %d, \"flags\": %u, \"fds\": %lu, \"what\": \"%s\"}",
             (unsigned long)heap.used, (unsigned long)heap.max_used, (unsigned long)heap.blocks,
             (unsigned long)heap.allocations, clients, handshakes, report->code, report->reason,
             (unsigned)report->flags, (unsigned long)standin_fd_count(), report->code != 0 ? what : "");
}

static int write_filled(struct tls_server_client *client, size_t length)
{
    unsigned char *data = malloc(length);
    int ret;

    memset(data, 'x', length);
    ret = tls_server_write(client, data, length);
    free(data);

    return ret;
}

static void handle_command(struct bench *bench, char *order, char *answer, size_t size)
{
    char *argument = strchr(order, ' ');
    unsigned long number = argument != NULL ? strtoul(argument, &argument, 10) : 0;
    struct tls_server_client *client = bench->clients[number % 256];
    int ret = 0;

    if (strncmp(order, "stats", 5) == 0)
    {
        print_stats(bench, answer, size);
        return;
    }
    if (strncmp(order, "reset", 5) == 0)
    {
        standin_heap_reset_max();
    }
    else if (strncmp(order, "fail", 4) == 0)
    {
        standin_heap_fail((rt_uint32_t)number, RT_FALSE);
    }
    else if (strncmp(order, "tick", 4) == 0)
    {
        standin_tick_advance((rt_tick_t)(number * RT_TICK_PER_SECOND / 1000));
    }
    else if (strncmp(order, "quit", 4) == 0)
    {
        bench->is_wanted = 0;
    }
    else if (client == RT_NULL)
    {
        ret = -1;
    }
    else if (strncmp(order, "send", 4) == 0)
    {
        ret = tls_server_write(client, (unsigned char *)argument + 1, strlen(argument + 1));
    }
    else if (strncmp(order, "fill", 4) == 0)
    {
        ret = write_filled(client, strtoul(argument, NULL, 10));
    }
    else if (strncmp(order, "end", 3) == 0)
    {
        end(bench, client);
    }
    snprintf(answer, size, "{\"ret\": %d}", ret);
}

static void check_control(struct bench *bench)
{
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    char order[512], answer[1024];
    ssize_t length = recvfrom(bench->control, order, sizeof(order) - 1, MSG_DONTWAIT, (struct sockaddr *)&from, &size);

    if (length > 0)
    {
        order[length] = '\0';
        handle_command(bench, order, answer, sizeof(answer));
        (void)sendto(bench->control, answer, strlen(answer), 0, (struct sockaddr *)&from, size);
    }
}

static int open_control(void)
{
    struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    return bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0 ? fd : -1;
}

static unsigned port_of(int fd)
{
    struct sockaddr_in own;
    socklen_t size = sizeof(own);

    return getsockname(fd, (struct sockaddr *)&own, &size) == 0 ? ntohs(own.sin_port) : 0;
}

static int serve(struct bench *bench, const struct tls_server_options *options)
{
    unsigned long limit = number_of(bench, "run") != 0 ? number_of(bench, "run") : 60000;
    struct tls_server_client *client;
    rt_tick_t start = rt_tick_get();
    int ret = tls_server_open(&bench->server, options);

    if (ret != 0)
    {
        return ret;
    }
    bench->control = open_control();
    printf("LISTENING {\"port\": %u, \"control\": %u}\n", tls_server_port(bench->server), port_of(bench->control));
    fflush(stdout);
    bench->is_wanted = 1;
    while (bench->is_wanted && (uint64_t)(rt_tick_get() - start) * 1000 / RT_TICK_PER_SECOND < limit)
    {
        ret = tls_server_poll(bench->server, 10, &client);
        if (ret > 0)
        {
            handle(bench, ret, client);
        }
        else if (ret != TLS_ERR_TIMEOUT)
        {
            printf("EVENT {\"event\": \"broken\", \"code\": %d}\n", ret);
            break;
        }
        check_control(bench);
    }
    standin_heap_fail(0, RT_FALSE);
    tls_server_close(bench->server);
    close(bench->control);

    return 0;
}

/* Open the server with its first allocation failing, then its second, until none fails. */
static int open_with_failures(const struct tls_server_options *options, unsigned *tries, int *wrong)
{
    struct standin_heap_stats heap;
    struct tls_server *server;
    int ret;

    do
    {
        rt_uint64_t mark = standin_heap_mark();
        rt_uint64_t failures;

        standin_heap_stats(&heap);
        failures = heap.failures;
        standin_heap_fail(++*tries, RT_FALSE);
        ret = tls_server_open(&server, options);
        standin_heap_fail(0, RT_FALSE);
        standin_heap_stats(&heap);
        if ((ret == 0) != (heap.failures == failures) || (ret != 0 && ret != MBEDTLS_ERR_SSL_ALLOC_FAILED) ||
            (ret != 0) != (server == RT_NULL))
        {
            *wrong = ret != 0 ? ret : -1;
        }
        tls_server_close(server);
        if (standin_heap_count(mark) != 0)
        {
            *wrong = 1;
        }
    }
    while (ret != 0 && *tries < 10000);

    return ret;
}

static int tls_server_case(int argc, char **argv)
{
    static struct bench bench;
    struct tls_server_options options;
    struct standin_heap_stats before, after;
    rt_size_t fds = standin_fd_count();
    unsigned tries = 0;
    int wrong = 0;
    int ret;

    memset(&bench, 0, sizeof(bench));
    bench.argc = argc;
    bench.argv = argv;
    fill_in(&bench, &options);
    standin_heap_stats(&before);
    ret = number_of(&bench, "opens") ? open_with_failures(&options, &tries, &wrong) : serve(&bench, &options);
    standin_heap_stats(&after);
    printf("RESULT {\"ret\": %d, \"heap\": %ld, \"blocks\": %ld, \"fds\": %ld, \"tries\": %u, \"wrong\": %d}\n", ret,
           (long)after.used - (long)before.used, (long)after.blocks - (long)before.blocks,
           (long)standin_fd_count() - (long)fds, tries, wrong);
    fflush(stdout);

    return 0;
}
MSH_CMD_EXPORT(tls_server_case, run a server for tests);
#endif
