/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots in the files of a folder. Every look-up reads them, one file at a time, so
 * that the heap holds no more than one.
 */
#include <string.h>

#include <dirent.h>
#include <sys/stat.h>

#include <rtthread.h>

#include "../base/tls_log.h"
#include "tls_memory.h"
#include "tls_trust_search.h"

#define PATH_SIZE               256

static int offer(struct tls_trust_search *search, mbedtls_x509_crt *crt)
{
    unsigned char name[TLS_TRUST_NAME_SIZE];

    search->roots++;
    if (search->child == RT_NULL)
    {
        return 0;
    }
    tls_trust_hash(&crt->subject_raw, name);

    return memcmp(name, search->name, sizeof(name)) == 0 ? tls_trust_offer(search, crt) : 0;
}

/* Readable certificates count, whatever else is in the file. */
static int look_into(struct tls_trust_search *search, const char *path, int *unreadable)
{
    mbedtls_x509_crt *list = tls_calloc(1, sizeof(*list));
    struct tls_memory_watch watch;
    mbedtls_x509_crt *crt;
    int ret;

    if (list == RT_NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }

    mbedtls_x509_crt_init(list);
    tls_memory_watch_begin(&watch);
    *unreadable += mbedtls_x509_crt_parse_file(list, path) != 0;
    tls_memory_watch_end(&watch);
    ret = watch.failures > 0 ? MBEDTLS_ERR_X509_ALLOC_FAILED : 0;
    for (crt = list; ret == 0 && crt != RT_NULL && crt->raw.p != RT_NULL; crt = crt->next)
    {
        ret = offer(search, crt);
    }
    tls_trust_free(list);

    return ret;
}

static int is_file(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

int tls_trust_search_folder(struct tls_trust_search *search)
{
    DIR *folder = opendir(PKG_MBEDTLS_CERTS_DIR);
    struct dirent *file;
    char path[PATH_SIZE];
    int unreadable = 0;
    int ret = 0;

    while (folder != RT_NULL && ret == 0 && (file = readdir(folder)) != RT_NULL)
    {
        rt_snprintf(path, sizeof(path), "%s/%s", PKG_MBEDTLS_CERTS_DIR, file->d_name);
        if (is_file(path))
        {
            ret = look_into(search, path, &unreadable);
        }
    }
    if (folder != RT_NULL)
    {
        closedir(folder);
    }
    if (unreadable > 0 && search->child == RT_NULL)
    {
        LOG_W("%s: unreadable files: %d", PKG_MBEDTLS_CERTS_DIR, unreadable);
    }

    return ret;
}
