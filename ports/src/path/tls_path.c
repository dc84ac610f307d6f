/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rules for certificate paths that the engine does not check.
 */
#include <string.h>

#include "../base/tls_compare.h"
#include "tls_constraints.h"
#include "../engine/tls_engine.h"
#include "tls_extension.h"
#include "tls_path_rules.h"

#include "mbedtls/asn1.h"
#include "mbedtls/oid.h"

#define SAN_DNS         2               /* dNSName in GeneralName, RFC 5280 4.2.1.6 */

static int is_same(const mbedtls_x509_buf *one, const mbedtls_x509_buf *other)
{
    return one->len == other->len && memcmp(one->p, other->p, one->len) == 0;
}

/* The engine checks the peer's own. An issuer that is limited to other purposes issues nothing for this one. */
static int may_issue_for(const mbedtls_x509_crt *crt, enum tls_path_role role)
{
    const char *purpose = role == TLS_PATH_SERVER ? MBEDTLS_OID_SERVER_AUTH : MBEDTLS_OID_CLIENT_AUTH;

    return mbedtls_x509_crt_check_extended_key_usage(crt, purpose, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) !=
           MBEDTLS_ERR_X509_BAD_INPUT_DATA;
}

static uint32_t check_extension(const mbedtls_x509_crt *crt, const struct tls_extension *extension, int depth,
                                enum tls_path_role role)
{
    switch (extension->id)
    {
    case TLS_EXTENSION_SUBJECT_KEY:
    case TLS_EXTENSION_AUTHORITY_KEY:
        return extension->is_critical ? MBEDTLS_X509_BADCERT_OTHER : 0;

    /* They must be critical; the engine refuses that, since no code here enforces their limits. */
    case TLS_EXTENSION_POLICY_CONSTRAINTS:
    case TLS_EXTENSION_NO_ANY_POLICY:
        return MBEDTLS_X509_BADCERT_OTHER;

    case TLS_EXTENSION_NAME_CONSTRAINTS:
        return tls_engine_is_authority(crt) ? 0 : MBEDTLS_X509_BADCERT_OTHER;

    case TLS_EXTENSION_ALTERNATIVE_NAMES:
        return crt->subject.val.p == NULL && !extension->is_critical ? MBEDTLS_X509_BADCERT_OTHER : 0;

    case TLS_EXTENSION_KEY_USAGE:
        return !tls_engine_is_authority(crt) &&
               mbedtls_x509_crt_check_key_usage(crt, MBEDTLS_X509_KU_KEY_CERT_SIGN) == 0 ?
               MBEDTLS_X509_BADCERT_KEY_USAGE : 0;

    case TLS_EXTENSION_EXTENDED_KEY_USAGE:
        return depth > 0 && !may_issue_for(crt, role) ? MBEDTLS_X509_BADCERT_EXT_KEY_USAGE : 0;

    default:
        return 0;
    }
}

static uint32_t check_constraints(const struct tls_path *path, const mbedtls_x509_crt *crt, int depth,
                                  enum tls_path_role role)
{
    int i;

    /* A self-issued issuer (a new key under the old name) is exempt, RFC 5280 6.1.3 b. */
    if (depth > 0 && is_same(&crt->subject_raw, &crt->issuer_raw))
    {
        return 0;
    }
    for (i = 0; i < path->constraints; i++)
    {
        if (!tls_constraints_permit(path->constraining[i], crt, depth, role))
        {
            return MBEDTLS_X509_BADCERT_OTHER;
        }
    }

    return 0;
}

uint32_t tls_path_check(struct tls_path *path, const mbedtls_x509_crt *crt, int depth, enum tls_path_role role)
{
    uint32_t flags = check_constraints(path, crt, depth, role);
    struct tls_extension extension = { 0 };

    while (tls_extension_next(crt, &extension))
    {
        flags |= check_extension(crt, &extension, depth, role);
        if (extension.id != TLS_EXTENSION_NAME_CONSTRAINTS)
        {
            continue;
        }
        if (path->constraints == TLS_PATH_CONSTRAINTS_MAX)
        {
            flags |= MBEDTLS_X509_BADCERT_OTHER;
            continue;
        }
        path->constraining[path->constraints++] = crt;
    }
    /* All extensions must have been read: limits could be in the rest. */
    if (crt->v3_ext.p != NULL && extension.next != crt->v3_ext.p + crt->v3_ext.len)
    {
        flags |= MBEDTLS_X509_BADCERT_OTHER;
    }
    if (depth == 0)
    {
        path->constraints = 0;
    }

    return flags;
}

