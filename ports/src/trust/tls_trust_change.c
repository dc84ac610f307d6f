/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Changes of the roots at run time.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_certificate.h"
#include "../base/tls_has.h"
#include "../base/tls_lock.h"
#include "tls_trust_search.h"

/* A header without roots; its digest is never checked. */
const unsigned char tls_trust_nothing[TLS_STORE_ROOTS] =
{
    'T', 'R', 'S', 1,
    [TLS_STORE_LENGTH + 3] = TLS_STORE_ROOTS,
};

static struct tls_trust_changes changes = { tls_store, RT_NULL, RT_NULL, 0 };
static struct tls_lock lock;

static int offer(void *context, const struct tls_store_root *root)
{
    return tls_store_offer(context, root);
}

static int compare(void *context, const struct tls_store_root *root)
{
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE))
    {
        tls_trust_compare_label(context, root->label, root->label_length);
    }

    return 0;
}

/* A file that has changed since it was checked counts as empty. */
static int search_elsewhere(struct tls_trust_search *search)
{
    int ret;

    if (search->child == RT_NULL)
    {
        search->roots += changes.visited;
        return TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && search->alike != RT_NULL ?
               changes.visit(RT_NULL, compare, search) : 0;
    }
    ret = changes.visit(search->name, offer, search);
    if (ret != 0)
    {
        tls_trust_drop(search);
    }

    return ret == MBEDTLS_ERR_X509_ALLOC_FAILED ? ret : 0;
}

static int compare_der(struct tls_trust_search *search, const struct tls_trust_root *root)
{
    mbedtls_x509_crt *parsed;
    int ret = tls_trust_parse(&parsed, root->der, root->length);

    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && ret == 0)
    {
        tls_trust_compare_name(search, &parsed->subject);
    }
    tls_trust_free(parsed);

    return ret;
}

static int search_added(struct tls_trust_search *search)
{
    const struct tls_trust_root *root;
    int ret = 0;

    for (root = changes.added; ret == 0 && root != RT_NULL; root = root->next)
    {
        search->roots++;
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && search->alike != RT_NULL)
        {
            ret = compare_der(search, root);
        }
        else if (search->child != RT_NULL && memcmp(root->name, search->name, sizeof(root->name)) == 0)
        {
            ret = tls_trust_offer_der(search, root->der, root->length);
        }
    }

    return ret;
}

static int search_changed(struct tls_trust_search *search)
{
    int ret;

    tls_trust_lock();
    ret = changes.visit != RT_NULL ? search_elsewhere(search) : tls_store_search(changes.store, search);
    if (ret == 0)
    {
        ret = search_added(search);
    }
    tls_trust_unlock();

    return ret;
}

struct tls_trust_changes *tls_trust_lock(void)
{
    tls_lock_take(&lock, "tls_ca");
    tls_trust_set_search(search_changed);

    return &changes;
}

void tls_trust_unlock(void)
{
    tls_lock_release(&lock);
}

/* The link that points to a root, or the last one; the lock is held. */
static struct tls_trust_root **find(const struct tls_trust_root *root)
{
    struct tls_trust_root **link = &changes.added;

    while (*link != RT_NULL && *link != root)
    {
        link = &(*link)->next;
    }

    return link;
}

/* Check that the engine can read a certificate and that it may be a root; gives the hash of its name. */
static int examine(const unsigned char *der, size_t length, unsigned char *name)
{
    mbedtls_x509_crt *parsed;
    int ret = tls_trust_parse(&parsed, der, length);

    if (ret == 0 && !tls_engine_may_issue(parsed))
    {
        ret = TLS_ERR_ROOT_NOT_CA;
    }
    if (ret == 0)
    {
        tls_trust_hash(&parsed->subject_raw, name);
    }
    tls_trust_free(parsed);

    return ret;
}

int tls_trust_add(struct tls_trust_root *root, const unsigned char *der, size_t length)
{
    unsigned char name[TLS_TRUST_NAME_SIZE];
    int ret = examine(der, length, name);

    if (ret != 0)
    {
        return ret;
    }

    tls_trust_lock();
    if (*find(root) != RT_NULL)
    {
        ret = TLS_ERR_ROOT_STATE;
    }
    else
    {
        root->der = der;
        root->length = length;
        memcpy(root->name, name, sizeof(root->name));
        root->next = changes.added;
        changes.added = root;
    }
    tls_trust_unlock();

    return ret;
}

int tls_trust_remove(struct tls_trust_root *root)
{
    struct tls_trust_root **link;
    int ret = TLS_ERR_ROOT_STATE;

    tls_trust_lock();
    link = find(root);
    if (*link != RT_NULL)
    {
        *link = root->next;
        ret = 0;
    }
    tls_trust_unlock();

    return ret;
}

int tls_trust_use(const unsigned char *store, size_t length)
{
    int ret = 0;

    if (store == RT_NULL)
    {
        store = tls_store;
    }
    else if (store != TLS_TRUST_NOTHING)
    {
        ret = tls_store_check(store, length);
    }
    if (ret == 0)
    {
        tls_trust_lock();
        changes.store = store;
        changes.visit = RT_NULL;
        tls_trust_unlock();
    }

    return ret;
}
