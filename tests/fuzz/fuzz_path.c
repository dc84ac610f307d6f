/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * tls_path and tls_constraints: the rules for a path, and the search for an issuer in
 * a peer's list. The input is a byte with the role and the answers of the store, then
 * certificates in DER, the peer's own first.
 */
#include <string.h>

#include "../../ports/src/path/tls_constraints.h"
#include "../../ports/src/path/tls_path_rules.h"
#include "fuzz.h"

#define CHAIN_MAX               8
#define QUESTIONS_MAX           8       /* of one search; each reads all roots */
#define FLAGS \
    (MBEDTLS_X509_BADCERT_OTHER | MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE)

struct store
{
    unsigned answers;
    int questions;
};

static int is_trusted(void *context, const mbedtls_x509_crt *crt)
{
    struct store *store = context;

    FUZZ_CHECK(crt != NULL);
    FUZZ_CHECK(++store->questions <= QUESTIONS_MAX);

    return store->answers >> store->questions & 1;
}

static uint32_t check_chain(const mbedtls_x509_crt *const *chain, int count, enum tls_path_role role)
{
    struct tls_path path = { 0 };
    uint32_t flags = 0;
    int depth;

    for (depth = count - 1; depth >= 0; depth--)
    {
        flags |= tls_path_check(&path, chain[depth], depth, role);
    }
    FUZZ_CHECK(path.constraints == 0);
    FUZZ_CHECK((flags & ~(uint32_t)FLAGS) == 0);

    return flags;
}

static void check_rules(const mbedtls_x509_crt *list, enum tls_path_role role)
{
    const mbedtls_x509_crt *chain[CHAIN_MAX];
    int count = 0;
    uint32_t flags;

    for (; list != NULL && count < CHAIN_MAX; list = list->next)
    {
        chain[count++] = list;
    }
    flags = check_chain(chain, count, role);
    FUZZ_CHECK(check_chain(chain, count, role) == flags);
    /* What breaks a rule does so below a further certificate, too, if that limits nothing. */
    if (count > 1)
    {
        int own = tls_constraints_permit(chain[1], chain[0], 0, role);

        FUZZ_CHECK(!own || tls_constraints_permit(chain[1], chain[0], 1, role));
        FUZZ_CHECK(role == TLS_PATH_CLIENT || !own || tls_constraints_permit(chain[1], chain[0], 0, TLS_PATH_CLIENT));
        FUZZ_CHECK(own || flags != 0 || count > CHAIN_MAX - 1);
    }
}

static int length_of(const mbedtls_x509_crt *list)
{
    int length = 0;

    for (; list != NULL; list = list->next)
    {
        length++;
    }

    return length;
}

static void one(const uint8_t *data, size_t size)
{
    unsigned first = fuzz_byte(&data, &size);
    struct store store = { first, 0 };
    mbedtls_x509_crt list;
    const uint8_t *own;
    int count;

    mbedtls_x509_crt_init(&list);
    count = fuzz_certificates(&list, data, size);
    if (count > 0)
    {
        check_rules(&list, first & 1 ? TLS_PATH_CLIENT : TLS_PATH_SERVER);
        (void)tls_path_names_host(&list, "www.example.test");

        own = list.raw.p;
        tls_path_prefer_issuer(&list, is_trusted, &store);
        FUZZ_CHECK(length_of(&list) == count && list.raw.p == own);
        store.questions = 0;
        (void)tls_path_leads_on(&list, is_trusted, &store);
    }
    mbedtls_x509_crt_free(&list);
}

FUZZ_HARNESS(path, one, NULL)