static int is_host(const mbedtls_x509_buf *pattern, const char *name)
{
    const unsigned char *p = pattern->p;
    size_t length = pattern->len;

    if (length > 2 && p[0] == '*' && p[1] == '.' && memchr(p + 2, '.', length - 2) != NULL)
    {
        name += strcspn(name, ".");
        p++;
        length--;
    }

    return strlen(name) == length && tls_text_is_same(p, name, length);
}

int tls_path_names_host(const mbedtls_x509_crt *crt, const char *name)
{
    const mbedtls_x509_sequence *each;

    for (each = &crt->subject_alt_names; each != NULL; each = each->next)
    {
        if ((each->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK) == SAN_DNS && is_host(&each->buf, name))
        {
            return 1;
        }
    }

    return 0;
}

/* The identifier of a certificate's key, or of its issuer's; returns its length, 0: not there. */
static size_t key_identifier(const mbedtls_x509_crt *crt, unsigned char id, unsigned char **identifier)
{
    struct tls_extension extension = { 0 };
    const unsigned char *end;
    unsigned char *p;
    size_t length;

    if (!tls_extension_find(crt, id, &extension))
    {
        return 0;
    }
    p = extension.value;
    end = p + extension.length;
    if (id == TLS_EXTENSION_AUTHORITY_KEY ?
        mbedtls_asn1_get_tag(&p, end, &length, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0 ||
        mbedtls_asn1_get_tag(&p, end, &length, MBEDTLS_ASN1_CONTEXT_SPECIFIC) != 0 :
        mbedtls_asn1_get_tag(&p, end, &length, MBEDTLS_ASN1_OCTET_STRING) != 0)
    {
        return 0;
    }
    *identifier = p;

    return length;
}

static int has_other_key(const mbedtls_x509_crt *crt, const mbedtls_x509_crt *issuer)
{
    unsigned char *wanted, *held;
    size_t length = key_identifier(crt, TLS_EXTENSION_AUTHORITY_KEY, &wanted);
    size_t held_length = key_identifier(issuer, TLS_EXTENSION_SUBJECT_KEY, &held);

    return length != 0 && held_length != 0 && (length != held_length || memcmp(wanted, held, length) != 0);
}

/* Each question searches all roots, which may be in a file: a server must not cause many. */
#define QUESTIONS_MAX           4

/* The first of a list that has the name of a certificate's issuer and has not expired; NULL: none. */
static const mbedtls_x509_crt *issuer_in(const mbedtls_x509_crt *list, const mbedtls_x509_crt *crt)
{
    while (list != NULL && (list == crt || !is_same(&list->subject_raw, &crt->issuer_raw) ||
                            mbedtls_x509_time_is_past(&list->valid_to)))
    {
        list = list->next;
    }

    return list;
}

int tls_path_leads_on(const mbedtls_x509_crt *crt, int (*is_trusted)(void *context, const mbedtls_x509_crt *crt),
                      void *context)
{
    const mbedtls_x509_crt *last = crt;
    int questions = 0;

    while (questions++ < QUESTIONS_MAX && (last = issuer_in(crt->next, last)) != NULL)
    {
        if (is_trusted(context, last))
        {
            return 1;
        }
    }

    return 0;
}

void tls_path_prefer_issuer(mbedtls_x509_crt *crt, int (*is_trusted)(void *context, const mbedtls_x509_crt *crt),
                            void *context)
{
    mbedtls_x509_crt *before, *candidate;
    mbedtls_x509_crt *best = NULL;
    int best_rank = 0;
    int questions = 0;

    for (before = crt; before->next != NULL; before = before->next)
    {
        candidate = before->next;
        if (is_same(&candidate->subject_raw, &crt->issuer_raw))
        {
            int rank = has_other_key(crt, candidate) ? 1 : 2;

            if (rank > best_rank ||
                (rank == best_rank && questions++ < QUESTIONS_MAX &&
                 !is_trusted(context, best->next) && is_trusted(context, candidate)))
            {
                best_rank = rank;
                best = before;
            }
        }
    }
    if (best != NULL && best != crt)
    {
        candidate = best->next;
        best->next = candidate->next;
        candidate->next = crt->next;
        crt->next = candidate;
    }
}
