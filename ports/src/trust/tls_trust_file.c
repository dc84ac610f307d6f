/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A store in a file. Every look-up reads the whole file, one root at a time in the
 * heap; its result counts only if the file is still the one that was checked.
 */
#include <stdio.h>
#include <string.h>

#include <rtthread.h>

#include "../base/tls_log.h"
#include "tls_memory.h"
#include "tls_trust_search.h"

#define DIGEST_SIZE             32
#define ROOT_MAX                8192    /* more than any key, constraints and label */

/* The file in use; access needs the lock. */
static struct
{
    const char *path;
    unsigned char digest[DIGEST_SIZE];  /* of the whole file */
}
in_use;

/* A pass through a file. */
struct pass
{
    FILE *file;
    mbedtls_sha256_context whole;       /* of the file */
    mbedtls_sha256_context body;        /* of the part that the header's digest covers */
    size_t left;                        /* bytes of the store still to be read */
    uint32_t roots;
};

static int read_part(struct pass *pass, unsigned char *buffer, size_t length)
{
    if (length > pass->left)
    {
        return TLS_ERR_STORE;
    }
    if (fread(buffer, 1, length, pass->file) != length)
    {
        return ferror(pass->file) ? TLS_ERR_STORE_FILE : TLS_ERR_STORE;
    }
    pass->left -= length;

    return tls_engine_sha256_update(&pass->whole, buffer, length) == 0 &&
           tls_engine_sha256_update(&pass->body, buffer, length) == 0 ? 0 : TLS_ERR_STORE;
}

static int skip_part(struct pass *pass, size_t length)
{
    unsigned char buffer[64];
    int ret = 0;

    while (ret == 0 && length > 0)
    {
        size_t part = length < sizeof(buffer) ? length : sizeof(buffer);

        ret = read_part(pass, buffer, part);
        length -= part;
    }

    return ret;
}

/* Gives the digest in the header. */
static int read_header(struct pass *pass, unsigned char *digest)
{
    unsigned char header[TLS_STORE_ROOTS];
    int ret;

    pass->left = sizeof(header);
    ret = read_part(pass, header, TLS_STORE_LENGTH);
    if (ret == 0)
    {
        memcpy(digest, header + TLS_STORE_DIGEST, DIGEST_SIZE);
        ret = tls_engine_sha256_starts(&pass->body, 0) == 0 ?
              read_part(pass, header + TLS_STORE_LENGTH, sizeof(header) - TLS_STORE_LENGTH) : TLS_ERR_STORE;
    }
    if (ret != 0)
    {
        return ret;
    }
    pass->roots = tls_store_number(header + TLS_STORE_COUNT);
    pass->left = tls_store_number(header + TLS_STORE_LENGTH);
    if (memcmp(header, TLS_STORE_MAGIC, TLS_STORE_DIGEST) != 0 || pass->left < sizeof(header))
    {
        return TLS_ERR_STORE;
    }
    pass->left -= sizeof(header);

    return 0;
}

