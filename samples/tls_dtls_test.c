/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * dtls_test [host [port [identity key]]]: connect to an echo server over UDP, such
 * as the command dtls_server, send a few lines and print the answers. With identity
 * and key (hexadecimal digits) both sides use this pre-shared key, without them the
 * server shows a certificate.
 */
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>

#include <tls_client.h>

#ifdef RT_USING_FINSH
#include <finsh.h>
#endif

#define DTLS_SERVER             "127.0.0.1"
#define DTLS_PORT               "4433"
#define LINES                   3
#define TRIES                   3       /* for each line: the datagram or its echo may be lost */
#define ANSWER_MS               1000
#define KEY_MAX                 32
#define THREAD_STACK            (6 * 1024)

/* More urgent than lwIP's receive thread (12): a less urgent one loses datagrams, see tls_priority.h. */
#define THREAD_PRIORITY         (RT_THREAD_PRIORITY_MAX / 3 - 1 < 9 ? RT_THREAD_PRIORITY_MAX / 3 - 1 : 9)

/* Arguments of the command; freed by the thread. */
struct job
{
    char *host;
    char *port;
    char *identity;
    unsigned char key[KEY_MAX];
    struct tls_psk psk;
};

static void free_job(struct job *job)
{
    tls_free(job->host);
    tls_free(job->port);
    tls_free(job->identity);
    tls_zeroize(job->key, sizeof(job->key));
    tls_free(job);
}

/* Send one line and read its echo. */
static int exchange(MbedTLSSession *session, int number)
{
    char line[64], answer[64];
    int length = rt_snprintf(line, sizeof(line), "datagram %d of %d\n", number, LINES);
    int ret = TLS_ERR_TIMEOUT;
    int tries;

    for (tries = 0; tries < TRIES && ret == TLS_ERR_TIMEOUT; tries++)
    {
        ret = mbedtls_client_write(session, (const unsigned char *)line, (size_t)length);
        if (ret == length)
        {
            ret = mbedtls_client_read(session, (unsigned char *)answer, sizeof(answer) - 1);
        }
    }
    if (ret < 0)
    {
        rt_kprintf("no answer to datagram %d: -0x%x\n", number, -ret);
        return -1;
    }
    answer[ret] = '\0';
    rt_kprintf("answer: %s%s", answer, ret > 0 && answer[ret - 1] == '\n' ? "" : "\n");

    return 0;
}

static int talk(MbedTLSSession *session, const struct job *job)
{
    int number;
    int ret = mbedtls_client_init(session, RT_NULL, 0);

    if (ret == 0)
    {
        session->options.transport = TLS_TRANSPORT_DATAGRAM;
        session->options.io_timeout = ANSWER_MS;
        session->options.psk = job->identity != RT_NULL ? &job->psk : RT_NULL;
        ret = mbedtls_client_context(session);
    }
    if (ret == 0)
    {
        ret = mbedtls_client_connect(session);
    }
    if (ret != 0)
    {
        rt_kprintf("DTLS connect failed: -0x%x\n", -ret);
        return -1;
    }
    rt_kprintf("DTLS connect success, %s\n", mbedtls_ssl_get_ciphersuite(&session->ssl));
    rt_kprintf("a datagram takes up to %d bytes%s\n", (int)tls_client_datagram_size(session),
               tls_client_has_connection_id(session) ? "; the server identifies the session by a connection ID" : "");
    for (number = 1; number <= LINES; number++)
    {
        if (exchange(session, number) != 0)
        {
            return -1;
        }
    }

    return 0;
}

static void dtls_test_entry(void *parameter)
{
    struct job *job = parameter;
    MbedTLSSession *session = tls_calloc(1, sizeof(MbedTLSSession));
    int ret = -1;

    if (session != RT_NULL)
    {
        session->host = job->host;
        session->port = job->port;
        job->host = RT_NULL;
        job->port = RT_NULL;
        ret = talk(session, job);
        mbedtls_client_close(session);
    }
    rt_kprintf(ret == 0 ? "DTLS connection close success.\n" : "DTLS test failed.\n");
    free_job(job);
}

/* Convert hexadecimal digits; returns the number of bytes, 0 if the text is not a key. */
static size_t read_key(const char *text, unsigned char *key)
{
    size_t length = strlen(text) / 2;
    size_t i;

    if (strlen(text) % 2 != 0 || length > KEY_MAX || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
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

static struct job *create_job(int argc, char **argv)
{
    struct job *job = tls_calloc(1, sizeof(*job));

    if (job == RT_NULL)
    {
        return RT_NULL;
    }
    job->host = tls_strdup(argc > 1 ? argv[1] : DTLS_SERVER);
    job->port = tls_strdup(argc > 2 ? argv[2] : DTLS_PORT);
    if (argc > 4)
    {
        job->identity = tls_strdup(argv[3]);
        job->psk.identity = (const unsigned char *)job->identity;
        job->psk.identity_length = strlen(argv[3]);
        job->psk.key = job->key;
        job->psk.key_length = read_key(argv[4], job->key);
    }
    if (job->host == RT_NULL || job->port == RT_NULL || (argc > 4 && job->identity == RT_NULL))
    {
        free_job(job);
        return RT_NULL;
    }

    return job;
}

static int dtls_test(int argc, char **argv)
{
    struct job *job;
    rt_thread_t thread;

    if (argc == 4)
    {
        rt_kprintf("An identity needs its key.\n");
        return -1;
    }
    job = create_job(argc, argv);
    thread = job == RT_NULL ? RT_NULL :
             rt_thread_create("dtls_c", dtls_test_entry, job, THREAD_STACK, THREAD_PRIORITY, 5);
    if (thread == RT_NULL)
    {
        rt_kprintf("No memory for the test.\n");
        if (job != RT_NULL)
        {
            free_job(job);
        }
        return -1;
    }

    return rt_thread_startup(thread);
}
#ifdef FINSH_USING_MSH
MSH_CMD_EXPORT(dtls_test, dtls client test: dtls_test [host [port [identity key]]])
#endif
