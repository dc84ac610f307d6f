/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Connecting step by step: the look-up, then each address in turn.
 */
#include <string.h>

#include "../base/tls_address.h"
#include "tls_config.h"
#include "tls_error.h"
#include "tls_memory.h"
#include "tls_net.h"
#include "tls_resolve.h"

#include "mbedtls/ssl.h"

#define TICKS_MAX               0x7FFFFFFFU

enum connect_state
{
    STATE_NONE,                         /* all zeros: not begun, or ended */
    STATE_RESOLVE,
    STATE_NEXT_ADDRESS,
    STATE_CONNECT,
    STATE_SPARE,                        /* over UDP: ended, with addresses to spare */
};

static int fail(struct tls_net_connect *job, int code, int error)
{
    tls_net_connect_cancel(job);
    job->error = error;

    return code;
}

/* Take what a look-up has found. */
static int take_addresses(struct tls_net_connect *job, const struct tls_addresses *addresses)
{
    int error = addresses->error;

    if (error == EAI_MEMORY)
    {
        return fail(job, MBEDTLS_ERR_SSL_ALLOC_FAILED, ENOMEM);
    }
    if (error != 0 || addresses->count == 0)
    {
        return fail(job, MBEDTLS_ERR_NET_UNKNOWN_HOST, error);
    }

    job->addresses = tls_malloc(sizeof(*job->addresses));
    if (job->addresses == RT_NULL)
    {
        return fail(job, MBEDTLS_ERR_SSL_ALLOC_FAILED, ENOMEM);
    }
    memcpy(job->addresses, addresses, sizeof(*addresses));
    job->state = STATE_NEXT_ADDRESS;

    return 0;
}

int tls_net_connect_start(struct tls_net_connect *job, const char *host, const char *port, int proto)
{
    unsigned char address[16];
    struct tls_addresses addresses;

    memset(job, 0, sizeof(*job));
    job->fd = -1;
    job->type = proto == MBEDTLS_NET_PROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;

    /* An address asks nobody, so no thread is needed. */
    if (tls_address_parse(host, address) != 0)
    {
        tls_resolve_now(host, port, job->type, &addresses);
        return take_addresses(job, &addresses);
    }

    job->resolve = tls_resolve_start(host, port, job->type);
    job->state = STATE_RESOLVE;

    return job->resolve != RT_NULL ? 0 : fail(job, MBEDTLS_ERR_SSL_ALLOC_FAILED, ENOMEM);
}

