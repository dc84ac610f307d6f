/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The roots that a session trusts, read where they lie.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_certificate.h"
#include "tls_error.h"
#include "tls_log.h"
#include "tls_memory.h"
#include "tls_trust.h"

static void load_folder(mbedtls_x509_crt *chain)
{
#ifdef PKG_USING_MBEDTLS_CERTS_FROM_FS
    int ret = mbedtls_x509_crt_parse_path(chain, PKG_MBEDTLS_CERTS_DIR);

    /* A positive result counts the files that could not be read. */
    if (ret != 0)
    {
        LOG_W("%s: %s%x", PKG_MBEDTLS_CERTS_DIR, ret > 0 ? "unreadable files: 0x" : "cannot be read: -0x",
              ret > 0 ? ret : -ret);
    }
#else
    (void)chain;
#endif
}

static int count(const mbedtls_x509_crt *chain)
{
    int roots = 0;

    for (; chain != RT_NULL && chain->raw.p != RT_NULL; chain = chain->next)
    {
        roots++;
    }

    return roots;
}

/* A root that cannot be read is passed over, unless memory is what it lacks; the caller's watch tells. */
static void load_compiled_in(mbedtls_x509_crt *chain, const struct tls_memory_watch *watch)
{
    size_t i;
    int ret;

    for (i = 0; i < tls_roots_count; i++)
    {
        ret = mbedtls_x509_crt_parse_der_nocopy(chain, tls_roots[i].der, tls_roots[i].length);
        if (ret != 0 && watch->failures == 0)
        {
            LOG_W("root certificate %d of %d needs an algorithm that is not compiled in: -0x%x",
                  (int)i + 1, (int)tls_roots_count, -ret);
        }
    }

}

int tls_trust_load(mbedtls_x509_crt *chain)
{
    struct tls_memory_watch watch;
    int roots;

    tls_memory_watch_begin(&watch);
    load_compiled_in(chain, &watch);
    load_folder(chain);
    tls_memory_watch_end(&watch);
    if (watch.failures > 0)
    {
        /* The engine has other codes for it, too, e.g. "bad key". */
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    roots = count(chain);

    return roots > 0 ? roots : TLS_ERR_NO_ROOTS;
}

int tls_trust_knows_issuer(const mbedtls_x509_crt *chain, const mbedtls_x509_crt *crt)
{
    for (; chain != RT_NULL && chain->raw.p != RT_NULL; chain = chain->next)
    {
        if (chain->subject_raw.len == crt->issuer_raw.len &&
            memcmp(chain->subject_raw.p, crt->issuer_raw.p, crt->issuer_raw.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
