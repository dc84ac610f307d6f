/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The engine's elliptic curve module (MBEDTLS_ECP_ALT) for P-256, with our kernel.
 * Contracts: the engine's mbedtls/ecp.h.
 *
 * Bounds: mbedtls_ecp_mul() takes the base point only. ECDH and ECDSA, which
 * multiply other points, call the kernel directly (p256_ecdh.c, p256_ecdsa.c).
 * Time: private keys are handled by the kernel, in constant time.
 */
#include <string.h>

#include "p256.h"
#include "p256_field.h"

#include "mbedtls/platform_util.h"

#define TLS_ID                  23      /* secp256r1, RFC 8422 5.1.1 */
#define POINT_LENGTH            (1 + P256_POINT_BYTES)
#define UNCOMPRESSED            0x04    /* SEC 1 2.3.3 */

/* Numbers in ROM, least significant limb first: the kernel's, unless the engine has limbs of 64 bits. */
#define NUMBER(limbs)           { (mbedtls_mpi_uint *)(limbs), 1, sizeof(limbs) / sizeof(mbedtls_mpi_uint) }

#ifdef MBEDTLS_HAVE_INT64
#define LIMBS(low, high)        (mbedtls_mpi_uint)(high) << 32 | (low)

static const mbedtls_mpi_uint prime[] =
{
    LIMBS(0xFFFFFFFF, 0xFFFFFFFF), LIMBS(0xFFFFFFFF, 0x00000000),
    LIMBS(0x00000000, 0x00000000), LIMBS(0x00000001, 0xFFFFFFFF)
};
static const mbedtls_mpi_uint b[] =
{
    LIMBS(0x27D2604B, 0x3BCE3C3E), LIMBS(0xCC53B0F6, 0x651D06B0),
    LIMBS(0x769886BC, 0xB3EBBD55), LIMBS(0xAA3A93E7, 0x5AC635D8)
};
static const mbedtls_mpi_uint order[] =
{
    LIMBS(0xFC632551, 0xF3B9CAC2), LIMBS(0xA7179E84, 0xBCE6FAAD),
    LIMBS(0xFFFFFFFF, 0xFFFFFFFF), LIMBS(0x00000000, 0xFFFFFFFF)
};
#else
#define LIMBS(low, high)        (low), (high)
#define prime                   p256_prime
#define b                       p256_b
#define order                   p256_order
#endif

static const mbedtls_mpi_uint base_x[] =
{
    LIMBS(0xD898C296, 0xF4A13945), LIMBS(0x2DEB33A0, 0x77037D81),
    LIMBS(0x63A440F2, 0xF8BCE6E5), LIMBS(0xE12C4247, 0x6B17D1F2)
};
static const mbedtls_mpi_uint base_y[] =
{
    LIMBS(0x37BF51F5, 0xCBB64068), LIMBS(0x6B315ECE, 0x2BCE3357),
    LIMBS(0x7C0F9E16, 0x8EE7EB4A), LIMBS(0xFE1A7F9B, 0x4FE342E2)
};
static const mbedtls_mpi_uint one[] = { 1 };

static const mbedtls_ecp_group curve =
{
    MBEDTLS_ECP_DP_SECP256R1, NUMBER(prime), { NULL, 1, 0 }, NUMBER(b),
    { NUMBER(base_x), NUMBER(base_y), NUMBER(one) }, NUMBER(order), 256, 256
};

static const mbedtls_ecp_curve_info infos[] =
{
    { MBEDTLS_ECP_DP_SECP256R1, TLS_ID, 256, "secp256r1" },
    { MBEDTLS_ECP_DP_NONE, 0, 0, NULL }
};

/*
 * Curves.
 */
mbedtls_ecp_curve_type mbedtls_ecp_get_type(const mbedtls_ecp_group *grp)
{
    return grp->id == MBEDTLS_ECP_DP_NONE ? MBEDTLS_ECP_TYPE_NONE : MBEDTLS_ECP_TYPE_SHORT_WEIERSTRASS;
}

const mbedtls_ecp_curve_info *mbedtls_ecp_curve_list(void)
{
    return infos;
}

const mbedtls_ecp_group_id *mbedtls_ecp_grp_id_list(void)
{
    static const mbedtls_ecp_group_id ids[] = { MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_NONE };

    return ids;
}

