/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The list of a server's clients and its limits.
 */
#include <string.h>

#include "tls_server_parts.h"

void tls_server_add_client(struct tls_server_client *client)
{
    client->next = client->server->clients;
    client->server->clients = client;
}

void tls_server_remove_client(struct tls_server_client *client)
{
    struct tls_server_client **link = &client->server->clients;

    while (*link != client)
    {
        link = &(*link)->next;
    }
    *link = client->next;
    client->next = RT_NULL;
}

void tls_server_move_to_end(struct tls_server_client *client)
{
    struct tls_server_client **link = &client->server->clients;

    tls_server_remove_client(client);
    while (*link != RT_NULL)
    {
        link = &(*link)->next;
    }
    *link = client;
}

int tls_server_is_live(const struct tls_server_client *client)
{
    return client->state != TLS_SERVER_STATE_ENDED;
}

unsigned tls_server_clients(const struct tls_server *server, unsigned *handshakes)
{
    const struct tls_server_client *client;
    unsigned counts[4] = { 0, 0, 0, 0 };

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        counts[client->state]++;
    }
    if (handshakes != RT_NULL)
    {
        *handshakes = counts[TLS_SERVER_STATE_WAITING] + counts[TLS_SERVER_STATE_HANDSHAKE];
    }

    return counts[TLS_SERVER_STATE_CONNECTED];
}

int tls_server_has_room(const struct tls_server *server)
{
    const struct tls_server_client *client;
    unsigned handshakes = 0;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        handshakes += client->state == TLS_SERVER_STATE_HANDSHAKE;
    }

    return handshakes < server->options.handshakes;
}

int tls_server_is_full(const struct tls_server *server)
{
    unsigned handshakes;
    unsigned connected = tls_server_clients(server, &handshakes);

    return connected + handshakes >= server->options.clients;
}

/* Their ports may differ. */
static int is_same_host(const struct tls_net_peer *one, const struct tls_net_peer *other)
{
    unsigned char ids[2][TLS_NET_PEER_ID];
    size_t length = tls_net_peer_id(one, ids[0]);

    return length == tls_net_peer_id(other, ids[1]) && memcmp(ids[0] + 2, ids[1] + 2, length - 2) == 0;
}

/* The clients of a host in a state. */
static unsigned count_of(const struct tls_server *server, enum tls_server_state state, const struct tls_net_peer *peer)
{
    const struct tls_server_client *client;
    unsigned count = 0;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        count += client->state == state && is_same_host(&client->peer, peer);
    }

    return count;
}

struct tls_server_client *tls_server_find_yielding(const struct tls_server *server, enum tls_server_state state,
                                                   const struct tls_net_peer *peer)
{
    int has_place = count_of(server, state, peer) > 0;
    struct tls_server_client *client, *found = RT_NULL;
    int is_several = 0;

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        int has_several = !has_place && count_of(server, state, &client->peer) > 1;

        if (client->state == state && (!has_place || is_same_host(&client->peer, peer)) &&
            (found == RT_NULL || has_several > is_several ||
             (has_several == is_several && client->progress < found->progress)))
        {
            found = client;
            is_several = has_several;
        }
    }
    if (found != RT_NULL && state == TLS_SERVER_STATE_HANDSHAKE && !is_several &&
        server->waited - found->progress < PKG_MBEDTLS_SERVER_PATIENCE)
    {
        return RT_NULL;
    }

    return found;
}
