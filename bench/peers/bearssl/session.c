/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A client on BearSSL with a profile of a few implementations picked by hand, as
 * its own documentation advises for small systems. BearSSL verifies the chain,
 * the name and the dates; it does not check the root's own dates, since a trust
 * anchor is a name and a key there.
 */
#include <time.h>

#include <rtthread.h>

#include "board_random.h"
#include "../peer.h"
#include "../wire.h"
#include "profile.h"

#define SEED_SIZE           32
#define SECONDS_OF_A_DAY    86400
#define DAYS_TO_1970        719528      /* from the year 0 on */

struct peer
{
    br_ssl_client_context client;
    br_x509_minimal_context x509;
    br_sslio_context io;
    unsigned char buffer[];
};

static int receive(void *context, unsigned char *data, size_t length)
{
    int ret = wire_receive(data, length);

    RT_UNUSED(context);
    return ret > 0 ? ret : -1;
}

static int send(void *context, const unsigned char *data, size_t length)
{
    RT_UNUSED(context);
    return wire_send(data, length);
}

static void set_up(struct peer *peer)
{
    br_ssl_engine_context *engine = &peer->client.eng;
    unsigned char seed[SEED_SIZE];
    time_t now = time(RT_NULL);

    br_ssl_client_zero(&peer->client);
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_x509_minimal_init(&peer->x509, &br_sha256_vtable, &profile_anchor, 1);
    br_x509_minimal_set_hash(&peer->x509, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_time(&peer->x509, (uint32_t)(now / SECONDS_OF_A_DAY) + DAYS_TO_1970,
                             (uint32_t)(now % SECONDS_OF_A_DAY));
    br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
    profile_set(engine, &peer->x509);
    br_ssl_engine_set_x509(engine, &peer->x509.vtable);
    br_ssl_engine_set_buffer(engine, peer->buffer, profile_buffer, 0);
    board_random_fixed(seed, sizeof(seed));
    br_ssl_engine_inject_entropy(engine, seed, sizeof(seed));
}

static int shake_hands(struct peer *peer, const char *host, const char *port)
{
    br_ssl_engine_context *engine = &peer->client.eng;
    int ret = -1;

    set_up(peer);
    if (wire_open(host, port) != 0)
    {
        return ret;
    }
    br_sslio_init(&peer->io, engine, receive, RT_NULL, send, RT_NULL);
    if (br_ssl_client_reset(&peer->client, host, 0) == 1 && br_sslio_flush(&peer->io) == 0)
    {
        return 0;
    }
    if (br_ssl_engine_last_error(engine) != BR_ERR_OK)
    {
        ret = br_ssl_engine_last_error(engine);
    }
    wire_close();
    return ret;
}

int peer_open(struct peer **peer, const char *host, const char *port)
{
    int ret = -1;

    *peer = rt_malloc(sizeof(**peer) + profile_buffer);
    if (*peer != RT_NULL)
    {
        ret = shake_hands(*peer, host, port);
        if (ret != 0)
        {
            rt_free(*peer);
            *peer = RT_NULL;
        }
    }
    return ret;
}

int peer_write(struct peer *peer, const void *data, size_t length)
{
    return br_sslio_write_all(&peer->io, data, length) == 0 && br_sslio_flush(&peer->io) == 0 ? (int)length : -1;
}

int peer_read(struct peer *peer, void *data, size_t length)
{
    return br_sslio_read(&peer->io, data, length);
}

void peer_close(struct peer *peer)
{
    (void)br_sslio_close(&peer->io);
    wire_close();
    rt_free(peer);
}
