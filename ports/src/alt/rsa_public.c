/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's RSA module (MBEDTLS_RSA_ALT) for public keys. Contracts: the engine's
 * mbedtls/rsa.h.
 *
 * Method: rsa_modexp(); a signature is compared with the whole expected message.
 * Bounds: PKCS #1 v1.5 signatures, and encryption for the RSA key exchange.
 * Functions that need a private key return an error.
 * Time: that of rsa_modexp(); it does not depend on the secret of a key exchange.
 */
#include <string.h>

#include "rsa_modexp.h"

#include "mbedtls/asn1.h"
#include "mbedtls/error.h"
#include "mbedtls/md.h"
#include "mbedtls/oid.h"
#include "mbedtls/rsa.h"

#include "tls_memory.h"

#define MODULUS_MIN_BITS        128
#define EXPONENT_MAX_BITS       64      /* no real key has a longer one, and it would take minutes */
#define PADDING_MIN             8       /* RFC 8017 9.2 */
#define INFO_FRAME              10      /* bytes of a DigestInfo without identifier and digest */
#define INFO_MAX                128
#define TRIES                   100     /* for a random byte that is not zero */

/*
 * Keys.
 */
void mbedtls_rsa_init(mbedtls_rsa_context *ctx)
{
    ctx->len = 0;
    mbedtls_mpi_init(&ctx->N);
    mbedtls_mpi_init(&ctx->E);
}

void mbedtls_rsa_free(mbedtls_rsa_context *ctx)
{
    if (ctx != NULL)
    {
        mbedtls_mpi_free(&ctx->N);
        mbedtls_mpi_free(&ctx->E);
        ctx->len = 0;
    }
}

int mbedtls_rsa_copy(mbedtls_rsa_context *dst, const mbedtls_rsa_context *src)
{
    return mbedtls_rsa_import(dst, &src->N, NULL, NULL, NULL, &src->E);
}

int mbedtls_rsa_import(mbedtls_rsa_context *ctx, const mbedtls_mpi *N, const mbedtls_mpi *P, const mbedtls_mpi *Q,
                       const mbedtls_mpi *D, const mbedtls_mpi *E)
{
    int ret = N != NULL ? mbedtls_mpi_copy(&ctx->N, N) : 0;

    if (P != NULL || Q != NULL || D != NULL)
    {
        return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
    }
    if (ret == 0 && E != NULL)
    {
        ret = mbedtls_mpi_copy(&ctx->E, E);
    }
    ctx->len = mbedtls_mpi_size(&ctx->N);

    return ret;
}

int mbedtls_rsa_import_raw(mbedtls_rsa_context *ctx, unsigned char const *N, size_t N_len, unsigned char const *P,
                           size_t P_len, unsigned char const *Q, size_t Q_len, unsigned char const *D, size_t D_len,
                           unsigned char const *E, size_t E_len)
{
    int ret = N != NULL ? mbedtls_mpi_read_binary(&ctx->N, N, N_len) : 0;

    (void)P_len;
    (void)Q_len;
    (void)D_len;

    if (P != NULL || Q != NULL || D != NULL)
    {
        return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
    }
    if (ret == 0 && E != NULL)
    {
        ret = mbedtls_mpi_read_binary(&ctx->E, E, E_len);
    }
    ctx->len = mbedtls_mpi_size(&ctx->N);

    return ret;
}

int mbedtls_rsa_export(const mbedtls_rsa_context *ctx, mbedtls_mpi *N, mbedtls_mpi *P, mbedtls_mpi *Q,
                       mbedtls_mpi *D, mbedtls_mpi *E)
{
    int ret = N != NULL ? mbedtls_mpi_copy(N, &ctx->N) : 0;

    if (P != NULL || Q != NULL || D != NULL)
    {
        return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
    }

    return ret == 0 && E != NULL ? mbedtls_mpi_copy(E, &ctx->E) : ret;
}

int mbedtls_rsa_export_raw(const mbedtls_rsa_context *ctx, unsigned char *N, size_t N_len, unsigned char *P,
                           size_t P_len, unsigned char *Q, size_t Q_len, unsigned char *D, size_t D_len,
                           unsigned char *E, size_t E_len)
{
    int ret = N != NULL ? mbedtls_mpi_write_binary(&ctx->N, N, N_len) : 0;

    (void)P_len;
    (void)Q_len;
    (void)D_len;

    if (P != NULL || Q != NULL || D != NULL)
    {
        return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
    }

    return ret == 0 && E != NULL ? mbedtls_mpi_write_binary(&ctx->E, E, E_len) : ret;
}

