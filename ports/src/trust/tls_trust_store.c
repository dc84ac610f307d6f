/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reads a store: roots as one block of constant bytes, in the format of
 * tools/mbedtls_roots/store.py.
 */
#include <string.h>

#include "../base/tls_has.h"
#include "tls_clock.h"
#include "tls_trust_search.h"

/* The kinds of key in the order of their codes, from 1 on. */
static const unsigned short kinds[] = { TLS_ENGINE_RSA, 256, 384, 521 };

#define EXPONENT_SIZE           4

static size_t short_number(const unsigned char *at)
{
    return (size_t)at[0] << 8 | at[1];
}

uint32_t tls_store_number(const unsigned char *at)
{
    return (uint32_t)short_number(at) << 16 | (uint32_t)short_number(at + 2);
}

void tls_store_read(const unsigned char *at, struct tls_store_root *root)
{
    const unsigned char *key = at + TLS_STORE_ROOT_SIZE;

    root->name = at;
    root->key.kind = kinds[at[8] - 1];
    root->path = at[9];
    root->valid_from = tls_store_number(at + 10);
    root->valid_to = tls_store_number(at + 14);
    root->key.length = short_number(at + 18);
    root->constraints = key + root->key.length;
    root->constraints_length = short_number(at + 20);
    root->label = root->constraints + root->constraints_length;
    root->label_length = at[22];
    root->next = root->label + root->label_length;

    root->key.exponent = key;
    root->key.bytes = key;
    if (root->key.kind == TLS_ENGINE_RSA)
    {
        root->key.bytes += EXPONENT_SIZE;
        root->key.length -= EXPONENT_SIZE;
    }
}

void tls_store_date(uint32_t seconds, mbedtls_x509_time *date)
{
    struct tm when;

    tls_clock_date(seconds, &when);
    date->year = seconds == TLS_TRUST_NO_END ? 9999 : when.tm_year + 1900;
    date->mon = when.tm_mon + 1;
    date->day = when.tm_mday;
    date->hour = when.tm_hour;
    date->min = when.tm_min;
    date->sec = when.tm_sec;
}

/* Only the rules for paths enforce a root's constraints. */
static int can_be_enforced(const struct tls_store_root *root)
{
    return TLS_HAS(PKG_MBEDTLS_PATH_RULES) || root->constraints_length == 0;
}

int tls_store_offer(struct tls_trust_search *search, const struct tls_store_root *root)
{
    mbedtls_x509_crt *crt;
    int ret;

    if (!tls_engine_knows_key(&root->key))
    {
        search->missing = root->key.kind;
        return 0;
    }
    if (!can_be_enforced(root))
    {
        return 0;
    }
    crt = tls_engine_root_new(search->child, root->path);
    if (crt == NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }

    crt->next = search->candidates;
    search->candidates = crt;
    tls_store_date(root->valid_from, &crt->valid_from);
    tls_store_date(root->valid_to, &crt->valid_to);
    ret = tls_engine_root_set_key(crt, &root->key);

    if (TLS_HAS(PKG_MBEDTLS_PATH_RULES) && ret == 0)
    {
        ret = tls_engine_root_extend(crt, root->constraints, root->constraints_length);
    }

    return ret == 0 ? 0 : MBEDTLS_ERR_X509_ALLOC_FAILED;
}

int tls_store_search(const unsigned char *store, struct tls_trust_search *search)
{
    const unsigned char *at = store + TLS_STORE_ROOTS;
    const unsigned char *end = store + tls_store_number(store + TLS_STORE_LENGTH);
    struct tls_store_root root;
    int order = -1;
    int ret = 0;

    if (search->child == NULL)
    {
        search->roots += (int)tls_store_number(store + TLS_STORE_COUNT);
        at = TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && search->alike != NULL ? at : end;
    }
    for (; ret == 0 && order <= 0 && at < end; at = root.next)
    {
        tls_store_read(at, &root);
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && search->alike != NULL)
        {
            tls_trust_compare_label(search, root.label, root.label_length);
            continue;
        }
        order = memcmp(root.name, search->name, TLS_TRUST_NAME_SIZE);
        if (order == 0)
        {
            ret = tls_store_offer(search, &root);
        }
    }

    return ret;
}