const mbedtls_ecp_curve_info *mbedtls_ecp_curve_info_from_grp_id(mbedtls_ecp_group_id grp_id)
{
    return grp_id == MBEDTLS_ECP_DP_SECP256R1 ? infos : NULL;
}

const mbedtls_ecp_curve_info *mbedtls_ecp_curve_info_from_tls_id(uint16_t tls_id)
{
    return tls_id == TLS_ID ? infos : NULL;
}

const mbedtls_ecp_curve_info *mbedtls_ecp_curve_info_from_name(const char *name)
{
    return name != NULL && strcmp(name, infos[0].name) == 0 ? infos : NULL;
}

/*
 * Groups.
 */
void mbedtls_ecp_group_init(mbedtls_ecp_group *grp)
{
    memset(grp, 0, sizeof(*grp));
}

void mbedtls_ecp_group_free(mbedtls_ecp_group *grp)
{
    if (grp != NULL)
    {
        mbedtls_ecp_group_init(grp);
    }
}

int mbedtls_ecp_group_load(mbedtls_ecp_group *grp, mbedtls_ecp_group_id id)
{
    if (id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    }
    *grp = curve;

    return 0;
}

int mbedtls_ecp_group_copy(mbedtls_ecp_group *dst, const mbedtls_ecp_group *src)
{
    return mbedtls_ecp_group_load(dst, src->id);
}

int mbedtls_ecp_tls_read_group_id(mbedtls_ecp_group_id *grp, const unsigned char **buf, size_t len)
{
    if (len < 3 || (*buf)[0] != MBEDTLS_ECP_TLS_NAMED_CURVE)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if ((*buf)[1] != 0 || (*buf)[2] != TLS_ID)
    {
        return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    }
    *buf += 3;
    *grp = MBEDTLS_ECP_DP_SECP256R1;

    return 0;
}

int mbedtls_ecp_tls_read_group(mbedtls_ecp_group *grp, const unsigned char **buf, size_t len)
{
    mbedtls_ecp_group_id id;
    int ret = mbedtls_ecp_tls_read_group_id(&id, buf, len);

    return ret == 0 ? mbedtls_ecp_group_load(grp, id) : ret;
}

