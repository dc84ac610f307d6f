/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_test [host [port [path]]]: connect, verify the server, send an HTTP request
 * and print the response (manual chapter 3).
 */
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>

#include <tls_certificate.h>
#include <tls_client.h>

#ifdef RT_USING_FINSH
#include <finsh.h>
#endif

#define WEB_SERVER              "www.rt-thread.org"
#define WEB_PORT                "443"
#define WEB_PATH                "/download/rt-thread.txt"
#define READ_BUFFER             1024

/* The manual's size, bytes; a handshake uses up to about 4 KB of it. */
#define THREAD_STACK            (6 * 1024)

/* Arguments of the command; freed by the thread. */
struct request
{
    char *host;
    char *port;
    char *path;
};

/* The response, as far as it has been read. */
struct response
{
    int in_body;
    int newlines;                       /* line ends in a row: two end the header */
    long length;                        /* Content-Length, bytes; -1: not sent */
    long body;                          /* bytes of the body read so far */
    char line[64];                      /* the header line in progress, cut to this size */
    size_t line_length;
};

static void print_memory(void)
{
    /* The kernel has the function only in builds with this symbol. */
#ifdef FINSH_USING_MSH
    extern int msh_exec(char *cmd, rt_size_t length);
    char command[] = "free";

    msh_exec(command, sizeof(command) - 1);
#endif
}

static void take_header(struct response *response)
{
    static const char name[] = "content-length:";
    size_t i;

    response->line[response->line_length] = '\0';
    for (i = 0; name[i] != '\0' && (response->line[i] | 0x20) == (name[i] | 0x20); i++)
    {
    }
    if (name[i] == '\0')
    {
        response->length = strtol(response->line + i, RT_NULL, 10);
    }
    response->line_length = 0;
}

static void take_byte(struct response *response, char byte)
{
    if (response->in_body)
    {
        response->body++;
        return;
    }
    if (byte == '\n')
    {
        take_header(response);
        response->in_body = ++response->newlines == 2;
    }
    else if (byte != '\r')
    {
        response->newlines = 0;
        if (response->line_length < sizeof(response->line) - 1)
        {
            response->line[response->line_length++] = byte;
        }
    }
}

/* Print in pieces that fit into the console's buffer (RT_CONSOLEBUF_SIZE). */
static void print(const unsigned char *data, int length)
{
    int part;

    for (; length > 0; length -= part, data += part)
    {
        part = length < 64 ? length : 64;
        rt_kprintf("%.*s", part, (const char *)data);
    }
}

/* Read until the body is complete, or the server has closed the session. */
static int read_response(MbedTLSSession *session)
{
    struct response response;
    int ret, i;

    memset(&response, 0, sizeof(response));
    response.length = -1;
    while (!response.in_body || response.length < 0 || response.body < response.length)
    {
        ret = mbedtls_client_read(session, session->buffer, session->buffer_len);
        if (ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE)
        {
            continue;
        }
        if (ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY && response.in_body && response.length < 0)
        {
            break;
        }
        if (ret <= 0)
        {
            rt_kprintf("\nthe response ended early: -0x%x\n", -ret);
            return -1;
        }
        print(session->buffer, ret);
        for (i = 0; i < ret; i++)
        {
            take_byte(&response, (char)session->buffer[i]);
        }
    }
    rt_kprintf("\n");

    return 0;
}

static int write_text(MbedTLSSession *session, const char *text)
{
    int length = (int)strlen(text);
    int ret = mbedtls_client_write(session, (const unsigned char *)text, (size_t)length);

    return ret == length ? 0 : -1;
}

static int write_request(MbedTLSSession *session, const struct request *request)
{
    if (write_text(session, "GET ") != 0 || write_text(session, request->path) != 0 ||
        write_text(session, " HTTP/1.0\r\nHost: ") != 0 || write_text(session, session->host) != 0 ||
        write_text(session, "\r\nUser-Agent: rtthread/3.1 rtt\r\n\r\n") != 0)
    {
        return -1;
    }

    return 0;
}