/* Read the rest of a root into the heap and show it. */
static int show_root(struct pass *pass, const unsigned char *head, size_t size, tls_store_visit visit, void *context)
{
    unsigned char *whole = tls_malloc(TLS_STORE_ROOT_SIZE + size);
    struct tls_store_root root;
    int ret;

    if (whole == RT_NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    memcpy(whole, head, TLS_STORE_ROOT_SIZE);
    ret = read_part(pass, whole + TLS_STORE_ROOT_SIZE, size);
    if (ret == 0)
    {
        tls_store_read(whole, &root);
        ret = tls_store_check_key(&root.key) ? visit(context, &root) : TLS_ERR_STORE;
    }
    tls_free(whole);

    return ret;
}

static int read_root(struct pass *pass, const unsigned char *name, tls_store_visit visit, void *context)
{
    unsigned char head[TLS_STORE_ROOT_SIZE];
    struct tls_store_root root;
    size_t size;
    int ret = read_part(pass, head, sizeof(head));

    if (ret == 0)
    {
        ret = tls_store_check_size(head, sizeof(head) + pass->left, &root);
    }
    if (ret != 0)
    {
        return ret;
    }
    size = (size_t)(root.next - head) - sizeof(head);
    if (size > ROOT_MAX)
    {
        return TLS_ERR_STORE;
    }

    return name == RT_NULL || memcmp(name, root.name, TLS_TRUST_NAME_SIZE) == 0 ?
           show_root(pass, head, size, visit, context) : skip_part(pass, size);
}

/*
 * Read a file and show the roots with a name, or all; they count only if the result
 * is 0. Gives the digest of the whole file.
 */
static int pass_through(struct pass *pass, const char *path, const unsigned char *name, tls_store_visit visit,
                        void *context, unsigned char *digest)
{
    unsigned char wanted[DIGEST_SIZE];
    unsigned char found[DIGEST_SIZE];
    uint32_t roots;
    int ret;

    pass->file = fopen(path, "rb");
    if (pass->file == RT_NULL)
    {
        return TLS_ERR_STORE_FILE;
    }
    mbedtls_sha256_init(&pass->whole);
    mbedtls_sha256_init(&pass->body);
    ret = tls_engine_sha256_starts(&pass->whole, 0) == 0 && tls_engine_sha256_starts(&pass->body, 0) == 0 ?
          read_header(pass, wanted) : TLS_ERR_STORE;
    for (roots = 0; ret == 0 && roots < pass->roots; roots++)
    {
        ret = read_root(pass, name, visit, context);
    }
    if (ret == 0 && (pass->left > 0 || fgetc(pass->file) != EOF ||
                     tls_engine_sha256_finish(&pass->body, found) != 0 || memcmp(found, wanted, DIGEST_SIZE) != 0 ||
                     tls_engine_sha256_finish(&pass->whole, digest) != 0))
    {
        ret = TLS_ERR_STORE;
    }
    mbedtls_sha256_free(&pass->whole);
    mbedtls_sha256_free(&pass->body);
    fclose(pass->file);

    return ret;
}

/* tls_trust_changes.visit for the file in use; the lock is held. */
static int visit_file(const unsigned char *name, tls_store_visit visit, void *context)
{
    struct pass *pass = tls_calloc(1, sizeof(*pass));
    unsigned char digest[DIGEST_SIZE];
    int ret;

    if (pass == RT_NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    ret = pass_through(pass, in_use.path, name, visit, context, digest);
    if (ret == 0 && memcmp(digest, in_use.digest, DIGEST_SIZE) != 0)
    {
        ret = TLS_ERR_STORE;
    }
    tls_free(pass);
    if (ret == TLS_ERR_STORE || ret == TLS_ERR_STORE_FILE)
    {
        LOG_E("the root store in %s has changed or cannot be read", in_use.path);
    }

    return ret;
}

/* Roots must be sorted by hash, each with a valid key. */
static int check_root(void *context, const struct tls_store_root *root)
{
    unsigned char *before = context;

    if (!tls_store_check_key(&root->key) || memcmp(before, root->name, TLS_TRUST_NAME_SIZE) > 0)
    {
        return TLS_ERR_STORE;
    }
    memcpy(before, root->name, TLS_TRUST_NAME_SIZE);

    return 0;
}

int tls_trust_use_file(const char *path, const unsigned char *digest)
{
    unsigned char before[TLS_TRUST_NAME_SIZE] = { 0 };
    unsigned char found[DIGEST_SIZE];
    struct pass *pass = tls_calloc(1, sizeof(*pass));
    struct tls_trust_changes *changes;
    int ret;

    if (pass == RT_NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    ret = pass_through(pass, path, RT_NULL, check_root, before, found);
    if (ret == 0 && digest != RT_NULL && memcmp(found, digest, DIGEST_SIZE) != 0)
    {
        ret = TLS_ERR_STORE;
    }
    if (ret == 0)
    {
        changes = tls_trust_lock();
        in_use.path = path;
        memcpy(in_use.digest, found, DIGEST_SIZE);
        changes->store = tls_trust_nothing;
        changes->visit = visit_file;
        changes->visited = (int)pass->roots;
        tls_trust_unlock();
    }
    tls_free(pass);

    return ret;
}
