/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys outside: a private key of the engine whose signatures come from a function. In
 * builds with PKG_MBEDTLS_CLIENT_SIGN.
 *
 * The engine has no public interface for EC keys of this kind, so this file fills its
 * table of functions for a kind of key.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "tls_engine.h"
#include "tls_memory.h"

#ifdef PKG_MBEDTLS_ENGINE_2_28
#include "mbedtls/pk_internal.h"
#else
#include "../../../mbedtls/library/pk_wrap.h"
#endif

#define LONGEST_NUMBER          66      /* bytes of a number of P-521 */

struct outside
{
    mbedtls_pk_context *public;         /* the certificate's key */
    tls_engine_sign *sign;
    void (*refuse)(void *context);
    void *context;
};

static int is_curve(const struct outside *outside)
{
    return mbedtls_pk_can_do(outside->public, MBEDTLS_PK_ECDSA);
}

/* An INTEGER: without leading zeros, and with one if it looked negative. Returns its bytes. */
static size_t put_number(unsigned char *out, const unsigned char *number, size_t length)
{
    size_t zero;

    for (; length > 1 && number[0] == 0; number++)
    {
        length--;
    }
    zero = number[0] >> 7;
    out[0] = MBEDTLS_ASN1_INTEGER;
    out[1] = (unsigned char)(length + zero);
    out[2] = 0;
    memcpy(out + 2 + zero, number, length);

    return 2 + zero + length;
}

/* r and s as ECDSA-Sig-Value, RFC 3279 2.2.3. Returns its bytes. */
static size_t put_pair(unsigned char *out, const unsigned char *raw, size_t half)
{
    unsigned char body[2 * (LONGEST_NUMBER + 3)];
    size_t length = put_number(body, raw, half);
    size_t head = 2;

    length += put_number(body + length, raw + half, half);
    out[0] = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
    out[1] = (unsigned char)length;
    if (length >= 0x80)
    {
        out[1] = 0x81;
        out[2] = (unsigned char)length;
        head = 3;
    }
    memcpy(out + head, body, length);

    return head + length;
}

/* A signature that the certificate's key verifies, so that a fault of the chip never reaches the network. */
static int sign_checked(struct outside *outside, mbedtls_md_type_t md, const unsigned char *hash, size_t length,
                        unsigned char *signature, size_t *size)
{
    unsigned char raw[2 * LONGEST_NUMBER];
    size_t half = (mbedtls_pk_get_bitlen(outside->public) + 7) / 8;
    int ret;

    if (is_curve(outside))
    {
        ret = outside->sign(outside->context, 0, hash, length, raw, 2 * half);
        *size = ret == 0 ? put_pair(signature, raw, half) : 0;
    }
    else
    {
        ret = outside->sign(outside->context, 1, hash, length, signature, half);
        *size = half;
    }
    if (ret != 0)
    {
        return ret;
    }

    ret = mbedtls_pk_verify(outside->public, md, hash, length, signature, *size);
    if (ret != 0)
    {
        outside->refuse(outside->context);
    }

    return ret;
}

#ifdef PKG_MBEDTLS_ENGINE_2_28
static size_t get_bits(const void *context)
{
    return mbedtls_pk_get_bitlen(((const struct outside *)context)->public);
}

static int sign_hash(void *context, mbedtls_md_type_t md, const unsigned char *hash, size_t length,
                     unsigned char *signature, size_t *size, int (*f_rng)(void *, unsigned char *, size_t), void *p_rng)
{
    (void)f_rng;
    (void)p_rng;

    return sign_checked(context, md, hash, length, signature, size);
}
#else
static size_t get_bits(mbedtls_pk_context *pk)
{
    return mbedtls_pk_get_bitlen(((const struct outside *)pk->pk_ctx)->public);
}

static int sign_hash(mbedtls_pk_context *pk, mbedtls_md_type_t md, const unsigned char *hash, size_t length,
                     unsigned char *signature, size_t room, size_t *size,
                     int (*f_rng)(void *, unsigned char *, size_t), void *p_rng)
{
    (void)f_rng;
    (void)p_rng;
    if (room < mbedtls_pk_get_len(pk) || room < MBEDTLS_PK_SIGNATURE_MAX_SIZE)
    {
        return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
    }

    return sign_checked(pk->pk_ctx, md, hash, length, signature, size);
}
#endif

static int can_do_curve(mbedtls_pk_type_t type)
{
    return type == MBEDTLS_PK_ECKEY || type == MBEDTLS_PK_ECDSA;
}

static int can_do_rsa(mbedtls_pk_type_t type)
{
    return type == MBEDTLS_PK_RSA;
}

static const mbedtls_pk_info_t infos[] =
{
    { .type = MBEDTLS_PK_RSA, .name = "RSA", .get_bitlen = get_bits, .can_do = can_do_rsa, .sign_func = sign_hash,
      .ctx_free_func = tls_free },
    { .type = MBEDTLS_PK_ECKEY, .name = "EC", .get_bitlen = get_bits, .can_do = can_do_curve, .sign_func = sign_hash,
      .ctx_free_func = tls_free },
};

int tls_engine_use_outside(mbedtls_pk_context *pk, mbedtls_x509_crt *crt, tls_engine_sign *sign,
                           void (*refuse)(void *context), void *context)
{
    struct outside *outside = tls_calloc(1, sizeof(*outside));

    if (outside == NULL)
    {
        return MBEDTLS_ERR_PK_ALLOC_FAILED;
    }
    outside->public = &crt->pk;
    outside->sign = sign;
    outside->refuse = refuse;
    outside->context = context;
    pk->pk_info = &infos[is_curve(outside)];
    pk->pk_ctx = outside;

    return 0;
}
