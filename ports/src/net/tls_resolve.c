/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Name look-up in a separate thread.
 */
#include <stdlib.h>
#include <string.h>

#include <rthw.h>

#include "../base/tls_address.h"
#include "tls_config.h"
#include "tls_memory.h"
#include "tls_resolve.h"

/* Bytes for the names and the address that gethostbyname_r() returns; lwIP needs about 300. */
#define HOST_BUFFER             384

/* Shared by the look-up's thread and its caller; the one that ends last frees it. */
struct tls_resolve
{
    struct rt_semaphore ended;
    struct tls_addresses addresses;
    int type;
    int users;
    int is_ended;                       /* the caller has taken the semaphore */
    char *port;                         /* stored behind the host's name */
    char host[1];
};

static void copy_addresses(const struct addrinfo *list, struct tls_addresses *addresses)
{
    for (; list != RT_NULL && addresses->count < TLS_ADDRESSES; list = list->ai_next)
    {
        socklen_t length = (socklen_t)list->ai_addrlen;

        if (length <= (socklen_t)sizeof(addresses->list[0]))
        {
            memcpy(&addresses->list[addresses->count++], list->ai_addr, length);
            addresses->length = length > addresses->length ? length : addresses->length;
        }
    }
}

static void set_ipv4(struct tls_addresses *addresses, const void *address, long port)
{
    struct sockaddr_in *socket_address = (struct sockaddr_in *)&addresses->list[0];

    socket_address->sin_family = AF_INET;
    socket_address->sin_port = htons((unsigned short)port);
    memcpy(&socket_address->sin_addr, address, sizeof(socket_address->sin_addr));
    addresses->length = sizeof(*socket_address);
    addresses->count = 1;
    addresses->error = 0;
}

/*
 * lwIP has room for one result of getaddrinfo() in the whole system
 * (MEMP_NUM_NETDB), and paho-mqtt keeps its result while it connects. This older
 * function needs no such room, but knows IPv4 only.
 */
static void look_up_ipv4(const char *host, long port, struct tls_addresses *addresses)
{
    struct hostent entry, *result = RT_NULL;
    char buffer[HOST_BUFFER];
    int error = 0;

    if (gethostbyname_r(host, &entry, buffer, sizeof(buffer), &result, &error) == 0 && result != RT_NULL &&
        result->h_addrtype == AF_INET && result->h_addr_list[0] != RT_NULL)
    {
        set_ipv4(addresses, result->h_addr_list[0], port);
    }
}

void tls_resolve_now(const char *host, const char *port, int type, struct tls_addresses *addresses)
{
    struct addrinfo hints, *list = RT_NULL;
    unsigned char address[16];
    char *end;
    long number = strtol(port, &end, 10);

    memset(addresses, 0, sizeof(*addresses));
    if (number < 1 || number > 65535 || *end != '\0')
    {
        addresses->error = EAI_SERVICE;
        return;
    }
    if (tls_address_parse(host, address) == 4)
    {
        set_ipv4(addresses, address, number);
        return;
    }

    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = type;
    addresses->error = getaddrinfo(host, port, &hints, &list);
    if (addresses->error == 0 && list != RT_NULL)
    {
        copy_addresses(list, addresses);
        freeaddrinfo(list);
    }
    else if (addresses->error == EAI_MEMORY)
    {
        look_up_ipv4(host, number, addresses);
    }
}

static void release(struct tls_resolve *resolve)
{
    int left;
    rt_base_t level = rt_hw_interrupt_disable();
    left = --resolve->users;
    rt_hw_interrupt_enable(level);

    if (left == 0)
    {
        rt_sem_detach(&resolve->ended);
        tls_free(resolve);
    }
}

static void look_up(void *parameter)
{
    struct tls_resolve *resolve = parameter;

    tls_resolve_now(resolve->host, resolve->port, resolve->type, &resolve->addresses);
    rt_sem_release(&resolve->ended);
    release(resolve);
}

struct tls_resolve *tls_resolve_start(const char *host, const char *port, int type)
{
    size_t host_size = strlen(host) + 1;
    size_t port_size = strlen(port) + 1;
    struct tls_resolve *resolve = tls_calloc(1, sizeof(*resolve) + host_size + port_size);
    rt_thread_t thread;

    if (resolve == RT_NULL)
    {
        return RT_NULL;
    }
    resolve->type = type;
    resolve->users = 2;
    memcpy(resolve->host, host, host_size);
    resolve->port = resolve->host + host_size;
    memcpy(resolve->port, port, port_size);
    rt_sem_init(&resolve->ended, "tls_dns", 0, RT_IPC_FLAG_PRIO);

    thread = rt_thread_create("tls_dns", look_up, resolve, PKG_MBEDTLS_RESOLVE_STACK,
                              RT_THREAD_PRIORITY_MAX / 3, 10);
    if (thread == RT_NULL)
    {
        resolve->users = 1;
        release(resolve);
        return RT_NULL;
    }
    rt_thread_startup(thread);

    return resolve;
}

const struct tls_addresses *tls_resolve_wait(struct tls_resolve *resolve, uint32_t left)
{
    uint32_t limit = left < TLS_SOCKET_WAIT_MAX ? left : TLS_SOCKET_WAIT_MAX;
    rt_int32_t ticks = (rt_int32_t)rt_tick_from_millisecond((rt_int32_t)limit);

    if (!resolve->is_ended)
    {
        resolve->is_ended = rt_sem_take(&resolve->ended, ticks) == RT_EOK;
    }

    return resolve->is_ended ? &resolve->addresses : RT_NULL;
}

void tls_resolve_end(struct tls_resolve *resolve)
{
    release(resolve);
}
