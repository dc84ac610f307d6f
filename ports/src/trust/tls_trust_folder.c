/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots in the files of a folder. Every look-up reads them, one file at a time, so
 * that the heap holds no more than one.
 */
#include <stdio.h>
#include <string.h>

#include <dirent.h>
#include <sys/stat.h>

#include <rtthread.h>

#include "../base/tls_file.h"
#include "../base/tls_has.h"
#include "../base/tls_log.h"
#include "tls_memory.h"
#include "tls_trust_search.h"
#include "tls_trust_text.h"

#define PATH_SIZE               256

static int offer(struct tls_trust_search *search, mbedtls_x509_crt *crt)
{
    unsigned char name[TLS_TRUST_NAME_SIZE];

    search->roots++;
    if (TLS_HAS(PKG_MBEDTLS_DIAGNOSE) && search->alike != RT_NULL)
    {
        tls_trust_compare_name(search, &crt->subject);
    }
    if (search->child == RT_NULL)
    {
        return 0;
    }
    tls_trust_hash(&crt->subject_raw, name);

    return memcmp(name, search->name, sizeof(name)) == 0 ? tls_trust_offer(search, crt) : 0;
}

static void say_unreadable(const char *name, const unsigned char *text, size_t length, int ret)
{
    const char *why = text != RT_NULL ? tls_trust_why_not(text, length) : "cannot be opened or read";

    (void)name;                         /* a build whose log has no warnings does not use it */
    if (why != RT_NULL)
    {
        LOG_W("unreadable: %.40s %s", name, why);
    }
    else if (ret > 0)
    {
        LOG_W("unreadable: %.40s holds other certificates that cannot be read: %d", name, ret);
    }
    else
    {
        LOG_W("unreadable: %.40s holds %s (-0x%x)", name, tls_trust_why_not_read(ret), (unsigned)-ret);
    }
}

/* A certificate that can be read but makes nothing trusted; the server's own counts if it is self-signed. */
static void say_unused(const char *name, const mbedtls_x509_crt *crt)
{
    int is_self_issued = crt->subject_raw.len == crt->issuer_raw.len &&
                         memcmp(crt->subject_raw.p, crt->issuer_raw.p, crt->issuer_raw.len) == 0;

    (void)name;
    if (!is_self_issued && !tls_engine_may_issue(crt))
    {
        LOG_W("not used: %.40s holds a certificate that may not issue others (CA:FALSE)", name);
    }
    else if (mbedtls_x509_time_is_past(&crt->valid_to))
    {
        LOG_W("not used: %.40s holds a certificate that expired on %04d-%02d-%02d", name, crt->valid_to.year,
              crt->valid_to.mon, crt->valid_to.day);
    }
}

/* Readable certificates count, whatever else is in the file. Returns non-zero if something cannot be read. */
static int read_file(mbedtls_x509_crt *list, const char *path, const char *name, int is_counting)
{
    size_t length = 0;
    unsigned char *text = tls_file_load(path, &length);
    int ret = MBEDTLS_ERR_X509_FILE_IO_ERROR;

    if (text != RT_NULL)
    {
        length = tls_trust_prepare(text, length);
        ret = mbedtls_x509_crt_parse(list, text, length);
    }
    if (ret != 0 && is_counting)
    {
        say_unreadable(name, text, length, ret);
    }
    tls_free(text);

    return ret;
}

static int look_into(struct tls_trust_search *search, const char *path, const char *name, int *unreadable)
{
    mbedtls_x509_crt *list = tls_calloc(1, sizeof(*list));
    struct tls_memory_watch watch;
    int is_counting = search->child == RT_NULL && search->alike == RT_NULL;
    mbedtls_x509_crt *crt;
    int ret;

    if (list == RT_NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }

    mbedtls_x509_crt_init(list);
    tls_memory_watch_begin(&watch);
    *unreadable += read_file(list, path, name, is_counting) != 0;
    tls_memory_watch_end(&watch);
    ret = watch.failures > 0 ? MBEDTLS_ERR_X509_ALLOC_FAILED : 0;
    for (crt = list; ret == 0 && crt != RT_NULL && crt->raw.p != RT_NULL; crt = crt->next)
    {
        if (is_counting)
        {
            say_unused(name, crt);
        }
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
            ret = look_into(search, path, file->d_name, &unreadable);
        }
    }
    if (folder != RT_NULL)
    {
        closedir(folder);
    }
    if (unreadable > 0 && search->child == RT_NULL && search->alike == RT_NULL)
    {
        LOG_W("%s: unreadable files: %d", PKG_MBEDTLS_CERTS_DIR, unreadable);
    }

    return ret;
}
