/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots as the engine wants to see them, made of what is known of a root. They
 * are no certificates: nothing but what the engine asks of a trusted issuer.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "tls_engine.h"
#include "tls_memory.h"

#include "mbedtls/ecp.h"
#include "mbedtls/oid.h"
#include "mbedtls/pk.h"
#include "mbedtls/rsa.h"

static int copy_name(mbedtls_x509_name *to, const mbedtls_x509_name *from)
{
    *to = *from;
    to->next = NULL;
    while ((from = from->next) != NULL)
    {
        to->next = tls_calloc(1, sizeof(*to));
        if (to->next == NULL)
        {
            return MBEDTLS_ERR_X509_ALLOC_FAILED;
        }
        to = to->next;
        *to = *from;
        to->next = NULL;
    }

    return 0;
}

mbedtls_x509_crt *tls_engine_root_new(const mbedtls_x509_crt *child, int path)
{
    mbedtls_x509_crt *root = tls_calloc(1, sizeof(*root));

    if (root == NULL)
    {
        return NULL;
    }

    mbedtls_x509_crt_init(root);
    if (copy_name(&root->subject, &child->issuer) != 0)
    {
        mbedtls_x509_crt_free(root);
        tls_free(root);
        return NULL;
    }
    root->subject_raw = child->issuer_raw;
    root->issuer_raw = child->issuer_raw;
    root->version = 3;
    root->ext_types = MBEDTLS_X509_EXT_BASIC_CONSTRAINTS;
    root->ca_istrue = 1;
    root->max_pathlen = path;

    return root;
}

int tls_engine_root_extend(mbedtls_x509_crt *root, const unsigned char *extensions, size_t length)
{
    if (length == 0)
    {
        return 0;
    }
    root->raw.p = tls_malloc(length);
    if (root->raw.p == NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    memcpy(root->raw.p, extensions, length);
    root->raw.len = length;
    root->own_buffer = 1;
    root->v3_ext = root->raw;

    return 0;
}

/* Without the rules for paths nobody reads a root's extensions. */
#ifdef PKG_MBEDTLS_PATH_RULES
static int copy_extensions(mbedtls_x509_crt *root, const mbedtls_x509_crt *parsed)
{
    return tls_engine_root_extend(root, parsed->v3_ext.p, parsed->v3_ext.len);
}
#else
static int copy_extensions(mbedtls_x509_crt *root, const mbedtls_x509_crt *parsed)
{
    (void)root;
    (void)parsed;
    return 0;
}
#endif

mbedtls_x509_crt *tls_engine_root_from(const mbedtls_x509_crt *child, mbedtls_x509_crt *parsed)
{
    mbedtls_x509_crt *root = tls_engine_root_new(child, parsed->max_pathlen);

    if (root == NULL)
    {
        return NULL;
    }

    root->valid_from = parsed->valid_from;
    root->valid_to = parsed->valid_to;
    root->pk = parsed->pk;
    mbedtls_pk_init(&parsed->pk);
    if (copy_extensions(root, parsed) != 0)
    {
        mbedtls_x509_crt_free(root);
        tls_free(root);
        return NULL;
    }

    return root;
}

#ifdef PKG_MBEDTLS_PATH_RULES
/* Called for extensions that the engine does not know; a critical one that is refused here refuses the certificate. */
static int accept(void *context, mbedtls_x509_crt const *crt, mbedtls_x509_buf const *oid, int critical,
                  const unsigned char *p, const unsigned char *end)
{
    (void)context;
    (void)crt;
    (void)critical;
    (void)p;
    (void)end;

    return MBEDTLS_OID_CMP(MBEDTLS_OID_NAME_CONSTRAINTS, oid) == 0 ? 0 : MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
}

int tls_engine_parse_root(mbedtls_x509_crt *crt, const unsigned char *der, size_t length)
{
    return mbedtls_x509_crt_parse_der_with_ext_cb(crt, der, length, 0, accept, NULL);
}
#else
int tls_engine_parse_root(mbedtls_x509_crt *crt, const unsigned char *der, size_t length)
{
    return mbedtls_x509_crt_parse_der_nocopy(crt, der, length);
}
#endif

#ifdef PKG_MBEDTLS_PATH_RULES
static int is_limited(const mbedtls_x509_crt *crt)
{
    (void)crt;
    return 0;
}
#else
/* Nobody would hold it to its name constraints: looks for their identifier, where it may also stand by chance. */
static int is_limited(const mbedtls_x509_crt *crt)
{
    static const unsigned char identifier[] = { MBEDTLS_ASN1_OID, 3, 0x55, 0x1D, 0x1E };
    size_t i;

    for (i = 0; i + sizeof(identifier) <= crt->v3_ext.len; i++)
    {
        if (memcmp(crt->v3_ext.p + i, identifier, sizeof(identifier)) == 0)
        {
            return 1;
        }
    }

    return 0;
}
#endif

int tls_engine_may_issue(const mbedtls_x509_crt *crt)
{
    /* Before version 3 there was no flag; the engine takes such a root, too. */
    return crt->version < 3 ||
           (!is_limited(crt) && crt->ca_istrue &&
            mbedtls_x509_crt_check_key_usage(crt, MBEDTLS_X509_KU_KEY_CERT_SIGN) != MBEDTLS_ERR_X509_BAD_INPUT_DATA &&
            mbedtls_x509_crt_check_extended_key_usage(crt, MBEDTLS_OID_SERVER_AUTH,
                                                      MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) !=
            MBEDTLS_ERR_X509_BAD_INPUT_DATA);
}

#ifdef MBEDTLS_RSA_C
static int knows_rsa(void)
{
    return 1;
}

static int set_rsa(mbedtls_pk_context *pk, const struct tls_engine_key *key)
{
    int ret = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));

    if (ret == 0)
    {
        ret = mbedtls_rsa_import_raw(mbedtls_pk_rsa(*pk), key->bytes, key->length, NULL, 0, NULL, 0, NULL, 0,
                                     key->exponent, 4);
    }

    return ret == 0 ? mbedtls_rsa_complete(mbedtls_pk_rsa(*pk)) : ret;
}
#else
static int knows_rsa(void)
{
    return 0;
}

