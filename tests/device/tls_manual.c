/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_manual: a client with the engine's own functions, in the order of the manual's
 * chapter 7.2. It gets a page and prints how many bytes came behind the header,
 * and their checksum.
 *
 *     tls_manual NAME PORT PATH [CODE [handshake]]
 *
 * CODE is a maximum fragment length of the engine, 0: none. With "handshake" it makes
 * the handshake with mbedtls_ssl_handshake(), without, the first write does it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>
#include <finsh.h>

#include <tls_client.h>
#include <tls_certificate.h>

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"
#include "mbedtls/net_sockets.h"

#if defined(PKG_MBEDTLS_ENTROPY) && defined(PKG_MBEDTLS_CERTIFICATES) && defined(PKG_MBEDTLS_PEM) && \
    defined(MBEDTLS_CTR_DRBG_C) && defined(PKG_MBEDTLS_TLS1_2)
static mbedtls_net_context server_fd;
static mbedtls_ssl_context ssl;
static mbedtls_ssl_config conf;
static mbedtls_ctr_drbg_context ctr_drbg;
static mbedtls_entropy_context entropy;
static mbedtls_x509_crt cacert;

static int start(const char *name)
{
    int ret;

    mbedtls_net_init(&server_fd);
    mbedtls_ssl_init(&ssl);
    mbedtls_ssl_config_init(&conf);
    mbedtls_ctr_drbg_init(&ctr_drbg);
    mbedtls_entropy_init(&entropy);
    ret = mbedtls_ctr_drbg_seed(&ctr_drbg, mbedtls_entropy_func, &entropy, RT_NULL, 0);
    mbedtls_x509_crt_init(&cacert);
    ret = ret != 0 ? ret : mbedtls_x509_crt_parse(&cacert, (const unsigned char *)mbedtls_root_certificate,
                                                  mbedtls_root_certificate_len);
    ret = ret != 0 ? ret : mbedtls_ssl_set_hostname(&ssl, name);
    ret = ret != 0 ? ret : mbedtls_ssl_config_defaults(&conf, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                                       MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&conf, &cacert, RT_NULL);
    mbedtls_ssl_conf_rng(&conf, mbedtls_ctr_drbg_random, &ctr_drbg);

    return ret;
}

static int connect_to(const char *port)
{
    int ret = mbedtls_ssl_setup(&ssl, &conf);

    ret = ret != 0 ? ret : mbedtls_net_connect(&server_fd, "127.0.0.1", port, MBEDTLS_NET_PROTO_TCP);
    mbedtls_ssl_set_bio(&ssl, &server_fd, mbedtls_net_send, mbedtls_net_recv, RT_NULL);

    return ret;
}

/* Returns 0 at the end of the answer. */
static int get(const char *path)
{
    static unsigned char buf[4096];
    int length = rt_snprintf((char *)buf, sizeof(buf), "GET %s HTTP/1.0\r\n\r\n", path);
    unsigned long received = 0;
    unsigned sum = 0;
    int ends = 0;                       /* characters of the empty line behind the header */
    int ret = mbedtls_ssl_write(&ssl, buf, (size_t)length);
    int i;

    while (ret > 0)
    {
        ret = mbedtls_ssl_read(&ssl, buf, sizeof(buf));
        for (i = 0; i < ret; i++)
        {
            if (ends == 4)
            {
                sum = sum * 33 + buf[i];
                received++;
            }
            else
            {
                ends = buf[i] == "\r\n\r\n"[ends] ? ends + 1 : 0;
            }
        }
    }
    rt_kprintf("MANUAL %d %lu %u\n", ret, received, sum);

    return ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : ret;
}

static void finish(void)
{
    (void)mbedtls_ssl_close_notify(&ssl);
    mbedtls_net_free(&server_fd);
    mbedtls_x509_crt_free(&cacert);
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&conf);
    mbedtls_ctr_drbg_free(&ctr_drbg);
    mbedtls_entropy_free(&entropy);
}

static int tls_manual(int argc, char **argv)
{
    int ret = argc < 4 ? -1 : start(argv[1]);

#ifdef PKG_MBEDTLS_MAX_FRAGMENT_LENGTH  /* not declared without it */
    if (ret == 0 && argc > 4 && atoi(argv[4]) > 0)
    {
        ret = mbedtls_ssl_conf_max_frag_len(&conf, (unsigned char)atoi(argv[4]));
    }
#endif
    ret = ret != 0 ? ret : connect_to(argv[2]);
    if (ret == 0 && argc > 5)
    {
        ret = mbedtls_ssl_handshake(&ssl);
        ret = ret != 0 ? ret : (int)mbedtls_ssl_get_verify_result(&ssl);
    }
    ret = ret != 0 ? ret : get(argv[3]);
    rt_kprintf("MANUAL ends: %d\n", ret);
    finish();

    return ret;
}
MSH_CMD_EXPORT(tls_manual, get a page with the functions of the engine: NAME PORT PATH [CODE [handshake]]);
#endif
