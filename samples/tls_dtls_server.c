/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A DTLS server for the shell, which sends back each datagram that it receives.
 *
 *     dtls_server [port [identity key]]    start it
 *     dtls_server stop                     stop it
 *
 * With identity and key, in hexadecimal digits, it serves clients that have this
 * pre-shared key; without, it uses the certificate from dtls_server_certificate().
 */
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>

#include <tls_memory.h>
#include <tls_server.h>

#ifdef RT_USING_FINSH
#include <finsh.h>
#endif

#define DTLS_PORT               4433
#define CLIENTS                 4
#define POLL_MS                 500     /* ms; "stop" takes at most this long */
#define BUFFER_SIZE             512
#define THREAD_STACK            (6 * 1024)

/* More urgent than lwIP's receive thread (12): a less urgent one loses datagrams, see tls_priority.h. */
#define THREAD_PRIORITY         (RT_THREAD_PRIORITY_MAX / 3 - 1 < 9 ? RT_THREAD_PRIORITY_MAX / 3 - 1 : 9)

/* Arguments and state of the command; there is one server. */
static struct
{
    uint16_t port;
    char identity[32];
    unsigned char key[TLS_SERVER_PSK_MAX];
    size_t key_length;                  /* 0: no pre-shared key */
    volatile int is_running;
    volatile int is_wanted;
}
job;

/* Kernels before 5.0 have RT_WEAK instead. */
#ifndef rt_weak
#define rt_weak RT_WEAK
#endif

/*
 * An application with a certificate implements this function: it sets the members
 * certificate, certificate_length, key and key_length, and returns 0.
 */
rt_weak int dtls_server_certificate(struct tls_server_options *options)
{
    (void)options;

    return -1;
}

static size_t find_key(void *context, struct tls_server_client *client, const unsigned char *identity, size_t length,
                       unsigned char key[TLS_SERVER_PSK_MAX])
{
    (void)context;
    (void)client;
    if (length != strlen(job.identity) || memcmp(identity, job.identity, length) != 0)
    {
        return 0;
    }
    memcpy(key, job.key, job.key_length);

    return job.key_length;
}

static void echo(struct tls_server_client *client)
{
    unsigned char buffer[BUFFER_SIZE];
    char address[TLS_SERVER_ADDRESS];
    int length;

    while ((length = tls_server_read(client, buffer, sizeof(buffer))) > 0)
    {
        rt_kprintf("%s: %d bytes\n", tls_server_address(client, address), length);
        if (tls_server_write(client, buffer, (size_t)length) != length)
        {
            rt_kprintf("%s: cannot be sent back\n", address);
        }
    }
}

static void serve(struct tls_server *server)
{
    struct tls_server_client *client;
    int event = 0;

    rt_kprintf("DTLS server on port %d, \"dtls_server stop\" ends it\n", tls_server_port(server));
    while (job.is_wanted && event != MBEDTLS_ERR_NET_POLL_FAILED)
    {
        event = tls_server_poll(server, POLL_MS, &client);
        if (event == TLS_SERVER_DATA)
        {
            echo(client);
        }
        else if (event == TLS_SERVER_ENDED)
        {
            tls_server_end(client);
        }
    }
}

static void dtls_server_entry(void *parameter)
{
    struct tls_server_options options;
    struct tls_server *server;
    int ret;

    (void)parameter;
    memset(&options, 0, sizeof(options));
    options.transport = TLS_SERVER_UDP;
    options.port = job.port;
    options.clients = CLIENTS;
    options.psk = job.key_length > 0 ? find_key : RT_NULL;
    if (options.psk == RT_NULL && dtls_server_certificate(&options) != 0)
    {
        rt_kprintf("no key and no certificate: dtls_server port identity key\n");
    }
    else
    {
        ret = tls_server_open(&server, &options);
        if (ret == 0)
        {
            serve(server);
            tls_server_close(server);
            rt_kprintf("DTLS server ended.\n");
        }
        else
        {
            rt_kprintf("DTLS server cannot be opened: -0x%x\n", -ret);
        }
    }
    tls_zeroize(job.key, sizeof(job.key));
    job.is_running = 0;
}

/* Convert hexadecimal digits to bytes; returns how many, 0 if text is not a key. */
static size_t read_key(const char *text, unsigned char *key)
{
    size_t length = strlen(text) / 2;
    size_t i;

    if (strlen(text) % 2 != 0 || length > TLS_SERVER_PSK_MAX ||
        strspn(text, "0123456789abcdefABCDEF") != strlen(text))
    {
        return 0;
    }
    for (i = 0; i < length; i++)
    {
        char digits[3] = { text[2 * i], text[2 * i + 1], '\0' };

        key[i] = (unsigned char)strtoul(digits, RT_NULL, 16);
    }

    return length;
}

static int dtls_server(int argc, char **argv)
{
    rt_thread_t thread;

    if (argc > 1 && strcmp(argv[1], "stop") == 0)
    {
        job.is_wanted = 0;
        return 0;
    }
    if (job.is_running)
    {
        rt_kprintf("It runs already: dtls_server stop\n");
        return -1;
    }
    job.port = (uint16_t)(argc > 1 ? strtoul(argv[1], RT_NULL, 10) : DTLS_PORT);
    job.key_length = argc > 3 ? read_key(argv[3], job.key) : 0;
    if (argc > 2 && (job.key_length == 0 || strlen(argv[2]) >= sizeof(job.identity)))
    {
        rt_kprintf("dtls_server [port [identity key]]: an identity needs a key, in hexadecimal digits\n");
        return -1;
    }
    rt_strncpy(job.identity, argc > 3 ? argv[2] : "", sizeof(job.identity));
    thread = rt_thread_create("dtls_s", dtls_server_entry, RT_NULL, THREAD_STACK, THREAD_PRIORITY, 5);
    if (thread == RT_NULL)
    {
        rt_kprintf("No memory for the server's thread.\n");
        return -1;
    }
    job.is_wanted = 1;
    job.is_running = 1;

    return rt_thread_startup(thread);
}
#ifdef FINSH_USING_MSH
MSH_CMD_EXPORT(dtls_server, dtls echo server: dtls_server [port [identity key]] or dtls_server stop)
#endif
