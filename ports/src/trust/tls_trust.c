/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Searches all roots for the issuer of a certificate.
 */
#include <string.h>

#include <rthw.h>
#include <rtthread.h>

#include "../base/tls_has.h"
#include "tls_certificate.h"
#include "tls_trust_find.h"
#include "tls_trust_search.h"

typedef int (*search_function)(struct tls_trust_search *search);

static search_function search_changed;

/* Interrupts are disabled for both: another thread may search at the time of the first change. */
void tls_trust_set_search(int (*search)(struct tls_trust_search *search))
{
    rt_base_t level = rt_hw_interrupt_disable();

    search_changed = search;
    rt_hw_interrupt_enable(level);
}

static search_function get_search(void)
{
    rt_base_t level = rt_hw_interrupt_disable();
    search_function search = search_changed;

    rt_hw_interrupt_enable(level);

    return search;
}

static int search_session(const mbedtls_x509_crt *extra, struct tls_trust_search *search)
{
    unsigned char name[TLS_TRUST_NAME_SIZE];
    int ret = 0;

    for (; ret == 0 && extra != RT_NULL && extra->raw.p != RT_NULL; extra = extra->next)
    {
        search->roots++;
        if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && search->alike != RT_NULL)
        {
            tls_trust_compare_name(search, &extra->subject);
        }
        tls_trust_hash(&extra->subject_raw, name);
        if (search->child != RT_NULL && memcmp(name, search->name, sizeof(name)) == 0)
        {
            ret = tls_trust_offer_der(search, extra->raw.p, extra->raw.len);
        }
    }

    return ret;
}

static int search_shared(struct tls_trust_search *search)
{
    search_function changed = get_search();

    return changed != RT_NULL ? changed(search) : tls_store_search(tls_store, search);
}

/* A search that fails has no candidates. */
static int search_places(const mbedtls_x509_crt *extra, struct tls_trust_search *search)
{
    int ret = search_shared(search);

    if (TLS_HAS(PKG_MBEDTLS_SESSION_CACERT) && ret == 0)
    {
        ret = search_session(extra, search);
    }
    if (TLS_HAS(PKG_USING_MBEDTLS_CERTS_FROM_FS) && ret == 0)
    {
        ret = tls_trust_search_folder(search);
    }
    if (ret != 0)
    {
        tls_trust_drop(search);
    }

    return ret;
}

/* With child RT_NULL roots are only counted. */
static int search_all(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *child, struct tls_trust_search *search)
{
    memset(search, 0, sizeof(*search));
    search->child = child;
    if (child != RT_NULL)
    {
        tls_trust_hash(&child->issuer_raw, search->name);
    }

    return search_places(extra, search);
}

int tls_trust_find(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates)
{
    struct tls_trust_search search;
    int ret = search_all(extra, child, &search);

    *candidates = search.candidates;

    return ret;
}

/* With PKG_MBEDTLS_CLOCK_NONE the engine has no dates, and every root is valid. */
int tls_trust_has_valid(const mbedtls_x509_crt *candidates)
{
    while (candidates != RT_NULL && mbedtls_x509_time_is_past(&candidates->valid_to))
    {
        candidates = candidates->next;
    }

    return candidates != RT_NULL;
}

void tls_trust_release(mbedtls_x509_crt **candidates)
{
    tls_trust_free(*candidates);
    *candidates = RT_NULL;
}

int tls_trust_knows_valid(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *crt)
{
    mbedtls_x509_crt *candidates;
    int is_known = tls_trust_find(extra, crt, &candidates) == 0 && tls_trust_has_valid(candidates);

    tls_trust_free(candidates);

    return is_known;
}

int tls_trust_check(const mbedtls_x509_crt *extra)
{
    struct tls_trust_search search;
    int ret = search_all(extra, RT_NULL, &search);

    return ret == 0 && search.roots == 0 ? TLS_ERR_NO_ROOTS : ret;
}

int tls_trust_knows_issuer(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *crt, int *missing)
{
    struct tls_trust_search search;
    int is_known = search_all(extra, crt, &search) == 0 && search.candidates != RT_NULL;

    tls_trust_drop(&search);
    *missing = is_known ? 0 : search.missing;

    return is_known || search.missing != 0;
}

/* As a file would leave it out of other builds, where it changed the code of search_all(). */
#ifdef PKG_MBEDTLS_DIAGNOSE
int tls_trust_has_alike(const mbedtls_x509_crt *extra, const mbedtls_x509_crt *crt)
{
    struct tls_trust_search search = { 0 };

    search.alike = tls_trust_common_name(&crt->issuer);

    return search_places(extra, &search) == 0 && search.is_alike;
}
#endif
