/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The list of a server's clients and its limits.
 */
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
    unsigned counts[3] = { 0, 0, 0 };

    for (client = server->clients; client != RT_NULL; client = client->next)
    {
        counts[client->state]++;
    }
    if (handshakes != RT_NULL)
    {
        *handshakes = counts[TLS_SERVER_STATE_HANDSHAKE];
    }

    return counts[TLS_SERVER_STATE_CONNECTED];
}

int tls_server_has_room(const struct tls_server *server)
{
    unsigned handshakes;

    (void)tls_server_clients(server, &handshakes);

    return handshakes < server->options.handshakes;
}

int tls_server_is_full(const struct tls_server *server)
{
    unsigned handshakes;
    unsigned connected = tls_server_clients(server, &handshakes);

    return connected + handshakes >= server->options.clients;
}
