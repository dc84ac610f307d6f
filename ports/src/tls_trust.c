/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The roots that a session trusts, read where they lie.
 */
#include <rtthread.h>

#include "tls_certificate.h"
#include "tls_error.h"
#include "tls_log.h"
#include "tls_trust.h"

static int is_out_of_memory(int error)
{
    /* The engine adds the low-level code of the part that failed. */
    return error == MBEDTLS_ERR_X509_ALLOC_FAILED || -error % 0x80 == -MBEDTLS_ERR_ASN1_ALLOC_FAILED ||
           error == MBEDTLS_ERR_PK_ALLOC_FAILED || -error % 0x80 == -MBEDTLS_ERR_MPI_ALLOC_FAILED;
}

static int load_folder(mbedtls_x509_crt *chain)
{
#ifdef PKG_USING_MBEDTLS_CERTS_FROM_FS
    int ret = mbedtls_x509_crt_parse_path(chain, PKG_MBEDTLS_CERTS_DIR);

    /* A positive result counts the files that could not be read. */
    if (ret != 0)
    {
        LOG_W("%s: %s%x", PKG_MBEDTLS_CERTS_DIR, ret > 0 ? "unreadable files: 0x" : "cannot be read: -0x",
              ret > 0 ? ret : -ret);
    }
    return is_out_of_memory(ret) ? MBEDTLS_ERR_X509_ALLOC_FAILED : 0;
#else
    (void)chain;
    return 0;
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

int tls_trust_load(mbedtls_x509_crt *chain)
{
    size_t i;
    int ret, roots;

    for (i = 0; i < tls_roots_count; i++)
    {
        ret = mbedtls_x509_crt_parse_der_nocopy(chain, tls_roots[i].der, tls_roots[i].length);
        if (is_out_of_memory(ret))
        {
            return MBEDTLS_ERR_X509_ALLOC_FAILED;
        }
        if (ret != 0)
        {
            LOG_W("root certificate %d of %d needs an algorithm that is not compiled in: -0x%x",
                  (int)i + 1, (int)tls_roots_count, -ret);
        }
    }

    ret = load_folder(chain);
    if (ret != 0)
    {
        return ret;
    }
    roots = count(chain);

    return roots > 0 ? roots : TLS_ERR_NO_ROOTS;
}
