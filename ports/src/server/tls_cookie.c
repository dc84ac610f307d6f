/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cookies of a DTLS server.
 */
#include <string.h>

#include "tls_clock.h"
#include "tls_cookie.h"
#include "tls_error.h"
#include "tls_memory.h"
#include "tls_random.h"

#define MAC_SIZE                32      /* HMAC with SHA-256 */

/* Give a context a new secret. */
static int renew(mbedtls_md_context_t *mac)
{
    unsigned char secret[MAC_SIZE];
    int ret = tls_random_bytes(RT_NULL, secret, sizeof(secret));

    if (ret == 0)
    {
        ret = mbedtls_md_hmac_starts(mac, secret, sizeof(secret));
    }
    tls_zeroize(secret, sizeof(secret));

    return ret;
}

int tls_cookie_init(struct tls_cookie_jar *jar)
{
    int ret = 0;
    int i;

    memset(jar, 0, sizeof(*jar));
    for (i = 0; i < 2 && ret == 0; i++)
    {
        mbedtls_md_init(&jar->macs[i]);
        ret = mbedtls_md_setup(&jar->macs[i], mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1);
        if (ret == 0)
        {
            ret = renew(&jar->macs[i]);
        }
    }
    jar->since = tls_clock_milliseconds();

    return ret;
}

void tls_cookie_free(struct tls_cookie_jar *jar)
{
    mbedtls_md_free(&jar->macs[0]);
    mbedtls_md_free(&jar->macs[1]);
    tls_zeroize(jar, sizeof(*jar));
}

/* Replace the older secret when it is due; both after two intervals without a client. */
static int rotate(struct tls_cookie_jar *jar)
{
    uint64_t age = tls_clock_milliseconds() - jar->since;
    int ret = 0;
    int count = age < TLS_COOKIE_INTERVAL ? 0 : age < 2 * TLS_COOKIE_INTERVAL ? 1 : 2;

    while (count-- > 0 && ret == 0)
    {
        ret = renew(&jar->macs[!jar->newest]);
        if (ret == 0)
        {
            jar->newest = !jar->newest;
            jar->since = tls_clock_milliseconds();
        }
    }

    return ret;
}

static int compute(mbedtls_md_context_t *mac, const unsigned char *id, size_t id_length,
                   const unsigned char *parameters, size_t parameters_length, unsigned char result[MAC_SIZE])
{
    unsigned char length = (unsigned char)id_length;
    int ret = mbedtls_md_hmac_reset(mac);

    ret = ret != 0 ? ret : mbedtls_md_hmac_update(mac, &length, 1);
    ret = ret != 0 ? ret : mbedtls_md_hmac_update(mac, id, id_length);
    ret = ret != 0 ? ret : mbedtls_md_hmac_update(mac, parameters, parameters_length);

    return ret != 0 ? ret : mbedtls_md_hmac_finish(mac, result);
}

int tls_cookie_make(struct tls_cookie_jar *jar, const unsigned char *id, size_t id_length,
                    const unsigned char *parameters, size_t parameters_length, unsigned char cookie[TLS_COOKIE_SIZE])
{
    unsigned char result[MAC_SIZE];
    int ret = rotate(jar);

    if (ret == 0)
    {
        ret = compute(&jar->macs[jar->newest], id, id_length, parameters, parameters_length, result);
    }
    if (ret == 0)
    {
        memcpy(cookie, result, TLS_COOKIE_SIZE);
    }

    return ret;
}

/* Takes the same time wherever the first difference is. */
static int is_equal(const unsigned char *one, const unsigned char *other)
{
    volatile unsigned char difference = 0;
    int i;

    for (i = 0; i < TLS_COOKIE_SIZE; i++)
    {
        difference = (unsigned char)(difference | (one[i] ^ other[i]));
    }

    return difference == 0;
}

int tls_cookie_is_good(struct tls_cookie_jar *jar, const unsigned char *id, size_t id_length,
                       const unsigned char *parameters, size_t parameters_length,
                       const unsigned char *cookie, size_t cookie_length)
{
    unsigned char result[MAC_SIZE];
    int i;

    if (cookie_length != TLS_COOKIE_SIZE || rotate(jar) != 0)
    {
        return 0;
    }
    for (i = 0; i < 2; i++)
    {
        if (compute(&jar->macs[i], id, id_length, parameters, parameters_length, result) == 0 &&
            is_equal(result, cookie))
        {
            return 1;
        }
    }

    return 0;
}