static int step_resolve(struct tls_net_connect *job)
{
    const struct tls_addresses *addresses = tls_resolve_wait(job->resolve, 0);
    int ret;

    if (addresses == RT_NULL)
    {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    ret = take_addresses(job, addresses);
    if (ret == 0)
    {
        tls_resolve_end(job->resolve);
        job->resolve = RT_NULL;
    }

    return ret;
}

/* Each address gets an even share of the time, so that a dead one leaves some to the rest. */
static rt_tick_t share_of(const struct tls_net_connect *job, uint32_t left)
{
    uint32_t addresses = (uint32_t)(job->addresses->count - job->next);
    uint64_t ticks = (uint64_t)(left / addresses) * RT_TICK_PER_SECOND / 1000 + 1;

    return ticks < TICKS_MAX ? (rt_tick_t)ticks : TICKS_MAX;
}

static void drop_attempt(struct tls_net_connect *job, int error)
{
    job->error = error;
    tls_net_close_socket(job->fd);
    job->fd = -1;
    job->state = STATE_NEXT_ADDRESS;
}

static int finish(struct tls_net_connect *job, int *fd)
{
    *fd = job->fd;
    job->fd = -1;
    if (job->type == SOCK_DGRAM && job->next < job->addresses->count)
    {
        job->state = STATE_SPARE;
        return 0;
    }
    tls_net_connect_cancel(job);

    return 0;
}

static int step_next_address(struct tls_net_connect *job, uint32_t left, int *fd)
{
    const struct sockaddr *address;
    int error = job->error;

    if (job->next == job->addresses->count)
    {
        /* lwIP calls it ECONNABORTED when nobody answers. */
        return fail(job, error == ETIMEDOUT || error == ECONNABORTED ? TLS_ERR_TIMEOUT :
                    job->has_socket ? MBEDTLS_ERR_NET_CONNECT_FAILED : MBEDTLS_ERR_NET_SOCKET_FAILED, error);
    }
    job->start = rt_tick_get();
    job->ticks = share_of(job, left);
    address = (const struct sockaddr *)&job->addresses->list[job->next++];

    tls_socket_clear_error();
    job->fd = (int)socket(address->sa_family, job->type, 0);
    if (job->fd < 0)
    {
        job->error = tls_socket_error();
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    job->has_socket = 1;
    job->state = STATE_CONNECT;
    (void)tls_net_set_nonblocking(job->fd, 1);

    tls_socket_clear_error();
    if (connect(job->fd, address, job->addresses->length) == 0)
    {
        return finish(job, fd);
    }
    error = tls_socket_error();
    if (error != EINPROGRESS && error != EAGAIN && error != EWOULDBLOCK)
    {
        drop_attempt(job, error);
    }

    return MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int step_connect(struct tls_net_connect *job, int *fd)
{
    socklen_t size = sizeof(int);
    int error = 0;

    if (tls_net_wait(job->fd, MBEDTLS_ERR_SSL_WANT_WRITE, 0) != 0)
    {
        if ((rt_tick_t)(rt_tick_get() - job->start) >= job->ticks)
        {
            drop_attempt(job, ETIMEDOUT);
        }
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }

    /* A stack that does not know SO_ERROR has connected, or the first byte will tell. */
    if (getsockopt(job->fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0)
    {
        drop_attempt(job, error < 0 ? -error : error);
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }

    return finish(job, fd);
}

int tls_net_connect_step(struct tls_net_connect *job, uint32_t left, int *fd)
{
    int ret = MBEDTLS_ERR_NET_INVALID_CONTEXT;

    if (left == 0)
    {
        return fail(job, TLS_ERR_TIMEOUT, ETIMEDOUT);
    }

    if (job->state == STATE_RESOLVE)
    {
        ret = step_resolve(job);
    }
    if (job->state == STATE_SPARE)
    {
        job->state = STATE_NEXT_ADDRESS;
    }
    if (job->state == STATE_CONNECT)
    {
        ret = step_connect(job, fd);
    }
    /* An address that refuses leads to the next one at once. */
    while (job->state == STATE_NEXT_ADDRESS)
    {
        ret = step_next_address(job, left, fd);
    }

    return ret;
}

void tls_net_connect_wait(struct tls_net_connect *job, uint32_t left)
{
    rt_tick_t elapsed = rt_tick_get() - job->start;

    if (job->state == STATE_RESOLVE)
    {
        (void)tls_resolve_wait(job->resolve, left);
    }
    else if (job->state == STATE_CONNECT && elapsed < job->ticks)
    {
        uint64_t share = (uint64_t)(job->ticks - elapsed) * 1000 / RT_TICK_PER_SECOND + 1;

        (void)tls_net_wait(job->fd, MBEDTLS_ERR_SSL_WANT_WRITE, share < left ? (uint32_t)share : left);
    }
}

void tls_net_connect_cancel(struct tls_net_connect *job)
{
    if (job->state == STATE_NONE)
    {
        return;
    }
    job->state = STATE_NONE;

    if (job->resolve != RT_NULL)
    {
        tls_resolve_end(job->resolve);
        job->resolve = RT_NULL;
    }
    tls_free(job->addresses);
    job->addresses = RT_NULL;
    tls_net_close_socket(job->fd);
    job->fd = -1;
}
