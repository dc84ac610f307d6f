/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Connecting in steps: the look-up, then each address in turn.
 */
#include <string.h>

#include "../base/tls_address.h"
#include "tls_config.h"
#include "tls_error.h"
#include "tls_memory.h"
#include "tls_net.h"
#include "tls_resolve.h"

#include "mbedtls/ssl.h"

enum connect_state
{
    STATE_NONE,                         /* 0: not begun, or ended */
    STATE_RESOLVE,
    STATE_NEXT_ADDRESS,
    STATE_CONNECT,
    STATE_SPARE,                        /* UDP: connected, other addresses are left */
};

static int fail(struct tls_net_connect *job, int code, int error)
{
    tls_net_connect_cancel(job);
    job->error = error;

    return code;
}

/* Keep a copy of the addresses that a look-up found. */
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

    /* A numeric address needs no resolver, so no thread either. */
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
        /* lwIP reports ECONNABORTED when no answer comes. */
        return fail(job, error == ETIMEDOUT || error == ECONNABORTED ? TLS_ERR_TIMEOUT :
                    job->has_socket ? MBEDTLS_ERR_NET_CONNECT_FAILED : MBEDTLS_ERR_NET_SOCKET_FAILED, error);
    }
    /* Every address left gets the same share of the time, so a dead one leaves some for the rest. */
    tls_deadline_start(&job->share, left / (uint32_t)(job->addresses->count - job->next) + 1);
    address = (const struct sockaddr *)&job->addresses->list[job->next++];

    job->fd = tls_socket_open(address->sa_family, job->type);
    if (job->fd < 0)
    {
        job->error = tls_socket_error();
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    job->has_socket = 1;
    job->state = STATE_CONNECT;

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
        if (tls_deadline_left(&job->share) == 0)
        {
            drop_attempt(job, ETIMEDOUT);
        }
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }

    /* Without SO_ERROR we take the socket as connected; if it is not, the first byte fails. */
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
    /* After an address that refuses, try the next one at once. */
    while (job->state == STATE_NEXT_ADDRESS)
    {
        ret = step_next_address(job, left, fd);
    }

    return ret;
}

void tls_net_connect_wait(struct tls_net_connect *job, uint32_t left)
{
    if (job->state == STATE_RESOLVE)
    {
        (void)tls_resolve_wait(job->resolve, left);
    }
    else if (job->state == STATE_CONNECT)
    {
        uint32_t share = tls_deadline_left(&job->share);

        (void)tls_net_wait(job->fd, MBEDTLS_ERR_SSL_WANT_WRITE, share < left ? share : left);
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
