/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The command tls_sal: TLS sockets of SAL, and what they leave behind.
 *
 *     tls_sal PORT NAME HOW COUNT
 *
 * NAME is "-" for none, and so is HOW, which has a letter for each difference: a
 * offers protocols, p has a wrong pin, i passes a number as the name, u opens a UDP
 * socket, n does not block, w asks select() before each read, s reads 7 bytes at a
 * time, k stops after 15 bytes or more of a server that keeps the connection open, q closes without a connect, c without a read, d after shutdown().
 */
#include <rtthread.h>

#ifdef PKG_MBEDTLS_SAL
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>

#include <sal_low_lvl.h>
#include <standin.h>
#include <tls_sal.h>

static int has(const char *how, char letter)
{
    return strchr(how, letter) != RT_NULL;
}

static int is_readable(int s, int seconds)
{
    struct timeval limit = { seconds, 0 };
    fd_set set;

    FD_ZERO(&set);
    FD_SET(s, &set);

    return select(s + 1, &set, RT_NULL, RT_NULL, &limit);
}

static void set_options(int s, const char *name, const char *how)
{
    struct timeval limit = { 5, 0 };
    int level = 2;

    if (strcmp(name, "-") != 0)
    {
        rt_kprintf("name=%d\n", sal_setsockopt(s, SOL_TLS, TLS_SAL_NAME, name, (socklen_t)strlen(name)));
    }
    if (has(how, 'a'))
    {
        sal_setsockopt(s, SOL_TLS, TLS_SAL_ALPN, "h2,http/1.1", 11);
    }
    if (has(how, 'p'))
    {
        sal_setsockopt(s, SOL_TLS, TLS_SAL_PINS, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 52);
    }
    if (has(how, 'i'))
    {
        rt_kprintf("level=%d\n", sal_setsockopt(s, SOL_TLS, TLS_PEER_VERIFY, &level, sizeof(level)));
    }
    sal_setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

/* Ask for a page and read all of it; w: after select(), s: in small pieces, n: non-blocking. */
static void transfer(int s, const char *how)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    static char data[4096];
    int fd = sal_descriptor(s), length, blind = 0;
    unsigned long got = 0;

    while ((length = sal_sendto(s, request, sizeof(request) - 1, 0, RT_NULL, 0)) < 0 && errno == EAGAIN && has(how, 'n'))
    {
        is_readable(fd, 1);
    }
    rt_kprintf("sent=%d\n", length);
    if (has(how, 'c'))
    {
        return;
    }
    for (;;)
    {
        if (has(how, 'w') && is_readable(fd, 5) <= 0)
        {
            blind++;
        }
        length = sal_recvfrom(s, data, has(how, 's') ? 7 : sizeof(data), 0, RT_NULL, RT_NULL);
        if (length < 0 && errno == EAGAIN && has(how, 'n'))
        {
            is_readable(fd, 1);
            continue;
        }
        if (length <= 0)
        {
            break;
        }
        got += (unsigned long)length;
        if (has(how, 'k') && got >= 15)
        {
            break;
        }
    }
    rt_kprintf("got=%lu last=%d blind=%d alpn=%s\n", got, length, blind,
               tls_client_alpn(tls_sal_session(fd)) != RT_NULL ? tls_client_alpn(tls_sal_session(fd)) : "-");
}

static void try_socket(int port, const char *name, const char *how)
{
    int s = sal_socket(AF_INET, has(how, 'u') ? SOCK_DGRAM : SOCK_STREAM, PROTOCOL_TLS), on = 1, ret;
    struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

    peer.sin_addr.s_addr = inet_addr("127.0.0.1");
    if (s < 0)
    {
        rt_kprintf("no socket\n");
        return;
    }
    set_options(s, name, how);
    if (has(how, 'n'))
    {
        ioctl(sal_descriptor(s), FIONBIO, &on);
    }
    errno = 0;
    ret = has(how, 'q') ? -1 : sal_connect(s, (struct sockaddr *)&peer, sizeof(peer));
    rt_kprintf("connect=%d errno=%d\n", ret, ret == 0 ? 0 : errno);
    if (ret == 0 || (has(how, 'n') && errno == EINPROGRESS))
    {
        transfer(s, how);
    }
    else
    {
        errno = 0;
        ret = sal_recvfrom(s, &on, 1, 0, RT_NULL, RT_NULL);
        rt_kprintf("after=%d errno=%d\n", ret, errno);
    }
    if (has(how, 'd'))
    {
        sal_shutdown(s, SHUT_RDWR);
        ret = sal_recvfrom(s, &on, 1, 0, RT_NULL, RT_NULL);
        rt_kprintf("ended=%d errno=%d\n", ret, errno);
    }
    rt_kprintf("close=%d\n", sal_closesocket(s));
}

static int tls_sal(int argc, char **argv)
{
    int count = argc > 4 ? atoi(argv[4]) : 1;

    while (argc > 3 && count-- > 0)
    {
        try_socket(atoi(argv[1]), argv[2], argv[3]);
    }

    return argc > 3 ? 0 : 1;
}
MSH_CMD_EXPORT(tls_sal, TLS sockets of SAL);
#endif
