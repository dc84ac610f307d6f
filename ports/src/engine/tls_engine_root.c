/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots in the form that the engine reads, made from what the package stores of
 * them. They are no complete certificates: they hold only what the engine reads
 * of a trusted issuer.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <string.h>

#include "tls_engine.h"
#include "tls_memory.h"

#include "mbedtls/oid.h"
#include "mbedtls/pk.h"

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
    /* Only the path rules read a root's extensions. */
    if (TLS_HAS(PKG_MBEDTLS_PATH_RULES) &&
        tls_engine_root_extend(root, parsed->v3_ext.p, parsed->v3_ext.len) != 0)
    {
        mbedtls_x509_crt_free(root);
        tls_free(root);
        return NULL;
    }

    return root;
}

/*
 * Called for extensions that the engine does not know. An error makes it refuse
 * the certificate if the extension is critical.
 */
static int accept_constraints(void *context, mbedtls_x509_crt const *crt, mbedtls_x509_buf const *oid, int critical,
                              const unsigned char *p, const unsigned char *end)
{
    (void)context;
    (void)crt;
    (void)critical;
    (void)p;
    (void)end;

    return MBEDTLS_OID_CMP(MBEDTLS_OID_NAME_CONSTRAINTS, oid) == 0 ? 0 : MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
}

static int parse(mbedtls_x509_crt *crt, const unsigned char *der, size_t length)
{
    return TLS_HAS(PKG_MBEDTLS_PATH_RULES) ?
           mbedtls_x509_crt_parse_der_with_ext_cb(crt, der, length, 0, accept_constraints, NULL) :
           mbedtls_x509_crt_parse_der_nocopy(crt, der, length);
}

/* Offset of an extension authorityKeyIdentifier that is not critical; 0: none. */
static size_t find_authority_key(const unsigned char *der, size_t length)
{
    static const unsigned char begin[] = { MBEDTLS_ASN1_OID, 3, 0x55, 0x1D, 0x23, MBEDTLS_ASN1_OCTET_STRING };
    const size_t head = sizeof(begin);
    size_t i;

    for (i = 1; i + head + 3 <= length; i++)
    {
        if (memcmp(der + i, begin, head) == 0 && der[i + head] == der[i + head + 2] + 2 &&
            der[i + head + 1] == (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE))
        {
            return i;
        }
    }

    return 0;
}

/*
 * 3.6 refuses an authorityKeyIdentifier that is empty, or has an issuer without a
 * number, although all of it is optional (RFC 5280 4.2.1.1). Nothing reads a root's,
 * so parse a copy in which it is an unknown extension.
 */
static int parse_without_authority_key(mbedtls_x509_crt *crt, const unsigned char *der, size_t length)
{
    size_t at = find_authority_key(der, length);
    unsigned char *copy;
    int ret;

    if (at == 0)
    {
        return MBEDTLS_ERR_X509_INVALID_EXTENSIONS;
    }
    copy = tls_malloc(length);
    if (copy == NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    memcpy(copy, der, length);
    copy[at + 4] = 0;
    ret = parse(crt, copy, length);
    if (ret != 0)
    {
        tls_free(copy);
        return ret;
    }
    crt->own_buffer = 1;

    return 0;
}

int tls_engine_parse_root(mbedtls_x509_crt *crt, const unsigned char *der, size_t length)
{
    int ret = parse(crt, der, length);

    return TLS_HAS(PKG_MBEDTLS_ENGINE_3_6) && ret != 0 && ret != MBEDTLS_ERR_X509_ALLOC_FAILED ?
           parse_without_authority_key(crt, der, length) : ret;
}

/* Looks for the identifier of name constraints; the same bytes may be there by chance. */
static int has_constraints(const mbedtls_x509_crt *crt)
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

int tls_engine_may_issue(const mbedtls_x509_crt *crt)
{
    /* Certificates before version 3 have no CA flag; the engine accepts such a root, too. */
    if (crt->version < 3)
    {
        return 1;
    }
    /* Without the path rules the constraints of such a root would be ignored. */
    if (!TLS_HAS(PKG_MBEDTLS_PATH_RULES) && has_constraints(crt))
    {
        return 0;
    }

    return (crt->ca_istrue &&
            mbedtls_x509_crt_check_key_usage(crt, MBEDTLS_X509_KU_KEY_CERT_SIGN) != MBEDTLS_ERR_X509_BAD_INPUT_DATA &&
            mbedtls_x509_crt_check_extended_key_usage(crt, MBEDTLS_OID_SERVER_AUTH,
                                                      MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) !=
            MBEDTLS_ERR_X509_BAD_INPUT_DATA);
}

int tls_engine_knows_key(const struct tls_engine_key *key)
{
    if (key->kind == TLS_ENGINE_RSA)
    {
        return TLS_HAS(PKG_MBEDTLS_RSA);
    }

    return TLS_HAS(PKG_MBEDTLS_ECC) && tls_engine_knows_curve(key->kind);
}

int tls_engine_root_set_key(mbedtls_x509_crt *root, const struct tls_engine_key *key)
{
    if (TLS_HAS(PKG_MBEDTLS_RSA) && key->kind == TLS_ENGINE_RSA)
    {
        return tls_engine_set_rsa(&root->pk, key);
    }
    if (TLS_HAS(PKG_MBEDTLS_ECC) && key->kind != TLS_ENGINE_RSA)
    {
        return tls_engine_set_point(&root->pk, key);
    }

    return MBEDTLS_ERR_PK_UNKNOWN_PK_ALG;
}
