/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_server_clients: which handshake yields its place, and when.
 */
#include "unit.h"

#include <string.h>

#include <sys/socket.h>
#include <netinet/in.h>

#include "../../ports/src/base/tls_has.h"

#ifdef PKG_MBEDTLS_SERVER
#include "../../ports/src/server/tls_server_parts.h"

static struct tls_server server;
static struct tls_server_client clients[2];
static struct tls_net_peer newcomer;

static void set_host(struct tls_net_peer *peer, unsigned number)
{
    struct sockaddr_in address;

    memset(peer, 0, sizeof(*peer));
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7F000000 + number);
    memcpy(peer->words, &address, sizeof(address));
    peer->length = sizeof(address);
}

/* Two handshakes of two hosts, and a client of a third that wants a place. */
static int two_handshakes(void **state)
{
    size_t i;

    (void)state;
    memset(&server, 0, sizeof(server));
    memset(clients, 0, sizeof(clients));
    set_host(&newcomer, 9);
    for (i = 0; i < 2; i++)
    {
        set_host(&clients[i].peer, (unsigned)i + 1);
        clients[i].server = &server;
        clients[i].state = TLS_SERVER_STATE_HANDSHAKE;
        clients[i].progress = i;
        tls_server_add_client(&clients[i]);
    }

    return 0;
}

static struct tls_server_client *yielding(void)
{
    return tls_server_find_yielding(&server, TLS_SERVER_STATE_HANDSHAKE, &newcomer);
}

static void the_longest_silence_yields(void **state)
{
    (void)state;
    server.waited = PKG_MBEDTLS_SERVER_PATIENCE - 1;
    assert_null(yielding());
    server.waited = PKG_MBEDTLS_SERVER_PATIENCE;
    assert_ptr_equal(yielding(), &clients[0]);
}

/* While the server computes for one client, the messages of the others wait in their sockets. */
static void time_in_which_the_server_computes_does_not_count(void **state)
{
    (void)state;
    standin_tick_advance(rt_tick_from_millisecond(2 * PKG_MBEDTLS_SERVER_PATIENCE));
    assert_null(yielding());
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(the_longest_silence_yields, two_handshakes),
        cmocka_unit_test_setup(time_in_which_the_server_computes_does_not_count, two_handshakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return UNIT_SKIPPED;
}

#endif