int mbedtls_rsa_export_crt(const mbedtls_rsa_context *ctx, mbedtls_mpi *DP, mbedtls_mpi *DQ, mbedtls_mpi *QP)
{
    (void)ctx;
    (void)DP;
    (void)DQ;
    (void)QP;

    return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
}

int mbedtls_rsa_check_pubkey(const mbedtls_rsa_context *ctx)
{
    return mbedtls_mpi_bitlen(&ctx->N) >= MODULUS_MIN_BITS && ctx->len <= MBEDTLS_MPI_MAX_SIZE &&
           mbedtls_mpi_get_bit(&ctx->N, 0) && mbedtls_mpi_get_bit(&ctx->E, 0) && mbedtls_mpi_bitlen(&ctx->E) >= 2 &&
           mbedtls_mpi_bitlen(&ctx->E) <= EXPONENT_MAX_BITS ? 0 : MBEDTLS_ERR_RSA_KEY_CHECK_FAILED;
}

int mbedtls_rsa_complete(mbedtls_rsa_context *ctx)
{
    return mbedtls_rsa_check_pubkey(ctx) == 0 ? 0 : MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
}

size_t mbedtls_rsa_get_len(const mbedtls_rsa_context *ctx)
{
    return ctx->len;
}

size_t mbedtls_rsa_get_bitlen(const mbedtls_rsa_context *ctx)
{
    return mbedtls_mpi_bitlen(&ctx->N);
}

int mbedtls_rsa_set_padding(mbedtls_rsa_context *ctx, int padding, mbedtls_md_type_t hash_id)
{
    (void)ctx;
    (void)hash_id;

    return padding == MBEDTLS_RSA_PKCS_V15 ? 0 : MBEDTLS_ERR_RSA_INVALID_PADDING;
}

int mbedtls_rsa_get_padding_mode(const mbedtls_rsa_context *ctx)
{
    (void)ctx;

    return MBEDTLS_RSA_PKCS_V15;
}

int mbedtls_rsa_get_md_alg(const mbedtls_rsa_context *ctx)
{
    (void)ctx;

    return MBEDTLS_MD_NONE;
}

/*
 * Operations of a public key.
 */
int mbedtls_rsa_public(mbedtls_rsa_context *ctx, const unsigned char *input, unsigned char *output)
{
    int ret = mbedtls_rsa_check_pubkey(ctx);

    if (ret != 0)
    {
        return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
    }
    memmove(output, input, ctx->len);
    ret = rsa_modexp(output, ctx->len, &ctx->N, &ctx->E);

    return ret == 0 || ret == MBEDTLS_ERR_MPI_ALLOC_FAILED ? ret : MBEDTLS_ERR_RSA_PUBLIC_FAILED;
}

/* Write the DigestInfo of RFC 8017 9.2; returns its length, or 0 for an unknown digest. */
static size_t write_info(unsigned char info[INFO_MAX], mbedtls_md_type_t md_alg, size_t hashlen,
                         const unsigned char *hash)
{
    const char *oid;
    size_t oid_length;
    unsigned char *p = info;

    if (mbedtls_md_get_size_from_type(md_alg) != hashlen || hashlen == 0 ||
        mbedtls_oid_get_oid_by_md(md_alg, &oid, &oid_length) != 0 || INFO_FRAME + oid_length + hashlen > INFO_MAX)
    {
        return 0;
    }
    *p++ = MBEDTLS_ASN1_SEQUENCE | MBEDTLS_ASN1_CONSTRUCTED;
    *p++ = (unsigned char)(INFO_FRAME - 2 + oid_length + hashlen);
    *p++ = MBEDTLS_ASN1_SEQUENCE | MBEDTLS_ASN1_CONSTRUCTED;
    *p++ = (unsigned char)(4 + oid_length);
    *p++ = MBEDTLS_ASN1_OID;
    *p++ = (unsigned char)oid_length;
    memcpy(p, oid, oid_length);
    p += oid_length;
    *p++ = MBEDTLS_ASN1_NULL;
    *p++ = 0;
    *p++ = MBEDTLS_ASN1_OCTET_STRING;
    *p++ = (unsigned char)hashlen;
    memcpy(p, hash, hashlen);

    return INFO_FRAME + oid_length + hashlen;
}

