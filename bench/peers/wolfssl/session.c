/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A client on wolfSSL. It verifies the chain, the name and the dates.
 */
#include <rtthread.h>

#include <wolfssl/ssl.h>

#include "board_random.h"
#include "../peer.h"
#include "../wire.h"
#include "root.h"

struct peer
{
    WOLFSSL_CTX *context;
    WOLFSSL *session;
};

int peer_random(unsigned char *buffer, unsigned int length)
{
    board_random_fixed(buffer, length);
    return 0;
}

static int receive(WOLFSSL *session, char *data, int length, void *context)
{
    int ret = wire_receive(data, (size_t)length);

    RT_UNUSED(session);
    RT_UNUSED(context);
    if (ret > 0)
    {
        return ret;
    }
    return ret == 0 ? WOLFSSL_CBIO_ERR_CONN_CLOSE : WOLFSSL_CBIO_ERR_GENERAL;
}

static int send(WOLFSSL *session, char *data, int length, void *context)
{
    RT_UNUSED(session);
    RT_UNUSED(context);
    return wire_send(data, (size_t)length) == length ? length : WOLFSSL_CBIO_ERR_GENERAL;
}

/* An out-of-memory failure has no code of its own; return -1. */
static int set_up(struct peer *peer, const char *host)
{
    peer->context = wolfSSL_CTX_new(wolfTLSv1_2_client_method());
    if (peer->context == NULL ||
        wolfSSL_CTX_load_verify_buffer(peer->context, root_der, sizeof(root_der), SSL_FILETYPE_ASN1) != SSL_SUCCESS)
    {
        return -1;
    }
    wolfSSL_CTX_set_verify(peer->context, SSL_VERIFY_PEER, NULL);
    wolfSSL_CTX_SetIORecv(peer->context, receive);
    wolfSSL_CTX_SetIOSend(peer->context, send);
    peer->session = wolfSSL_new(peer->context);
    if (peer->session == NULL ||
        wolfSSL_UseSNI(peer->session, WOLFSSL_SNI_HOST_NAME, host, (word16)rt_strlen(host)) != SSL_SUCCESS ||
        wolfSSL_UseMaxFragment(peer->session, WOLFSSL_MFL_2_9) != SSL_SUCCESS ||
        wolfSSL_check_domain_name(peer->session, host) != SSL_SUCCESS)
    {
        return -1;
    }
    return 0;
}

static int shake_hands(struct peer *peer, const char *host, const char *port)
{
    int ret;

    if (set_up(peer, host) != 0 || wire_open(host, port) != 0)
    {
        return -1;
    }
    if (wolfSSL_connect(peer->session) == SSL_SUCCESS)
    {
        return 0;
    }
    ret = wolfSSL_get_error(peer->session, 0);
    return ret != 0 ? ret : -1;
}

static void give_back(struct peer *peer)
{
    wire_close();
    wolfSSL_free(peer->session);
    wolfSSL_CTX_free(peer->context);
    (void)wolfSSL_Cleanup();
    rt_free(peer);
}

int peer_open(struct peer **peer, const char *host, const char *port)
{
    int ret = -1;

    *peer = rt_calloc(1, sizeof(**peer));
    if (*peer != NULL)
    {
        ret = shake_hands(*peer, host, port);
        if (ret != 0)
        {
            give_back(*peer);
            *peer = NULL;
        }
    }
    return ret;
}

int peer_write(struct peer *peer, const void *data, size_t length)
{
    return wolfSSL_write(peer->session, data, (int)length);
}

int peer_read(struct peer *peer, void *data, size_t length)
{
    return wolfSSL_read(peer->session, data, (int)length);
}

void peer_close(struct peer *peer)
{
    (void)wolfSSL_shutdown(peer->session);
    give_back(peer);
}
