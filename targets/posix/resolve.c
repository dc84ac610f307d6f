/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * getaddrinfo, freeaddrinfo and gethostbyname_r as device code gets them.
 *
 * Every answer, the host's too, becomes a list of this file, so that one function
 * frees them all and lists that are not freed can be counted.
 */
#define _GNU_SOURCE
#define STANDIN_HOST_NETDB
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rtthread.h>
#include <standin.h>

#include "resolve_rules.h"

int standin_getaddrinfo(const char *node, const char *service,
                        const struct addrinfo *hints, struct addrinfo **res);
void standin_freeaddrinfo(struct addrinfo *list);
int standin_gethostbyname_r(const char *name, struct hostent *entry, char *buf,
                            size_t buflen, struct hostent **result, int *error);

/* One element of a list, in one block with its address. */
struct element
{
    struct addrinfo         info;
    struct sockaddr_storage address;
};

static rt_size_t live_lists;
static rt_size_t lists_allowed = (rt_size_t)-1;

rt_size_t standin_resolve_live(void)
{
    return __atomic_load_n(&live_lists, __ATOMIC_RELAXED);
}

void standin_resolve_limit(rt_size_t lists)
{
    lists_allowed = lists != 0 ? lists : (rt_size_t)-1;
}

void standin_freeaddrinfo(struct addrinfo *list)
{
    if (list != RT_NULL)
    {
        __atomic_sub_fetch(&live_lists, 1, __ATOMIC_RELAXED);
    }
    while (list != RT_NULL)
    {
        struct addrinfo *next = list->ai_next;

        free(list);
        list = next;
    }
}

static struct addrinfo *new_element(const struct sockaddr *address,
                                    socklen_t length, int socktype,
                                    int protocol)
{
    struct element *element = calloc(1, sizeof(*element));

    if (element == RT_NULL)
    {
        abort();
    }
    memcpy(&element->address, address, length);
    element->info.ai_family = address->sa_family;
    element->info.ai_socktype = socktype;
    element->info.ai_protocol = protocol;
    element->info.ai_addrlen = length;
    element->info.ai_addr = (struct sockaddr *)&element->address;
    return &element->info;
}

static int finish(struct addrinfo *list, struct addrinfo **res)
{
    if (list == RT_NULL)
    {
        return EAI_NONAME;
    }
    __atomic_add_fetch(&live_lists, 1, __ATOMIC_RELAXED);
    *res = list;
    return 0;
}

static int answer_from_rule(struct resolve_rule *rule, int port,
                            const struct addrinfo *hints,
                            struct addrinfo **res)
{
    int family = hints != RT_NULL ? hints->ai_family : AF_UNSPEC;
    int socktype = hints != RT_NULL ? hints->ai_socktype : 0;
    int protocol = hints != RT_NULL ? hints->ai_protocol : 0;
    struct addrinfo *list = RT_NULL;
    struct addrinfo **tail = &list;

    for (int i = 0; i < rule->count; i++)
    {
        struct resolve_address *item = &rule->addresses[i];
        rt_bool_t is_v6 = item->address.ss_family == AF_INET6;

        if (family != AF_UNSPEC && family != item->address.ss_family)
        {
            continue;
        }
        if (!item->has_port)
        {
            resolve_set_port(&item->address, port);
        }
        *tail = new_element((struct sockaddr *)&item->address,
                            is_v6 ? sizeof(struct sockaddr_in6)
                                  : sizeof(struct sockaddr_in),
                            socktype, protocol);
        tail = &(*tail)->ai_next;
    }
    return finish(list, res);
}

static int answer_from_host(const char *node, const char *service,
                            const struct addrinfo *hints, struct addrinfo **res)
{
    struct addrinfo *host = RT_NULL;
    struct addrinfo *list = RT_NULL;
    struct addrinfo **tail = &list;
    int error = getaddrinfo(node, service, hints, &host);

    if (error != 0)
    {
        return error;
    }
    for (struct addrinfo *item = host; item != RT_NULL; item = item->ai_next)
    {
        *tail = new_element(item->ai_addr, item->ai_addrlen, item->ai_socktype,
                            item->ai_protocol);
        tail = &(*tail)->ai_next;
    }
    freeaddrinfo(host);
    return finish(list, res);
}

static int hang(int seconds)
{
    while (seconds == RESOLVE_FOR_EVER)
    {
        pause();
    }
    while (seconds > 0)
    {
        seconds = (int)sleep((unsigned int)seconds);
    }
    return EAI_AGAIN;
}

int standin_getaddrinfo(const char *node, const char *service,
                        const struct addrinfo *hints, struct addrinfo **res)
{
    struct resolve_rule rule;
    int port = service != RT_NULL ? atoi(service) : 0;

    if (standin_resolve_live() >= lists_allowed)
    {
        return EAI_MEMORY;
    }
    if (node == RT_NULL || !resolve_rule_find(node, port, &rule))
    {
        return answer_from_host(node, service, hints, res);
    }
    switch (rule.action)
    {
    case RESOLVE_ADDRESSES:
        return answer_from_rule(&rule, port, hints, res);
    case RESOLVE_NXDOMAIN:
        return EAI_NONAME;
    case RESOLVE_HANG:
        return hang(rule.seconds);
    case RESOLVE_FAIL:
    default:
        return EAI_FAIL;
    }
}

/* The first IPv4 address of a rule; the host is not asked. */
int standin_gethostbyname_r(const char *name, struct hostent *entry, char *buf,
                            size_t buflen, struct hostent **result, int *error)
{
    struct resolve_rule rule;
    char **list = (char **)buf;
    struct in_addr *address = (struct in_addr *)(list + 2);

    *result = RT_NULL;
    *error = HOST_NOT_FOUND;
    if (!resolve_rule_find(name, 0, &rule) || rule.action != RESOLVE_ADDRESSES ||
        rule.addresses[0].address.ss_family != AF_INET ||
        buflen < sizeof(*address) + 2 * sizeof(*list))
    {
        return -1;
    }
    *address = ((struct sockaddr_in *)&rule.addresses[0].address)->sin_addr;
    list[0] = (char *)address;
    list[1] = RT_NULL;
    memset(entry, 0, sizeof(*entry));
    entry->h_name = (char *)name;
    entry->h_addrtype = AF_INET;
    entry->h_length = sizeof(*address);
    entry->h_addr_list = list;
    *result = entry;
    *error = 0;
    return 0;
}
