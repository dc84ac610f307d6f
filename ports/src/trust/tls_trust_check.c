/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Checks an untrusted store once, so that readers need not.
 */
#include <string.h>

#include "tls_trust_store.h"

#define DIGEST_SIZE             32
#define KINDS                   4
#define UNCOMPRESSED            0x04    /* a point, SEC 1 2.3.3 */
#define RSA_BYTES_MIN           128     /* the engine's profile refuses less than 2048 bits anyway */
#define RSA_BYTES_MAX           1024    /* and cannot compute with more */

int tls_store_check_size(const unsigned char *at, size_t left, struct tls_store_root *root)
{
    size_t length;

    if (left < TLS_STORE_ROOT_SIZE || at[8] < 1 || at[8] > KINDS)
    {
        return TLS_ERR_STORE;
    }
    tls_store_read(at, root);
    length = root->key.length;
    if ((size_t)(root->next - at) > left)
    {
        return TLS_ERR_STORE;
    }
    if (root->key.kind == TLS_ENGINE_RSA)
    {
        return length >= RSA_BYTES_MIN && length <= RSA_BYTES_MAX ? 0 : TLS_ERR_STORE;
    }

    return length == 1 + ((size_t)root->key.kind + 7) / 8 * 2 ? 0 : TLS_ERR_STORE;
}

int tls_store_check_key(const struct tls_engine_key *key)
{
    return key->kind != TLS_ENGINE_RSA ? key->bytes[0] == UNCOMPRESSED :
           key->bytes[0] != 0 && (key->bytes[key->length - 1] & 1) != 0 && (key->exponent[3] & 1) != 0 &&
           tls_store_number(key->exponent) > 1;
}

static int check_roots(const unsigned char *store, size_t length)
{
    const unsigned char *at = store + TLS_STORE_ROOTS;
    const unsigned char *before = NULL;
    uint32_t roots = tls_store_number(store + TLS_STORE_COUNT);
    struct tls_store_root root;

    for (; roots > 0; roots--, before = at, at = root.next)
    {
        if (tls_store_check_size(at, length - (size_t)(at - store), &root) != 0 || !tls_store_check_key(&root.key) ||
            (before != NULL && memcmp(before, at, TLS_TRUST_NAME_SIZE) > 0))
        {
            return TLS_ERR_STORE;
        }
    }

    return at == store + length ? 0 : TLS_ERR_STORE;
}

int tls_store_check(const unsigned char *store, size_t length)
{
    unsigned char digest[DIGEST_SIZE];

    if (length < TLS_STORE_ROOTS || memcmp(store, TLS_STORE_MAGIC, TLS_STORE_DIGEST) != 0 ||
        tls_store_number(store + TLS_STORE_LENGTH) != length ||
        tls_engine_sha256(store + TLS_STORE_LENGTH, length - TLS_STORE_LENGTH, digest, 0) != 0 ||
        memcmp(digest, store + TLS_STORE_DIGEST, DIGEST_SIZE) != 0)
    {
        return TLS_ERR_STORE;
    }

    return check_roots(store, length);
}
