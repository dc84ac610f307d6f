/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_entropy: seeds two random generators from the engine's entropy collector,
 * as an application may do, and prints what both generators return.
 */
#include <stdio.h>

#include <rtthread.h>
#include <finsh.h>

#include <tls_client.h>

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"

#if defined(PKG_MBEDTLS_ENTROPY) && defined(MBEDTLS_CTR_DRBG_C)
static int draw(void)
{
    static mbedtls_entropy_context entropy;
    static mbedtls_ctr_drbg_context drbg;
    unsigned char bytes[16];
    size_t i;
    int ret;

    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    ret = mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, RT_NULL, 0);
    ret = ret != 0 ? ret : mbedtls_ctr_drbg_random(&drbg, bytes, sizeof(bytes));
    mbedtls_ctr_drbg_free(&drbg);
    mbedtls_entropy_free(&entropy);

    rt_kprintf("ENTROPY %d ", ret);
    for (i = 0; ret == 0 && i < sizeof(bytes); i++)
    {
        rt_kprintf("%02x", bytes[i]);
    }
    rt_kprintf("\n");

    return ret;
}

static int tls_entropy(int argc, char **argv)
{
    (void)argc;
    (void)argv;

    return draw() != 0 || draw() != 0 ? -1 : 0;
}
MSH_CMD_EXPORT(tls_entropy, numbers of two generators seeded from the entropy collector);
#endif
