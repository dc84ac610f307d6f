/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rules that say how a name resolves; standin.h shows how they are written.
 */
#ifndef STANDIN_RESOLVE_RULES_H
#define STANDIN_RESOLVE_RULES_H

#include <sys/socket.h>

#include <rtthread.h>

#define RESOLVE_NAME_SIZE       256
#define RESOLVE_ADDRESSES_MAX   8
#define RESOLVE_FOR_EVER        (-1)

enum resolve_action
{
    RESOLVE_ADDRESSES,
    RESOLVE_NXDOMAIN,
    RESOLVE_FAIL,
    RESOLVE_HANG
};

struct resolve_address
{
    struct sockaddr_storage address;
    rt_bool_t               has_port;
};

struct resolve_rule
{
    char                   name[RESOLVE_NAME_SIZE];
    int                    port;        /* 0: any */
    enum resolve_action    action;
    int                    seconds;     /* of RESOLVE_HANG */
    int                    count;
    struct resolve_address addresses[RESOLVE_ADDRESSES_MAX];
    struct resolve_rule   *next;
};

/* Copies the rule for a name and port; RT_FALSE if there is none. */
rt_bool_t resolve_rule_find(const char *name, int port,
                            struct resolve_rule *found);

/* The port of an IPv4 or IPv6 address. */
void resolve_set_port(struct sockaddr_storage *address, int port);

#endif /* STANDIN_RESOLVE_RULES_H */