static MbedTLSSession *create_session(struct request *request)
{
    MbedTLSSession *session = tls_calloc(1, sizeof(MbedTLSSession));

    if (session == RT_NULL)
    {
        return RT_NULL;
    }
    session->buffer_len = READ_BUFFER;
    session->buffer = tls_malloc(READ_BUFFER);
    session->host = tls_strdup(request->host);
    session->port = tls_strdup(request->port);
    if (session->buffer == RT_NULL || session->host == RT_NULL || session->port == RT_NULL)
    {
        mbedtls_client_close(session);
        return RT_NULL;
    }

    return session;
}

static int talk(MbedTLSSession *session, const struct request *request)
{
    static char entropy[] = "tls_test";
    int ret;

    rt_kprintf("Start handshake tick:%d\n", (int)rt_tick_get());

    ret = mbedtls_client_init(session, entropy, sizeof(entropy) - 1);
    if (ret != 0)
    {
        rt_kprintf("MbedTLSClientInit err return : -0x%x\n", -ret);
        return -1;
    }
    ret = mbedtls_client_context(session);
    if (ret < 0)
    {
        rt_kprintf("MbedTLSClientContext err return : -0x%x\n", -ret);
        return -1;
    }
    ret = mbedtls_client_connect(session);
    if (ret != 0)
    {
        rt_kprintf("MbedTLSClientConnect err return : -0x%x\n", -ret);
        return -1;
    }

    rt_kprintf("Finish handshake tick:%d\n", (int)rt_tick_get());
    rt_kprintf("MbedTLS connect success...\n");
    rt_kprintf("Memory usage after the handshake connection is established:\n");
    print_memory();

    if (write_request(session, request) != 0)
    {
        return -1;
    }
    rt_kprintf("Writing HTTP request success...\n");
    rt_kprintf("Getting HTTP response...\n");

    return read_response(session);
}

static void free_request(struct request *request)
{
    tls_free(request->host);
    tls_free(request->port);
    tls_free(request->path);
    tls_free(request);
}

static void mbedtls_client_entry(void *parameter)
{
    struct request *request = parameter;
    MbedTLSSession *session;
    int ret = -1;

    rt_kprintf("MbedTLS test sample!\n");
    rt_kprintf("Memory usage before the handshake connection is established:\n");
    print_memory();

    session = create_session(request);
    if (session != RT_NULL)
    {
        ret = talk(session, request);
        mbedtls_client_close(session);
    }
    else
    {
        rt_kprintf("No memory for MbedTLS session object.\n");
    }
    rt_kprintf(ret == 0 ? "MbedTLS connection close success.\n" : "MbedTLS test failed.\n");
    free_request(request);
}

/* Neither an option, an URL, nor a port with letters. */
static int is_usable(int argc, char **argv)
{
    char *end = "";

    if (argc > 2)
    {
        (void)strtoul(argv[2], &end, 10);
    }

    return argc <= 4 && (argc < 2 || (argv[1][0] != '-' && strchr(argv[1], '/') == RT_NULL)) && *end == '\0';
}

static int mbedtls_client_start(int argc, char **argv)
{
    struct request *request;
    rt_thread_t thread = RT_NULL;

    if (!is_usable(argc, argv))
    {
        rt_kprintf("usage: tls_test [host [port [path]]]\n");
        rt_kprintf("host: a name or address, without https:// and path; port: 1 to 65535\n");
        return -1;
    }
    request = tls_calloc(1, sizeof(*request));
    if (request != RT_NULL)
    {
        request->host = tls_strdup(argc > 1 ? argv[1] : WEB_SERVER);
        request->port = tls_strdup(argc > 2 ? argv[2] : WEB_PORT);
        request->path = tls_strdup(argc > 3 ? argv[3] : WEB_PATH);
        if (request->host != RT_NULL && request->port != RT_NULL && request->path != RT_NULL)
        {
            thread = rt_thread_create("tls_c", mbedtls_client_entry, request, THREAD_STACK,
                                      RT_THREAD_PRIORITY_MAX / 3 - 1, 5);
        }
    }
    if (thread == RT_NULL)
    {
        rt_kprintf("No memory for the test.\n");
        if (request != RT_NULL)
        {
            free_request(request);
        }
        return -1;
    }

    return rt_thread_startup(thread);
}
#ifdef FINSH_USING_MSH
MSH_CMD_EXPORT_ALIAS(mbedtls_client_start, tls_test, mbedtls client test: tls_test [host [port [path]]])
#endif
