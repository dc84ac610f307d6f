/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lists the roots.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_trust_search.h"

struct list
{
    int (*show)(void *context, const struct tls_trust_info *info);
    void *context;
    int shown;
};

/* Returns 1 to end the list. */
static int show_info(struct list *list, const struct tls_trust_info *info)
{
    list->shown++;

    return list->show(list->context, info) != 0;
}

static unsigned bits_of(const struct tls_engine_key *key)
{
    unsigned bits = (unsigned)key->length * 8;
    unsigned char first = key->bytes[0];

    if (key->kind != TLS_ENGINE_RSA)
    {
        return (unsigned)key->kind;
    }
    for (; first < 0x80; first = (unsigned char)(first << 1))
    {
        bits--;
    }

    return bits;
}

static int show_root(void *context, const struct tls_store_root *root)
{
    struct list *list = context;
    struct tls_trust_info info;

    memset(&info, 0, sizeof(info));
    info.label = (const char *)root->label;
    info.label_length = root->label_length;
    info.key = root->key.kind == TLS_ENGINE_RSA ? "RSA" : "EC";
    info.bits = bits_of(&root->key);
    info.is_usable = tls_engine_knows_key(&root->key);
    tls_store_date(root->valid_from, &info.valid_from);
    tls_store_date(root->valid_to, &info.valid_to);

    return show_info(list, &info);
}

/* The common name, else the last attribute: names run from the country down to the subject. */
static const mbedtls_x509_buf *label_of(const mbedtls_x509_crt *crt)
{
    const mbedtls_x509_name *name = &crt->subject;

    while (name->next != RT_NULL && !tls_engine_is_attribute(name, TLS_ENGINE_COMMON_NAME))
    {
        name = name->next;
    }

    return &name->val;
}

static int show_parsed(const mbedtls_x509_crt *crt, struct list *list)
{
    struct tls_trust_info info;

    memset(&info, 0, sizeof(info));
    info.label = (const char *)label_of(crt)->p;
    info.label_length = label_of(crt)->len;
    info.key = mbedtls_pk_get_type(&crt->pk) == MBEDTLS_PK_RSA ? "RSA" : "EC";
    info.bits = (unsigned)mbedtls_pk_get_bitlen(&crt->pk);
    info.is_usable = 1;
    info.is_added = 1;
    info.valid_from = crt->valid_from;
    info.valid_to = crt->valid_to;

    return show_info(list, &info);
}

/* Returns the call-back's result, or a negative code. */
static int show_added(const struct tls_trust_root *root, struct list *list)
{
    mbedtls_x509_crt *parsed;
    int ret = tls_trust_parse(&parsed, root->der, root->length);

    if (ret == 0)
    {
        ret = show_parsed(parsed, list);
    }
    tls_trust_free(parsed);

    return ret;
}

static int show_store(const unsigned char *store, struct list *list)
{
    const unsigned char *at = store + TLS_STORE_ROOTS;
    const unsigned char *end = store + tls_store_number(store + TLS_STORE_LENGTH);
    struct tls_store_root root;
    int ret = 0;

    for (; ret == 0 && at < end; at = root.next)
    {
        tls_store_read(at, &root);
        ret = show_root(list, &root);
    }

    return ret;
}

int tls_trust_each(int (*show)(void *context, const struct tls_trust_info *info), void *context)
{
    const struct tls_trust_changes *now = tls_trust_lock();
    struct list list = { show, context, 0 };
    const struct tls_trust_root *root;
    int ret = now->visit != RT_NULL ? now->visit(RT_NULL, show_root, &list) : show_store(now->store, &list);

    for (root = now->added; ret == 0 && root != RT_NULL; root = root->next)
    {
        ret = show_added(root, &list);
    }
    tls_trust_unlock();

    return ret < 0 ? ret : list.shown;
}