/* Exactly 00 01, FF as padding, 00, and the DigestInfo. */
static int is_padded(const unsigned char *message, size_t length, const unsigned char *info, size_t info_length)
{
    size_t end, i;

    if (length < 3 + PADDING_MIN + info_length)
    {
        return 0;
    }
    end = length - info_length - 1;
    for (i = 2; i < end && message[i] == 0xFF; i++)
    {
    }

    return message[0] == 0 && message[1] == MBEDTLS_RSA_SIGN && i == end && message[end] == 0 &&
           memcmp(message + end + 1, info, info_length) == 0;
}

int mbedtls_rsa_rsassa_pkcs1_v15_verify(mbedtls_rsa_context *ctx, mbedtls_md_type_t md_alg, unsigned int hashlen,
                                        const unsigned char *hash, const unsigned char *sig)
{
    unsigned char info[INFO_MAX];
    size_t info_length = write_info(info, md_alg, hashlen, hash);
    unsigned char *message;
    int ret;

    if (info_length == 0)
    {
        return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
    }
    message = tls_malloc(ctx->len);
    if (message == NULL)
    {
        return MBEDTLS_ERR_MPI_ALLOC_FAILED;
    }
    ret = mbedtls_rsa_public(ctx, sig, message);
    if (ret == 0 && !is_padded(message, ctx->len, info, info_length))
    {
        ret = MBEDTLS_ERR_RSA_VERIFY_FAILED;
    }
    tls_free(message);

    return ret;
}

int mbedtls_rsa_pkcs1_verify(mbedtls_rsa_context *ctx, mbedtls_md_type_t md_alg, unsigned int hashlen,
                             const unsigned char *hash, const unsigned char *sig)
{
    return mbedtls_rsa_rsassa_pkcs1_v15_verify(ctx, md_alg, hashlen, hash, sig);
}

int mbedtls_rsa_rsaes_pkcs1_v15_encrypt(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng, void *p_rng, size_t ilen,
                                        const unsigned char *input, unsigned char *output)
{
    unsigned char *p = output + 2;
    unsigned char *end = output + ctx->len - ilen - 1;
    int tries;

    if (ilen > ctx->len || ctx->len - ilen < 3 + PADDING_MIN)
    {
        return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
    }
    output[0] = 0;
    output[1] = MBEDTLS_RSA_CRYPT;
    /* Random bytes except zero. A source that returns only zeros has failed. */
    for (; p < end; p++)
    {
        *p = 0;
        for (tries = 0; *p == 0; tries++)
        {
            if (tries == TRIES || f_rng(p_rng, p, 1) != 0)
            {
                return MBEDTLS_ERR_RSA_RNG_FAILED;
            }
        }
    }
    *end = 0;
    memmove(end + 1, input, ilen);

    return mbedtls_rsa_public(ctx, output, output);
}

int mbedtls_rsa_pkcs1_encrypt(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng, void *p_rng, size_t ilen,
                              const unsigned char *input, unsigned char *output)
{
    return mbedtls_rsa_rsaes_pkcs1_v15_encrypt(ctx, f_rng, p_rng, ilen, input, output);
}

/*
 * Operations of a private key; the engine's tables refer to them.
 */
int mbedtls_rsa_check_privkey(const mbedtls_rsa_context *ctx)
{
    (void)ctx;

    return MBEDTLS_ERR_RSA_KEY_CHECK_FAILED;
}

int mbedtls_rsa_check_pub_priv(const mbedtls_rsa_context *pub, const mbedtls_rsa_context *prv)
{
    (void)pub;
    (void)prv;

    return MBEDTLS_ERR_RSA_KEY_CHECK_FAILED;
}

int mbedtls_rsa_pkcs1_decrypt(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng, void *p_rng, size_t *olen,
                              const unsigned char *input, unsigned char *output, size_t output_max_len)
{
    (void)ctx;
    (void)f_rng;
    (void)p_rng;
    (void)olen;
    (void)input;
    (void)output;
    (void)output_max_len;

    return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
}

int mbedtls_rsa_pkcs1_sign(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng, void *p_rng, mbedtls_md_type_t md_alg,
                           unsigned int hashlen, const unsigned char *hash, unsigned char *sig)
{
    (void)ctx;
    (void)f_rng;
    (void)p_rng;
    (void)md_alg;
    (void)hashlen;
    (void)hash;
    (void)sig;

    return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
}
