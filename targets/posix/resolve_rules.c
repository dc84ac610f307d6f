/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reads and keeps the rules by which names resolve.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <standin.h>

#include "resolve_rules.h"

#define PORT_MAX    65535

static struct resolve_rule *rules;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void resolve_set_port(struct sockaddr_storage *address, int port)
{
    if (address->ss_family == AF_INET6)
    {
        ((struct sockaddr_in6 *)address)->sin6_port = htons((uint16_t)port);
    }
    else
    {
        ((struct sockaddr_in *)address)->sin_port = htons((uint16_t)port);
    }
}

static rt_bool_t read_number(const char *text, long max, int *number)
{
    char *end;
    long value = strtol(text, &end, 10);

    *number = (int)value;
    return end != text && *end == '\0' && value >= 0 && value <= max;
}

/* Cuts ":PORT" off a name or an address without brackets; no port gives 0. */
static rt_bool_t cut_port(char *text, int *port)
{
    char *colon = strchr(text, ':');

    *port = 0;
    if (colon == RT_NULL)
    {
        return RT_TRUE;
    }
    *colon = '\0';
    return read_number(colon + 1, PORT_MAX, port);
}

static rt_bool_t read_address(char *text, struct resolve_address *result)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&result->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&result->address;
    int port = 0;

    if (text[0] == '[')
    {
        char *end = strchr(text, ']');

        if (end == RT_NULL || (end[1] != '\0' && end[1] != ':'))
        {
            return RT_FALSE;
        }
        if (end[1] == ':' && !read_number(end + 2, PORT_MAX, &port))
        {
            return RT_FALSE;
        }
        *end = '\0';
        v6->sin6_family = AF_INET6;
        if (inet_pton(AF_INET6, text + 1, &v6->sin6_addr) != 1)
        {
            return RT_FALSE;
        }
    }
    else
    {
        v4->sin_family = AF_INET;
        if (!cut_port(text, &port) ||
            inet_pton(AF_INET, text, &v4->sin_addr) != 1)
        {
            return RT_FALSE;
        }
    }
    result->has_port = port != 0;
    resolve_set_port(&result->address, port);
    return RT_TRUE;
}

static rt_bool_t read_addresses(char *text, struct resolve_rule *rule)
{
    char *rest = RT_NULL;

    for (char *item = strtok_r(text, ",", &rest); item != RT_NULL;
         item = strtok_r(RT_NULL, ",", &rest))
    {
        if (rule->count == RESOLVE_ADDRESSES_MAX ||
            !read_address(item, &rule->addresses[rule->count]))
        {
            return RT_FALSE;
        }
        rule->count++;
    }
    return rule->count > 0;
}

static rt_bool_t read_answer(char *text, struct resolve_rule *rule)
{
    rule->seconds = RESOLVE_FOR_EVER;
    if (text[0] != '!')
    {
        rule->action = RESOLVE_ADDRESSES;
        return read_addresses(text, rule);
    }
    if (strcmp(text, "!nxdomain") == 0)
    {
        rule->action = RESOLVE_NXDOMAIN;
        return RT_TRUE;
    }
    if (strcmp(text, "!fail") == 0)
    {
        rule->action = RESOLVE_FAIL;
        return RT_TRUE;
    }
    rule->action = RESOLVE_HANG;
    if (strncmp(text, "!hang:", 6) == 0)
    {
        return read_number(text + 6, INT32_MAX, &rule->seconds);
    }
    return strcmp(text, "!hang") == 0;
}

static rt_bool_t read_rule(char *text, struct resolve_rule *rule)
{
    char *equals = strchr(text, '=');

    if (equals == RT_NULL)
    {
        return RT_FALSE;
    }
    *equals = '\0';
    if (!cut_port(text, &rule->port) || text[0] == '\0' ||
        strlen(text) >= RESOLVE_NAME_SIZE)
    {
        return RT_FALSE;
    }
    strcpy(rule->name, text);
    return read_answer(equals + 1, rule);
}

rt_err_t standin_resolve_add(const char *text)
{
    struct resolve_rule *rule = calloc(1, sizeof(*rule));
    char *copy = strdup(text);
    rt_bool_t read = rule != RT_NULL && copy != RT_NULL && read_rule(copy, rule);

    free(copy);
    if (!read)
    {
        free(rule);
        return -RT_EINVAL;
    }
    pthread_mutex_lock(&lock);
    rule->next = rules;
    rules = rule;
    pthread_mutex_unlock(&lock);
    return RT_EOK;
}

void standin_resolve_clear(void)
{
    pthread_mutex_lock(&lock);
    while (rules != RT_NULL)
    {
        struct resolve_rule *next = rules->next;

        free(rules);
        rules = next;
    }
    pthread_mutex_unlock(&lock);
}

rt_bool_t resolve_rule_find(const char *name, int port,
                            struct resolve_rule *found)
{
    struct resolve_rule *rule;

    pthread_mutex_lock(&lock);
    for (rule = rules; rule != RT_NULL; rule = rule->next)
    {
        if (strcasecmp(rule->name, name) == 0 &&
            (rule->port == 0 || rule->port == port))
        {
            *found = *rule;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return rule != RT_NULL;
}
