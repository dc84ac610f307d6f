/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The candidates of a search: certificates that may have issued another one.
 */
#include <string.h>

#include <rtthread.h>

#include "tls_memory.h"
#include "tls_trust_search.h"

/* FNV-1a of 64 bits over the folded bytes: see tools/mbedtls_roots/store.py. */
void tls_trust_hash(const mbedtls_x509_buf *name, unsigned char *hash)
{
    uint64_t value = 0xCBF29CE484222325ULL;
    size_t i;

    for (i = 0; i < name->len; i++)
    {
        unsigned char byte = name->p[i];

        if (byte >= 'A' && byte <= 'Z')
        {
            byte = (unsigned char)(byte + 'a' - 'A');
        }
        else if (byte == MBEDTLS_ASN1_PRINTABLE_STRING)
        {
            byte = MBEDTLS_ASN1_UTF8_STRING;
        }
        value = (value ^ byte) * 0x100000001B3ULL;
    }
    for (i = TLS_TRUST_NAME_SIZE; i-- > 0; value >>= 8)
    {
        hash[i] = (unsigned char)value;
    }
}

/* A trusted certificate that the server shows itself needs no right to issue; it must be self-signed. */
static int is_itself(const mbedtls_x509_crt *child, const mbedtls_x509_crt *root)
{
    return child->raw.len == root->raw.len && memcmp(child->raw.p, root->raw.p, root->raw.len) == 0;
}

int tls_trust_offer(struct tls_trust_search *search, mbedtls_x509_crt *parsed)
{
    mbedtls_x509_crt *root;

    if (!tls_engine_may_issue(parsed) && !is_itself(search->child, parsed))
    {
        return 0;
    }
    root = tls_engine_root_from(search->child, parsed);
    if (root == RT_NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    root->next = search->candidates;
    search->candidates = root;

    return 0;
}

int tls_trust_parse(mbedtls_x509_crt **parsed, const unsigned char *der, size_t length)
{
    struct tls_memory_watch watch;
    int ret;

    *parsed = tls_calloc(1, sizeof(**parsed));
    if (*parsed == RT_NULL)
    {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }

    mbedtls_x509_crt_init(*parsed);
    tls_memory_watch_begin(&watch);
    ret = tls_engine_parse_root(*parsed, der, length);
    tls_memory_watch_end(&watch);

    /* The engine has several codes for lack of memory, e.g. "bad key". */
    return watch.failures > 0 ? MBEDTLS_ERR_X509_ALLOC_FAILED : ret;
}

void tls_trust_free(mbedtls_x509_crt *parsed)
{
    mbedtls_x509_crt_free(parsed);
    tls_free(parsed);
}

int tls_trust_offer_der(struct tls_trust_search *search, const unsigned char *der, size_t length)
{
    mbedtls_x509_crt *parsed;
    int ret = tls_trust_parse(&parsed, der, length);

    if (ret == 0)
    {
        ret = tls_trust_offer(search, parsed);
    }
    tls_trust_free(parsed);

    /* A more lenient parser accepted it before: skip it unless memory is the cause. */
    return ret == MBEDTLS_ERR_X509_ALLOC_FAILED ? ret : 0;
}

void tls_trust_drop(struct tls_trust_search *search)
{
    tls_trust_free(search->candidates);
    search->candidates = RT_NULL;
}