static int set_rsa(mbedtls_pk_context *pk, const struct tls_engine_key *key)
{
    (void)pk;
    (void)key;
    return MBEDTLS_ERR_PK_UNKNOWN_PK_ALG;
}
#endif

#ifdef MBEDTLS_ECP_C
static mbedtls_ecp_group_id curve_of(int bits)
{
    switch (bits)
    {
#ifdef MBEDTLS_ECP_DP_SECP256R1_ENABLED
    case 256:
        return MBEDTLS_ECP_DP_SECP256R1;
#endif

#ifdef MBEDTLS_ECP_DP_SECP384R1_ENABLED
    case 384:
        return MBEDTLS_ECP_DP_SECP384R1;
#endif

#ifdef MBEDTLS_ECP_DP_SECP521R1_ENABLED
    case 521:
        return MBEDTLS_ECP_DP_SECP521R1;
#endif

    default:
        return MBEDTLS_ECP_DP_NONE;
    }
}

static int knows_curve(int bits)
{
    return curve_of(bits) != MBEDTLS_ECP_DP_NONE;
}

static int set_point(mbedtls_pk_context *pk, const struct tls_engine_key *key)
{
    int ret = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    mbedtls_ecp_keypair *ec;

    if (ret != 0)
    {
        return ret;
    }
    ec = mbedtls_pk_ec(*pk);
    ret = mbedtls_ecp_group_load(&ec->grp, curve_of(key->kind));

    return ret == 0 ? mbedtls_ecp_point_read_binary(&ec->grp, &ec->Q, key->bytes, key->length) : ret;
}
#else
static int knows_curve(int bits)
{
    (void)bits;
    return 0;
}

static int set_point(mbedtls_pk_context *pk, const struct tls_engine_key *key)
{
    (void)pk;
    (void)key;
    return MBEDTLS_ERR_PK_UNKNOWN_PK_ALG;
}
#endif

int tls_engine_knows_key(const struct tls_engine_key *key)
{
    return key->kind == TLS_ENGINE_RSA ? knows_rsa() : knows_curve(key->kind);
}

int tls_engine_root_set_key(mbedtls_x509_crt *root, const struct tls_engine_key *key)
{
    return key->kind == TLS_ENGINE_RSA ? set_rsa(&root->pk, key) : set_point(&root->pk, key);
}
