/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A server for the shell, over TCP or UDP, which sends back what it receives.
 *
 *     tls_server [port [identity key]]     start it: TLS over TCP
 *     dtls_server [port [identity key]]    start it: DTLS over UDP
 *     tls_server stop                      stop it
 *
 * With identity and key, in hexadecimal digits, it serves clients that have this
 * pre-shared key. Without, it has the certificate in certs/server/
 * (PKG_MBEDTLS_SERVER_CERTIFICATE), or the one from dtls_server_certificate().
 */
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>

#include <tls_memory.h>
#include <tls_server.h>

#ifdef RT_USING_FINSH
#include <finsh.h>
#endif

#define DEFAULT_PORT            4433
#define CLIENTS                 4
#define POLL_MS                 500     /* ms; "stop" takes at most this long */
#define BUFFER_SIZE             512
#define THREAD_STACK            (6 * 1024)

/* More urgent than lwIP's receive thread (12): a less urgent one loses datagrams, see tls_priority.h. */
#define THREAD_PRIORITY         (RT_THREAD_PRIORITY_MAX / 3 - 1 < 9 ? RT_THREAD_PRIORITY_MAX / 3 - 1 : 9)

#define NAME                    (job.transport == TLS_SERVER_UDP ? "DTLS" : "TLS")
#define COMMAND                 (job.transport == TLS_SERVER_UDP ? "dtls_server" : "tls_server")

/* Arguments and state of the command; there is one server. */
static struct
{
    unsigned char transport;            /* enum tls_server_transport */
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
 * An application with a certificate of its own implements this function: it sets the
 * members certificate, certificate_length, key and key_length, and returns 0.
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

    rt_kprintf("%s server on port %d, \"%s stop\" ends it\n", NAME, tls_server_port(server), COMMAND);
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

static int open_server(struct tls_server **server)
{
    struct tls_server_options options;

    memset(&options, 0, sizeof(options));
    options.transport = job.transport;
    options.port = job.port;
    options.clients = CLIENTS;
    options.psk = job.key_length > 0 ? find_key : RT_NULL;
    if (options.psk == RT_NULL)
    {
        (void)dtls_server_certificate(&options);
    }

    return tls_server_open(server, &options);
}

static void server_entry(void *parameter)
{
    struct tls_server *server;
    int ret = open_server(&server);

    (void)parameter;
    if (ret == 0)
    {
        serve(server);
        tls_server_close(server);
        rt_kprintf("%s server ended.\n", NAME);
    }
    else if (ret == TLS_ERR_STATE)
    {
        rt_kprintf("no key and no certificate: %s port identity key, or see certs/server/\n", COMMAND);
    }
    else
    {
        rt_kprintf("%s server cannot be opened: -0x%x\n", NAME, -ret);
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

static int start(unsigned char transport, int argc, char **argv)
{
    rt_thread_t thread;

    if (argc > 1 && strcmp(argv[1], "stop") == 0)
    {
        job.is_wanted = 0;
        return 0;
    }
    if (job.is_running)
    {
        rt_kprintf("It runs already: %s stop\n", COMMAND);
        return -1;
    }
    job.transport = transport;
    job.port = (uint16_t)(argc > 1 ? strtoul(argv[1], RT_NULL, 10) : DEFAULT_PORT);
    job.key_length = argc > 3 ? read_key(argv[3], job.key) : 0;
    if (argc > 2 && (job.key_length == 0 || strlen(argv[2]) >= sizeof(job.identity)))
    {
        rt_kprintf("%s [port [identity key]]: an identity needs a key, in hexadecimal digits\n", COMMAND);
        return -1;
    }
    rt_strncpy(job.identity, argc > 3 ? argv[2] : "", sizeof(job.identity));
    thread = rt_thread_create("tls_s", server_entry, RT_NULL, THREAD_STACK, THREAD_PRIORITY, 5);
    if (thread == RT_NULL)
    {
        rt_kprintf("No memory for the server's thread.\n");
        return -1;
    }
    job.is_wanted = 1;
    job.is_running = 1;

    return rt_thread_startup(thread);
}

static int tls_server(int argc, char **argv)
{
    return start(TLS_SERVER_TCP, argc, argv);
}
#ifdef FINSH_USING_MSH
MSH_CMD_EXPORT(tls_server, tls echo server: tls_server [port [identity key]] or tls_server stop)
#endif

#ifdef PKG_MBEDTLS_DTLS
static int dtls_server(int argc, char **argv)
{
    return start(TLS_SERVER_UDP, argc, argv);
}
#ifdef FINSH_USING_MSH
MSH_CMD_EXPORT(dtls_server, dtls echo server: dtls_server [port [identity key]] or dtls_server stop)
#endif
#endif