int mbedtls_ecp_tls_write_group(const mbedtls_ecp_group *grp, size_t *olen, unsigned char *buf, size_t blen)
{
    if (grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    *olen = 3;
    if (blen < 3)
    {
        return MBEDTLS_ERR_ECP_BUFFER_TOO_SMALL;
    }
    buf[0] = MBEDTLS_ECP_TLS_NAMED_CURVE;
    buf[1] = 0;
    buf[2] = TLS_ID;

    return 0;
}

/*
 * Points.
 */
void mbedtls_ecp_point_init(mbedtls_ecp_point *pt)
{
    mbedtls_mpi_init(&pt->X);
    mbedtls_mpi_init(&pt->Y);
    mbedtls_mpi_init(&pt->Z);
}

void mbedtls_ecp_point_free(mbedtls_ecp_point *pt)
{
    if (pt != NULL)
    {
        mbedtls_mpi_free(&pt->X);
        mbedtls_mpi_free(&pt->Y);
        mbedtls_mpi_free(&pt->Z);
    }
}

int mbedtls_ecp_copy(mbedtls_ecp_point *P, const mbedtls_ecp_point *Q)
{
    int ret = mbedtls_mpi_copy(&P->X, &Q->X);

    if (ret == 0)
    {
        ret = mbedtls_mpi_copy(&P->Y, &Q->Y);
    }

    return ret == 0 ? mbedtls_mpi_copy(&P->Z, &Q->Z) : ret;
}

int mbedtls_ecp_set_zero(mbedtls_ecp_point *pt)
{
    int ret = mbedtls_mpi_lset(&pt->X, 1);

    if (ret == 0)
    {
        ret = mbedtls_mpi_lset(&pt->Y, 1);
    }

    return ret == 0 ? mbedtls_mpi_lset(&pt->Z, 0) : ret;
}

int mbedtls_ecp_is_zero(mbedtls_ecp_point *pt)
{
    return mbedtls_mpi_cmp_int(&pt->Z, 0) == 0;
}

int mbedtls_ecp_point_cmp(const mbedtls_ecp_point *P, const mbedtls_ecp_point *Q)
{
    return mbedtls_mpi_cmp_mpi(&P->X, &Q->X) == 0 && mbedtls_mpi_cmp_mpi(&P->Y, &Q->Y) == 0 &&
           mbedtls_mpi_cmp_mpi(&P->Z, &Q->Z) == 0 ? 0 : MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
}

int mbedtls_ecp_point_read_string(mbedtls_ecp_point *P, int radix, const char *x, const char *y)
{
    int ret = mbedtls_mpi_read_string(&P->X, radix, x);

    if (ret == 0)
    {
        ret = mbedtls_mpi_read_string(&P->Y, radix, y);
    }

    return ret == 0 ? mbedtls_mpi_lset(&P->Z, 1) : ret;
}

int mbedtls_ecp_point_write_binary(const mbedtls_ecp_group *grp, const mbedtls_ecp_point *P,
                                   int format, size_t *olen, unsigned char *buf, size_t buflen)
{
    uint8_t bytes[P256_POINT_BYTES];
    size_t length = format == MBEDTLS_ECP_PF_UNCOMPRESSED ? POINT_LENGTH : 1 + P256_BYTES;

    if (format != MBEDTLS_ECP_PF_UNCOMPRESSED && format != MBEDTLS_ECP_PF_COMPRESSED)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if (grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    }
    if (mbedtls_mpi_cmp_int(&P->Z, 0) == 0)
    {
        *olen = 1;
        if (buflen < 1)
        {
            return MBEDTLS_ERR_ECP_BUFFER_TOO_SMALL;
        }
        buf[0] = 0;
        return 0;
    }
    if (p256_from_point(bytes, P) != 0)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    *olen = length;
    if (buflen < length)
    {
        return MBEDTLS_ERR_ECP_BUFFER_TOO_SMALL;
    }
    buf[0] = format == MBEDTLS_ECP_PF_UNCOMPRESSED ? UNCOMPRESSED : 2 + (bytes[P256_POINT_BYTES - 1] & 1);
    memcpy(buf + 1, bytes, length - 1);

    return 0;
}

int mbedtls_ecp_point_read_binary(const mbedtls_ecp_group *grp, mbedtls_ecp_point *P,
                                  const unsigned char *buf, size_t ilen)
{
    if (ilen < 1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if (ilen == 1 && buf[0] == 0)
    {
        return mbedtls_ecp_set_zero(P);
    }
    if (grp->id != MBEDTLS_ECP_DP_SECP256R1 || ilen != POINT_LENGTH)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    if (buf[0] != UNCOMPRESSED)
    {
        return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    }

    return p256_to_point(P, buf + 1);
}

int mbedtls_ecp_tls_read_point(const mbedtls_ecp_group *grp, mbedtls_ecp_point *pt,
                               const unsigned char **buf, size_t len)
{
    const unsigned char *point = *buf + 1;
    size_t length;

    /* One byte of length, and a point has at least one byte. */
    if (len < 2 || (length = (*buf)[0]) < 1 || length > len - 1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    *buf = point + length;

    return mbedtls_ecp_point_read_binary(grp, pt, point, length);
}

int mbedtls_ecp_tls_write_point(const mbedtls_ecp_group *grp, const mbedtls_ecp_point *pt,
                                int format, size_t *olen, unsigned char *buf, size_t blen)
{
    int ret;

    if (blen < 1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    ret = mbedtls_ecp_point_write_binary(grp, pt, format, olen, buf + 1, blen - 1);
    if (ret == 0)
    {
        buf[0] = (unsigned char)*olen;
        *olen += 1;
    }

    return ret;
}

int mbedtls_ecp_check_pubkey(const mbedtls_ecp_group *grp, const mbedtls_ecp_point *pt)
{
    uint8_t bytes[P256_POINT_BYTES];

    return grp->id == MBEDTLS_ECP_DP_SECP256R1 && p256_from_point(bytes, pt) == 0 &&
           p256_validate_pubkey(bytes) == P256_SUCCESS ? 0 : MBEDTLS_ERR_ECP_INVALID_KEY;
}

/*
 * Products.
 */
int mbedtls_ecp_mul_restartable(mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                                const mbedtls_ecp_point *P, mbedtls_f_rng_t *f_rng, void *p_rng,
                                mbedtls_ecp_restart_ctx *rs_ctx)
{
    uint8_t scalar[P256_BYTES];
    uint8_t product[P256_POINT_BYTES];
    int ret = MBEDTLS_ERR_ECP_INVALID_KEY;

    (void)f_rng;
    (void)p_rng;
    (void)rs_ctx;

    if (grp->id != MBEDTLS_ECP_DP_SECP256R1 || mbedtls_ecp_point_cmp(P, &curve.G) != 0)
    {
        return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    }
    if (p256_from_number(scalar, m) == 0 && p256_public_from_private(product, scalar) == P256_SUCCESS)
    {
        ret = p256_to_point(R, product);
    }
    mbedtls_platform_zeroize(scalar, sizeof(scalar));

    return ret;
}

int mbedtls_ecp_mul(mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                    const mbedtls_ecp_point *P, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    return mbedtls_ecp_mul_restartable(grp, R, m, P, f_rng, p_rng, NULL);
}

int mbedtls_ecp_muladd_restartable(mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                                   const mbedtls_ecp_point *P, const mbedtls_mpi *n,
                                   const mbedtls_ecp_point *Q, mbedtls_ecp_restart_ctx *rs_ctx)
{
    (void)grp;
    (void)R;
    (void)m;
    (void)P;
    (void)n;
    (void)Q;
    (void)rs_ctx;

    return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
}

int mbedtls_ecp_muladd(mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                       const mbedtls_ecp_point *P, const mbedtls_mpi *n, const mbedtls_ecp_point *Q)
{
    return mbedtls_ecp_muladd_restartable(grp, R, m, P, n, Q, NULL);
}

/*
 * Keys.
 */
void mbedtls_ecp_keypair_init(mbedtls_ecp_keypair *key)
{
    mbedtls_ecp_group_init(&key->grp);
    mbedtls_mpi_init(&key->d);
    mbedtls_ecp_point_init(&key->Q);
}

void mbedtls_ecp_keypair_free(mbedtls_ecp_keypair *key)
{
    if (key != NULL)
    {
        mbedtls_ecp_group_free(&key->grp);
        mbedtls_mpi_free(&key->d);
        mbedtls_ecp_point_free(&key->Q);
    }
}

int mbedtls_ecp_check_privkey(const mbedtls_ecp_group *grp, const mbedtls_mpi *d)
{
    uint8_t scalar[P256_BYTES];
    int is_good = grp->id == MBEDTLS_ECP_DP_SECP256R1 && p256_from_number(scalar, d) == 0 &&
                  p256_validate_privkey(scalar) == P256_SUCCESS;

    mbedtls_platform_zeroize(scalar, sizeof(scalar));

    return is_good ? 0 : MBEDTLS_ERR_ECP_INVALID_KEY;
}

int mbedtls_ecp_gen_privkey(const mbedtls_ecp_group *grp, mbedtls_mpi *d, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    uint8_t scalar[P256_BYTES];
    int ret;

    if (grp->id != MBEDTLS_ECP_DP_SECP256R1)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    ret = p256_make_private(scalar, f_rng, p_rng);
    if (ret == 0)
    {
        ret = mbedtls_mpi_read_binary(d, scalar, sizeof(scalar));
    }
    mbedtls_platform_zeroize(scalar, sizeof(scalar));

    return ret;
}

int mbedtls_ecp_gen_keypair_base(mbedtls_ecp_group *grp, const mbedtls_ecp_point *G, mbedtls_mpi *d,
                                 mbedtls_ecp_point *Q, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    int ret = mbedtls_ecp_gen_privkey(grp, d, f_rng, p_rng);

    return ret == 0 ? mbedtls_ecp_mul(grp, Q, d, G, f_rng, p_rng) : ret;
}

int mbedtls_ecp_gen_keypair(mbedtls_ecp_group *grp, mbedtls_mpi *d, mbedtls_ecp_point *Q,
                            mbedtls_f_rng_t *f_rng, void *p_rng)
{
    return mbedtls_ecp_gen_keypair_base(grp, &grp->G, d, Q, f_rng, p_rng);
}

int mbedtls_ecp_gen_key(mbedtls_ecp_group_id grp_id, mbedtls_ecp_keypair *key, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    int ret = mbedtls_ecp_group_load(&key->grp, grp_id);

    return ret == 0 ? mbedtls_ecp_gen_keypair(&key->grp, &key->d, &key->Q, f_rng, p_rng) : ret;
}

int mbedtls_ecp_set_public_key(mbedtls_ecp_group_id grp_id, mbedtls_ecp_keypair *key, const mbedtls_ecp_point *Q)
{
    int ret = mbedtls_ecp_group_load(&key->grp, grp_id);

    return ret == 0 ? mbedtls_ecp_copy(&key->Q, Q) : ret;
}

int mbedtls_ecp_read_key(mbedtls_ecp_group_id grp_id, mbedtls_ecp_keypair *key, const unsigned char *buf,
                         size_t buflen)
{
    int ret = mbedtls_ecp_group_load(&key->grp, grp_id);

    if (ret == 0)
    {
        ret = mbedtls_mpi_read_binary(&key->d, buf, buflen);
    }
    if (ret == 0)
    {
        ret = mbedtls_ecp_check_privkey(&key->grp, &key->d);
    }
    if (ret != 0)
    {
        mbedtls_mpi_free(&key->d);
    }

    return ret;
}

int mbedtls_ecp_write_key_ext(const mbedtls_ecp_keypair *key, size_t *olen, unsigned char *buf, size_t buflen)
{
    *olen = 0;
    if (buflen < P256_BYTES)
    {
        return MBEDTLS_ERR_ECP_BUFFER_TOO_SMALL;
    }
    if (key->grp.id != MBEDTLS_ECP_DP_SECP256R1 || key->d.n == 0)
    {
        return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
    }
    *olen = P256_BYTES;

    return mbedtls_mpi_write_binary(&key->d, buf, P256_BYTES);
}

#ifndef MBEDTLS_DEPRECATED_REMOVED
int mbedtls_ecp_write_key(mbedtls_ecp_keypair *key, unsigned char *buf, size_t buflen)
{
    return key->grp.id == MBEDTLS_ECP_DP_SECP256R1 ? mbedtls_mpi_write_binary(&key->d, buf, buflen) :
           MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
}
#endif

int mbedtls_ecp_write_public_key(const mbedtls_ecp_keypair *key, int format, size_t *olen, unsigned char *buf,
                                 size_t buflen)
{
    return mbedtls_ecp_point_write_binary(&key->grp, &key->Q, format, olen, buf, buflen);
}

int mbedtls_ecp_keypair_calc_public(mbedtls_ecp_keypair *key, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    return mbedtls_ecp_mul(&key->grp, &key->Q, &key->d, &key->grp.G, f_rng, p_rng);
}

int mbedtls_ecp_check_pub_priv(const mbedtls_ecp_keypair *pub, const mbedtls_ecp_keypair *prv,
                               mbedtls_f_rng_t *f_rng, void *p_rng)
{
    mbedtls_ecp_group grp = curve;
    mbedtls_ecp_point Q;
    int ret = MBEDTLS_ERR_ECP_BAD_INPUT_DATA;

    mbedtls_ecp_point_init(&Q);
    if (pub->grp.id == prv->grp.id && pub->grp.id == MBEDTLS_ECP_DP_SECP256R1 &&
        mbedtls_ecp_point_cmp(&pub->Q, &prv->Q) == 0)
    {
        ret = mbedtls_ecp_mul(&grp, &Q, &prv->d, &grp.G, f_rng, p_rng);
        if (ret == 0)
        {
            ret = mbedtls_ecp_point_cmp(&Q, &prv->Q);
        }
    }
    mbedtls_ecp_point_free(&Q);

    return ret;
}

mbedtls_ecp_group_id mbedtls_ecp_keypair_get_group_id(const mbedtls_ecp_keypair *key)
{
    return key->grp.id;
}

int mbedtls_ecp_export(const mbedtls_ecp_keypair *key, mbedtls_ecp_group *grp, mbedtls_mpi *d, mbedtls_ecp_point *Q)
{
    int ret = grp != NULL ? mbedtls_ecp_group_copy(grp, &key->grp) : 0;

    if (ret == 0 && d != NULL)
    {
        ret = mbedtls_mpi_copy(d, &key->d);
    }

    return ret == 0 && Q != NULL ? mbedtls_ecp_copy(Q, &key->Q) : ret;
}
