/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A client on Mbed TLS alone, as the engine comes and as its own examples use it:
 * the root in PEM, buffers of 16 KB, all that it offers. It verifies the chain,
 * the name and the dates.
 */
#include <rtthread.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/platform_time.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include "board_random.h"
#include "../peer.h"
#include "../wire.h"
#include "root.h"
#include "variant.h"

struct peer
{
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt root;
    mbedtls_ssl_config config;
    mbedtls_ssl_context session;
};

void *peer_calloc(size_t count, size_t size)
{
    return rt_calloc(count, size);
}

void peer_free(void *memory)
{
    rt_free(memory);
}

mbedtls_ms_time_t mbedtls_ms_time(void)
{
    return (mbedtls_ms_time_t)rt_tick_get_millisecond();
}

int mbedtls_hardware_poll(void *data, unsigned char *output, size_t length, size_t *olen)
{
    RT_UNUSED(data);
    board_random_fixed(output, length);
    *olen = length;
    return 0;
}

static int send(void *context, const unsigned char *data, size_t length)
{
    int ret = wire_send(data, length);

    RT_UNUSED(context);
    return ret < 0 ? MBEDTLS_ERR_SSL_CONN_EOF : ret;
}

static int receive(void *context, unsigned char *data, size_t length)
{
    int ret = wire_receive(data, length);

    RT_UNUSED(context);
    return ret < 0 ? MBEDTLS_ERR_SSL_CONN_EOF : ret;
}

static void init(struct peer *peer)
{
    mbedtls_entropy_init(&peer->entropy);
    mbedtls_ctr_drbg_init(&peer->random);
    mbedtls_x509_crt_init(&peer->root);
    mbedtls_ssl_config_init(&peer->config);
    mbedtls_ssl_init(&peer->session);
}

static void give_back(struct peer *peer)
{
    wire_close();
    mbedtls_ssl_free(&peer->session);
    mbedtls_ssl_config_free(&peer->config);
    mbedtls_x509_crt_free(&peer->root);
    mbedtls_ctr_drbg_free(&peer->random);
    mbedtls_entropy_free(&peer->entropy);
    mbedtls_psa_crypto_free();
    rt_free(peer);
}

static int set_up(struct peer *peer, const char *host)
{
    int ret = psa_crypto_init() == PSA_SUCCESS ? 0 : -1;

    if (ret == 0)
    {
        ret = mbedtls_ctr_drbg_seed(&peer->random, mbedtls_entropy_func, &peer->entropy, NULL, 0);
    }
    if (ret == 0)
    {
        ret = mbedtls_x509_crt_parse(&peer->root, root_pem, sizeof(root_pem));
    }
    if (ret == 0)
    {
        ret = mbedtls_ssl_config_defaults(&peer->config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                          MBEDTLS_SSL_PRESET_DEFAULT);
    }
    if (ret != 0)
    {
        return ret;
    }
    mbedtls_ssl_conf_ca_chain(&peer->config, &peer->root, NULL);
    mbedtls_ssl_conf_rng(&peer->config, mbedtls_ctr_drbg_random, &peer->random);
    variant_configure(&peer->config);
    ret = mbedtls_ssl_setup(&peer->session, &peer->config);
    if (ret == 0)
    {
        ret = mbedtls_ssl_set_hostname(&peer->session, host);
    }
    mbedtls_ssl_set_bio(&peer->session, NULL, send, receive, NULL);
    return ret;
}

int peer_open(struct peer **peer, const char *host, const char *port)
{
    int ret = -1;

    *peer = rt_malloc(sizeof(**peer));
    if (*peer == NULL)
    {
        return ret;
    }
    init(*peer);
    ret = set_up(*peer, host);
    if (ret == 0)
    {
        ret = wire_open(host, port) == 0 ? mbedtls_ssl_handshake(&(*peer)->session) : -1;
    }
    if (ret != 0)
    {
        give_back(*peer);
        *peer = NULL;
    }
    return ret;
}

int peer_write(struct peer *peer, const void *data, size_t length)
{
    return mbedtls_ssl_write(&peer->session, data, length);
}

/* A session ticket of TLS 1.3 comes between the data, and is not wanted. */
int peer_read(struct peer *peer, void *data, size_t length)
{
    int ret;

    do
    {
        ret = mbedtls_ssl_read(&peer->session, data, length);
    } while (ret == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
    return ret;
}

void peer_close(struct peer *peer)
{
    (void)mbedtls_ssl_close_notify(&peer->session);
    give_back(peer);
}
