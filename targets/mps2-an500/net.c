/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The package's network interface (tls_net.h) over the board's link, in place
 * of the files that need sockets.
 */
#include <errno.h>
#include <string.h>

#include <rtthread.h>
#include <standin_target.h>

#include "tls_error.h"
#include "tls_net.h"

#include "mbedtls/ssl.h"

#include "link.h"

/* The only descriptor there is. */
#define LINK_FD         1

/* A read without a wait still waits this long for bytes that are on the wire. */
#define WIRE_MS         1000

enum connect_state
{
    STATE_NONE,
    STATE_CONNECT
};

static rt_uint64_t time_in(uint32_t milliseconds)
{
    return standin_target_milliseconds() + milliseconds;
}

void mbedtls_net_init(mbedtls_net_context *context)
{
    context->fd = -1;
}

int tls_net_connect_start(struct tls_net_connect *job, const char *host, const char *port, int proto)
{
    memset(job, 0, sizeof(*job));
    job->fd = -1;
    job->state = STATE_CONNECT;
    link_open(proto == MBEDTLS_NET_PROTO_UDP ? LINK_DATAGRAMS : LINK_STREAM, host, port);

    return 0;
}

int tls_net_connect_step(struct tls_net_connect *job, uint32_t left, int *fd)
{
    switch (link_wait(0))
    {
    case LINK_CONNECTING:
        if (left > 0)
        {
            return MBEDTLS_ERR_SSL_WANT_WRITE;
        }
        tls_net_connect_cancel(job);
        job->error = ETIMEDOUT;
        return TLS_ERR_TIMEOUT;

    case LINK_FAILED:
        tls_net_connect_cancel(job);
        job->error = ECONNREFUSED;
        return MBEDTLS_ERR_NET_CONNECT_FAILED;

    default:
        job->state = STATE_NONE;
        *fd = LINK_FD;
        return 0;
    }
}

void tls_net_connect_wait(struct tls_net_connect *job, uint32_t left)
{
    RT_UNUSED(job);
    (void)link_wait(time_in(left));
}

void tls_net_connect_cancel(struct tls_net_connect *job)
{
    if (job->state != STATE_NONE)
    {
        job->state = STATE_NONE;
        link_close();
    }
}

int tls_net_wait(int fd, int direction, uint32_t left)
{
    if (fd != LINK_FD)
    {
        return MBEDTLS_ERR_NET_POLL_FAILED;
    }

    return direction == MBEDTLS_ERR_SSL_WANT_WRITE || link_wait_data(time_in(left)) ? 0 : TLS_ERR_TIMEOUT;
}

int tls_net_send(void *context, const unsigned char *buffer, size_t length)
{
    if (((mbedtls_net_context *)context)->fd != LINK_FD)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    if (link_wait(0) == LINK_RESET)
    {
        return MBEDTLS_ERR_NET_CONN_RESET;
    }
    link_send(buffer, length);

    return (int)length;
}

int tls_net_recv(void *context, unsigned char *buffer, size_t length)
{
    size_t received;

    if (((mbedtls_net_context *)context)->fd != LINK_FD)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    received = link_receive(buffer, length, time_in(WIRE_MS));
    if (received > 0)
    {
        return (int)received;
    }
    switch (link_wait(0))
    {
    case LINK_OPEN:
        return MBEDTLS_ERR_SSL_WANT_READ;
    case LINK_ENDED:
        return 0;
    default:
        return MBEDTLS_ERR_NET_CONN_RESET;
    }
}

int tls_net_send_datagram(void *context, const unsigned char *buffer, size_t length)
{
    return tls_net_send(context, buffer, length);
}

int tls_net_recv_datagram(void *context, unsigned char *buffer, size_t length)
{
    size_t received;

    if (((mbedtls_net_context *)context)->fd != LINK_FD)
    {
        return MBEDTLS_ERR_NET_INVALID_CONTEXT;
    }
    received = link_receive_datagram(buffer, length, time_in(WIRE_MS / 2));

    return received > 0 ? (int)received : MBEDTLS_ERR_SSL_WANT_READ;
}

/* The board never changes its address. */
int tls_net_reopen(int *fd)
{
    RT_UNUSED(fd);

    return MBEDTLS_ERR_NET_SOCKET_FAILED;
}

uint32_t tls_net_socket_timeout(int fd, int direction)
{
    RT_UNUSED(fd);
    RT_UNUSED(direction);

    return 0;
}

int tls_net_set_nonblocking(int fd, int on)
{
    RT_UNUSED(on);

    return fd == LINK_FD ? 0 : -1;
}

void tls_net_close_socket(int fd)
{
    if (fd == LINK_FD)
    {
        link_close();
    }
}
