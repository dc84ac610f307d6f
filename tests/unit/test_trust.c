/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The store of roots, the roots that an application adds, and what happens when
 * either is damaged, refused, or changed under way.
 *
 * wrap: tls_seed_slot_read tls_seed_slot_write
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "tls_certificate.h"
#include "tls_client.h"
#include "../../ports/src/client/tls_session.h"
#include "../../ports/src/path/tls_extension.h"
#include "tls_memory.h"
#include "../../ports/src/path/tls_path_rules.h"
#include "../../ports/src/path/tls_pin.h"
#include "../../ports/src/trust/tls_trust_find.h"
#include "../../ports/src/trust/tls_trust_search.h"
#include "unit_seed.h"

#define DATES           (MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)

/* Of a host with 64 bits, however many roots there are. */
#define HEAP_OF_A_LOOK_UP       4000

/* The compiled-in roots, as an application would parse them. */
static mbedtls_x509_crt roots;

static size_t store_length(void)
{
    return tls_store_number(tls_store + TLS_STORE_LENGTH);
}

static void free_found(mbedtls_x509_crt *found)
{
    mbedtls_x509_crt_free(found);
    tls_free(found);
}

static int count(const mbedtls_x509_crt *list)
{
    int length = 0;

    for (; list != NULL; list = list->next)
    {
        length++;
    }

    return length;
}

static int found_for(const mbedtls_x509_crt *child)
{
    mbedtls_x509_crt *found;
    int length;

    assert_int_equal(tls_trust_find(NULL, child, &found), 0);
    length = count(found);
    free_found(found);

    return length;
}

static int find(void *context, const mbedtls_x509_crt *child, mbedtls_x509_crt **candidates)
{
    return tls_trust_find(context, child, candidates);
}

static uint32_t verify(mbedtls_x509_crt *crt)
{
    uint32_t flags = 0;

    (void)mbedtls_x509_crt_verify_with_ca_cb(crt, find, NULL, &mbedtls_x509_crt_profile_default, NULL, &flags, NULL,
                                             NULL);

    return flags;
}

/* A copy of what was compiled in, so that a sanitizer sees its end. */
static unsigned char *copy_store(void)
{
    unsigned char *copy = malloc(store_length());

    memcpy(copy, tls_store, store_length());

    return copy;
}

static void sign(unsigned char *store, size_t length)
{
    assert_int_equal(tls_engine_sha256(store + TLS_STORE_LENGTH, length - TLS_STORE_LENGTH,
                                       store + TLS_STORE_DIGEST, 0), 0);
}

static int setup(void **state)
{
    MbedTLSSession session;

    /* What the generator and the engine's crypto core take, they keep. */
    (void)state;
    memset(&session, 0, sizeof(session));
    (void)mbedtls_client_init(&session, NULL, 0);
    tls_client_end(&session);
    assert_int_equal(tls_trust_use(NULL, 0), 0);

    mbedtls_x509_crt_init(&roots);

    return mbedtls_x509_crt_parse(&roots, (const unsigned char *)mbedtls_root_certificate,
                                  mbedtls_root_certificate_len) < 0;
}

static int teardown(void **state)
{
    (void)state;
    mbedtls_x509_crt_free(&roots);

    return 0;
}

static void every_root_that_is_compiled_in_has_signed_itself(void **state)
{
    mbedtls_x509_crt *crt, *next;
    size_t verified = 0;

    (void)state;
    for (crt = &roots; crt != NULL; crt = next)
    {
        uint32_t flags;

        next = crt->next;
        crt->next = NULL;
        flags = verify(crt) & ~(uint32_t)DATES;
        crt->next = next;
        /* Some old ones are signed with SHA-1, which the profile refuses: in them the signature counts alone. */
        assert_int_equal(flags & ~(uint32_t)MBEDTLS_X509_BADCERT_BAD_MD, 0);
        verified++;
    }
    assert_int_equal(verified, tls_roots_count);
}

static void a_candidate_has_the_dates_and_the_path_length_of_its_certificate(void **state)
{
    const mbedtls_x509_crt *crt;

    (void)state;
    for (crt = &roots; crt != NULL; crt = crt->next)
    {
        mbedtls_x509_crt *found, *one;
        int matches = 0;

        assert_int_equal(tls_trust_find(NULL, crt, &found), 0);
        for (one = found; one != NULL; one = one->next)
        {
            matches += mbedtls_x509_time_cmp(&one->valid_from, &crt->valid_from) == 0 &&
                       mbedtls_x509_time_cmp(&one->valid_to, &crt->valid_to) == 0 &&
                       one->MBEDTLS_PRIVATE(max_pathlen) == crt->MBEDTLS_PRIVATE(max_pathlen) &&
                       mbedtls_pk_get_bitlen(&one->pk) == mbedtls_pk_get_bitlen(&crt->pk);
        }
        assert_true(matches > 0);
        free_found(found);
    }
}

/* Another type for the strings of a name but the country, and another case for its last letters; counts the changes. */
static int respell(unsigned char *name, size_t length, unsigned char tag, unsigned char other, int letters)
{
    int changed = 0;
    size_t i;

    for (i = 5; i < length; i++)
    {
        /* A string follows the identifier of its attribute, 2.5.4.x. */
        if (name[i] == tag && name[i - 3] == 0x55 && name[i - 2] == 0x04 && name[i - 1] != 6)
        {
            name[i] = other;
            changed++;
        }
    }
    for (i = length - 3; letters && i < length && isalpha(name[i]); i++)
    {
        name[i] ^= 0x20;
        changed++;
    }

    return changed;
}

/* Of all roots that can be spelled so, how many are found, and how many there are. */
static int found_for_spelling(unsigned char tag, unsigned char other, int letters, int *spelled)
{
    const mbedtls_x509_crt *root;
    int found = 0;

    *spelled = 0;
    for (root = &roots; root != NULL; root = root->next)
    {
        unsigned char *der = malloc(root->raw.len);
        mbedtls_x509_crt crt;

        memcpy(der, root->raw.p, root->raw.len);
        mbedtls_x509_crt_init(&crt);
        if (respell(der + (root->issuer_raw.p - root->raw.p), root->issuer_raw.len, tag, other, letters) > 0)
        {
            assert_int_equal(mbedtls_x509_crt_parse_der(&crt, der, root->raw.len), 0);
            found += found_for(&crt) > 0;
            ++*spelled;
        }
        mbedtls_x509_crt_free(&crt);
        free(der);
    }

    return found;
}

static void a_name_is_found_in_every_spelling_that_the_engine_considers_equal(void **state)
{
    int found, spelled;

    (void)state;
    found = found_for_spelling(0x13, 0x0C, 0, &spelled);
    assert_in_range(spelled, 4, 1000);
    assert_int_equal(found, spelled);
    found = found_for_spelling(0x0C, 0x13, 0, &spelled);    /* the common set has none of these */
    assert_int_equal(found, spelled);
    found = found_for_spelling(0x00, 0x00, 1, &spelled);
    assert_in_range(spelled, 1, 1000);
    assert_int_equal(found, spelled);
    /* To the engine IA5String is another name. */
    found = found_for_spelling(0x13, 0x16, 0, &spelled);
    assert_in_range(spelled, 4, 1000);
    assert_int_equal(found, 0);
}

static void a_root_is_trusted_from_its_adding_to_its_removal(void **state)
{
    struct tls_trust_root one, other;

    (void)state;
    assert_int_equal(tls_trust_use(TLS_TRUST_NOTHING, 0), 0);
    assert_int_equal(tls_trust_check(NULL), TLS_ERR_NO_ROOTS);
    assert_int_equal(found_for(&roots), 0);

    assert_int_equal(tls_trust_add(&one, roots.raw.p, roots.raw.len), 0);
    assert_int_equal(tls_trust_add(&other, roots.next->raw.p, roots.next->raw.len), 0);
    assert_int_equal(tls_trust_check(NULL), 0);
    assert_int_equal(found_for(&roots), 1);
    assert_int_equal(found_for(roots.next), 1);
    assert_int_equal(tls_trust_add(&one, roots.raw.p, roots.raw.len), TLS_ERR_ROOT_STATE);

    assert_int_equal(tls_trust_remove(&one), 0);
    assert_int_equal(found_for(&roots), 0);
    assert_int_equal(found_for(roots.next), 1);
    assert_int_equal(tls_trust_remove(&one), TLS_ERR_ROOT_STATE);
    assert_int_equal(tls_trust_remove(&other), 0);

    assert_int_equal(tls_trust_use(NULL, 0), 0);
    assert_int_equal(found_for(&roots), 1);
}

static void an_added_root_is_found_along_with_those_of_the_store(void **state)
{
    struct tls_trust_root one;

    (void)state;
    assert_int_equal(tls_trust_add(&one, roots.raw.p, roots.raw.len), 0);
    assert_int_equal(found_for(&roots), 2);
    assert_int_equal(tls_trust_remove(&one), 0);
    assert_int_equal(found_for(&roots), 1);
}

/* Where in the DER of the first root some bytes stand. */
static size_t place_of(const unsigned char *der, const char *bytes, size_t length)
{
    size_t i;

    for (i = 0; i + length <= roots.raw.len; i++)
    {
        if (memcmp(der + i, bytes, length) == 0)
        {
            return i;
        }
    }
    fail_msg("not in this root");

    return 0;
}

static void a_certificate_that_is_not_a_ca_is_not_added(void **state)
{
    unsigned char *der = malloc(roots.raw.len);
    struct tls_trust_root root;
    size_t at;

    (void)state;
    memcpy(der, roots.raw.p, roots.raw.len);
    at = place_of(der, "\x30\x03\x01\x01\xFF", 5);      /* basicConstraints: CA:TRUE */
    der[at + 4] = 0;
    assert_int_equal(tls_trust_add(&root, der, roots.raw.len), TLS_ERR_ROOT_NOT_CA);
    der[at + 4] = 0xFF;
    assert_int_equal(tls_trust_add(&root, der, roots.raw.len), 0);
    assert_int_equal(tls_trust_remove(&root), 0);

    at = place_of(der, "\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02", 10);    /* keyUsage, critical */
    der[at + 11] &= (unsigned char)~0x04;
    assert_int_equal(tls_trust_add(&root, der, roots.raw.len), TLS_ERR_ROOT_NOT_CA);
    free(der);
}

/* Its key identifier renamed, which is as long and not critical either; the engine passes over both. */
static unsigned char *root_with_extension(unsigned char id)
{
    unsigned char *der = malloc(roots.raw.len);

    memcpy(der, roots.raw.p, roots.raw.len);
    der[place_of(der, "\x06\x03\x55\x1D\x0E\x04", 6) + 4] = id;

    return der;
}

static void a_root_with_name_constraints_is_added_only_if_the_build_checks_them(void **state)
{
    unsigned char *der = root_with_extension(TLS_EXTENSION_NAME_CONSTRAINTS);
    unsigned char *other = root_with_extension(99);
    struct tls_trust_root root;

    (void)state;
    assert_int_equal(tls_trust_add(&root, other, roots.raw.len), 0);
    assert_int_equal(tls_trust_remove(&root), 0);
#ifdef PKG_MBEDTLS_PATH_RULES
    assert_int_equal(tls_trust_add(&root, der, roots.raw.len), 0);
    assert_int_equal(found_for(&roots), 2);
    assert_int_equal(tls_trust_remove(&root), 0);
#else
    assert_int_equal(tls_trust_add(&root, der, roots.raw.len), TLS_ERR_ROOT_NOT_CA);
    assert_int_equal(found_for(&roots), 1);
#endif
    free(der);
    free(other);
}

#ifdef PKG_MBEDTLS_SESSION_CACERT
static void roots_of_a_session_pass_the_same_checks(void **state)
{
    unsigned char *der = root_with_extension(TLS_EXTENSION_NAME_CONSTRAINTS);
    mbedtls_x509_crt extra, *found;

    (void)state;
    mbedtls_x509_crt_init(&extra);
    assert_int_equal(mbedtls_x509_crt_parse_der(&extra, der, roots.raw.len), 0);
    assert_int_equal(tls_trust_find(&extra, &roots, &found), 0);
#ifdef PKG_MBEDTLS_PATH_RULES
    assert_int_equal(count(found), 2);
#else
    assert_int_equal(count(found), 1);
#endif
    free_found(found);
    mbedtls_x509_crt_free(&extra);
    free(der);
}

static int accept_all(void *context, mbedtls_x509_crt const *crt, mbedtls_x509_buf const *oid, int critical,
                      const unsigned char *p, const unsigned char *end)
{
    (void)context;
    (void)crt;
    (void)oid;
    (void)critical;
    (void)p;
    (void)end;

    return 0;
}

static void a_root_that_our_parser_rejects_is_skipped(void **state)
{
    unsigned char *der = malloc(roots.raw.len);
    mbedtls_x509_crt extra, *found;

    (void)state;
    memcpy(der, roots.raw.p, roots.raw.len);
    der[place_of(der, "\x55\x1D\x0F\x01\x01\xFF", 6) + 2] = 99;     /* keyUsage, critical */
    mbedtls_x509_crt_init(&extra);
    assert_true(mbedtls_x509_crt_parse_der(&extra, der, roots.raw.len) < 0);
    assert_int_equal(mbedtls_x509_crt_parse_der_with_ext_cb(&extra, der, roots.raw.len, 1, accept_all, NULL), 0);
    assert_int_equal(tls_trust_find(&extra, &roots, &found), 0);
    assert_int_equal(count(found), 1);
    free_found(found);
    mbedtls_x509_crt_free(&extra);
    free(der);
}
#endif

static void data_that_is_not_a_certificate_is_not_added(void **state)
{
    struct tls_trust_root root;

    (void)state;
    assert_true(tls_trust_add(&root, (const unsigned char *)"hello", 5) < 0);
    assert_true(tls_trust_add(&root, roots.raw.p, roots.raw.len - 1) < 0);
    assert_true(tls_trust_add(&root, (const unsigned char *)"", 0) < 0);
    assert_int_equal(tls_trust_remove(&root), TLS_ERR_ROOT_STATE);
}

static void a_store_in_memory_works_like_the_compiled_in_one(void **state)
{
    unsigned char *store = copy_store();

    (void)state;
    assert_int_equal(tls_trust_use(store, store_length()), 0);
    assert_int_equal(found_for(&roots), 1);
    assert_int_equal(verify(roots.next) & MBEDTLS_X509_BADCERT_NOT_TRUSTED, 0);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    free(store);
}

static void a_damaged_store_is_refused_whole(void **state)
{
    unsigned char *store = copy_store();
    size_t length = store_length();
    size_t step = length / 4000 + 1;
    size_t at;

    (void)state;
    assert_int_equal(tls_trust_use(TLS_TRUST_NOTHING, 0), 0);
    for (at = 0; at < length; at += at < 200 ? 1 : step)
    {
        store[at] ^= 0x10;
        assert_int_equal(tls_trust_use(store, length), TLS_ERR_STORE);
        store[at] ^= 0x10;
        assert_int_equal(tls_trust_use(store, at), TLS_ERR_STORE);
    }
    /* What was in use is in use still. */
    assert_int_equal(found_for(&roots), 0);
    assert_int_equal(tls_trust_use(store, length), 0);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    free(store);
}

static int look_at(void *context, const struct tls_trust_info *info)
{
    unsigned *sum = context;
    size_t i;

    for (i = 0; i < info->label_length; i++)
    {
        *sum += (unsigned char)info->label[i];
    }

    return 0;
}

/* With a digest that is right every byte is under test: what counts must be harmless. */
static void a_store_with_wrong_offsets_is_refused_or_harmless(void **state)
{
    unsigned char *store = copy_store();
    size_t length = store_length();
    uint64_t numbers = 1;
    unsigned sum = 0;
    int refused = 0, round;

    (void)state;
    for (round = 0; round < 3000; round++)
    {
        size_t at = round < 400 ? TLS_STORE_LENGTH + (size_t)round % 60 : TLS_STORE_LENGTH +
                    unit_number(&numbers) % (length - TLS_STORE_LENGTH);
        unsigned char before = store[at];
        int ret;

        store[at] = (unsigned char)unit_number(&numbers);
        sign(store, length);
        ret = tls_trust_use(store, length);
        if (ret == 0)
        {
            assert_in_range(found_for(&roots), 0, 1);
            assert_true(tls_trust_each(look_at, &sum) >= 0);
        }
        else
        {
            assert_int_equal(ret, TLS_ERR_STORE);
            refused++;
        }
        store[at] = before;
    }
    assert_true(refused > 100);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    free(store);
}

#define RSA_KEY         1               /* tools/mbedtls_roots/store.py */
#define P256_KEY        2
#define STORE_SIZE      512

/* A store of one root with the name of the first that is compiled in; returns its length. */
static size_t make_store(unsigned char *store, unsigned char point, const char *constraints, size_t length)
{
    unsigned char *root = store + TLS_STORE_ROOTS;
    size_t total = TLS_STORE_ROOTS + TLS_STORE_ROOT_SIZE + 65 + length + 1;

    memset(store, 0x11, STORE_SIZE);
    memcpy(store, TLS_STORE_MAGIC, TLS_STORE_DIGEST);
    memset(store + TLS_STORE_LENGTH, 0, TLS_STORE_ROOTS - TLS_STORE_LENGTH + TLS_STORE_ROOT_SIZE);
    store[TLS_STORE_LENGTH + 2] = (unsigned char)(total >> 8);
    store[TLS_STORE_LENGTH + 3] = (unsigned char)total;
    store[TLS_STORE_COUNT + 3] = 1;
    tls_trust_hash(&roots.issuer_raw, root);
    root[8] = P256_KEY;
    memset(root + 14, 0xFF, 4);
    root[19] = 65;
    root[21] = (unsigned char)length;
    root[22] = 1;
    root[TLS_STORE_ROOT_SIZE] = point;
    memcpy(root + TLS_STORE_ROOT_SIZE + 65, constraints, length);
    sign(store, total);

    return total;
}

static void a_point_in_a_store_is_uncompressed(void **state)
{
    unsigned char store[STORE_SIZE];
    int first;

    (void)state;
    for (first = 0; first < 256; first++)
    {
        size_t length = make_store(store, (unsigned char)first, "", 0);

        assert_int_equal(tls_trust_use(store, length), first == 4 ? 0 : TLS_ERR_STORE);
    }
    assert_int_equal(tls_trust_use(NULL, 0), 0);
}

#if defined(PKG_MBEDTLS_PATH_RULES) && defined(PKG_MBEDTLS_CURVE_SECP256R1)
static uint32_t flags_of_constraints(const char *constraints, size_t length)
{
    unsigned char store[STORE_SIZE];
    struct tls_path path = { 0 };
    mbedtls_x509_crt *found;
    uint32_t flags;

    assert_int_equal(tls_trust_use(store, make_store(store, 4, constraints, length)), 0);
    assert_int_equal(tls_trust_find(NULL, &roots, &found), 0);
    assert_int_equal(count(found), 1);
    flags = tls_path_check(&path, found, 1, TLS_PATH_SERVER);
    free_found(found);
    assert_int_equal(tls_trust_use(NULL, 0), 0);

    return flags;
}

static void a_truncated_extension_does_not_count_as_absent(void **state)
{
    static const struct
    {
        const char *bytes;
        size_t length;
        uint32_t flags;
    }
    cases[] =
    {
        { "", 0, 0 },
        { "\x30\x0D\x30\x0B\x06\x03\x55\x1D\x1E\x04\x04\x30\x02\xA0\x00", 15, 0 },
        { "\x30\x20\x30\x00\x00", 5, MBEDTLS_X509_BADCERT_OTHER },           /* longer than what is there */
        { "\x31\x02\x30\x00", 4, MBEDTLS_X509_BADCERT_OTHER },               /* no sequence */
        { "\x30\x02\x31\x00", 4, MBEDTLS_X509_BADCERT_OTHER },               /* nor in it */
        { "\x30\x02\x30\x00", 4, MBEDTLS_X509_BADCERT_OTHER },               /* without an identifier */
        { "\x30\x07\x30\x05\x06\x03\x55\x1D\x1E", 9, MBEDTLS_X509_BADCERT_OTHER },     /* without a value */
        { "\x30\x09\x30\x07\x06\x03\x55\x1D\x1E\x04\x05", 11, MBEDTLS_X509_BADCERT_OTHER },
        { "\x30\x0E\x30\x0B\x06\x03\x55\x1D\x1E\x04\x04\x30\x02\xA0\x00\x30", 16, MBEDTLS_X509_BADCERT_OTHER },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        assert_int_equal(flags_of_constraints(cases[i].bytes, cases[i].length), cases[i].flags);
    }
}
#endif

#ifdef PKG_MBEDTLS_PATH_RULES
#define SENT            60
#define QUESTIONS       8               /* two for each of the comparisons that a server can cause */

static int count_question(void *context, const mbedtls_x509_crt *crt)
{
    (void)crt;
    ++*(int *)context;

    return 0;
}

static void a_list_of_one_name_causes_few_searches(void **state)
{
    mbedtls_x509_crt *sent = calloc(SENT, sizeof(*sent));
    int questions = 0;
    int i;

    (void)state;
    for (i = 0; i < SENT; i++)
    {
        sent[i].issuer_raw = roots.issuer_raw;
        sent[i].subject_raw = roots.issuer_raw;
        sent[i].next = i + 1 < SENT ? &sent[i + 1] : NULL;
    }
    tls_path_prefer_issuer(sent, count_question, &questions);
    assert_in_range(questions, 1, QUESTIONS);
    assert_int_equal(count(sent), SENT);
    free(sent);
}
#endif

struct listed
{
    int of_store;
    int added;
    int usable;
    int until;                          /* end after so many; 0: none */
};

static int list(void *context, const struct tls_trust_info *info)
{
    struct listed *listed = context;

    assert_in_range(info->label_length, 1, 64);
    assert_in_range(info->bits, 256, 8192);
    assert_in_range(info->valid_to.year, 2026, 9999);
    assert_true(strcmp(info->key, "RSA") == 0 || strcmp(info->key, "EC") == 0);
    listed->of_store += !info->is_added;
    listed->added += info->is_added;
    listed->usable += info->is_usable;

    return listed->until != 0 && listed->of_store + listed->added == listed->until;
}

static void all_roots_can_be_listed(void **state)
{
    struct listed listed = { 0, 0, 0, 0 };
    struct tls_trust_root root;

    (void)state;
    assert_int_equal(tls_trust_add(&root, roots.raw.p, roots.raw.len), 0);
    assert_int_equal(tls_trust_each(list, &listed), (int)tls_roots_count + 1);
    assert_int_equal(listed.of_store, (int)tls_roots_count);
    assert_int_equal(listed.added, 1);
    assert_int_equal(listed.usable, (int)tls_roots_count + 1);

    memset(&listed, 0, sizeof(listed));
    listed.until = 2;
    assert_int_equal(tls_trust_each(list, &listed), 2);
    assert_int_equal(tls_trust_remove(&root), 0);
}

static int find_once(void)
{
    mbedtls_x509_crt *found;
    int ret = tls_trust_find(&roots, &roots, &found);

    if (ret != 0)
    {
        assert_null(found);
    }
    else
    {
        assert_int_equal(count(found), 3);
    }
    free_found(found);

    return ret;
}

static int add_and_remove(void)
{
    struct tls_trust_root root;
    int ret = tls_trust_add(&root, roots.next->raw.p, roots.next->raw.len);

    assert_int_equal(tls_trust_remove(&root), ret == 0 ? 0 : TLS_ERR_ROOT_STATE);

    return ret;
}

static int list_once(void)
{
    struct listed listed = { 0, 0, 0, 0 };
    int ret = tls_trust_each(list, &listed);

    return ret > 0 ? 0 : ret;
}

static void each_failed_allocation_is_reported_and_leaks_nothing(void **state)
{
    struct tls_trust_root root;

    (void)state;
    assert_int_equal(tls_trust_add(&root, roots.raw.p, roots.raw.len), 0);
    assert_true(unit_fail_each(find_once, MBEDTLS_ERR_X509_ALLOC_FAILED, RT_FALSE) > 1);
    assert_true(unit_fail_each(add_and_remove, MBEDTLS_ERR_X509_ALLOC_FAILED, RT_FALSE) > 1);
    assert_true(unit_fail_each(list_once, MBEDTLS_ERR_X509_ALLOC_FAILED, RT_FALSE) > 1);
    assert_int_equal(tls_trust_remove(&root), 0);
}

#define THREADS         6
#define ROUNDS          1000

static void change_store(void)
{
    unsigned char *store = copy_store();

    assert_int_equal(tls_trust_use(store, store_length()), 0);
    assert_in_range(found_for(&roots), 1, 2);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    free(store);
}

static void change_roots(void)
{
    unsigned char *der = malloc(roots.raw.len);
    struct tls_trust_root *root = malloc(sizeof(*root));

    memcpy(der, roots.raw.p, roots.raw.len);
    assert_int_equal(tls_trust_add(root, der, roots.raw.len), 0);
    assert_int_equal(found_for(&roots), 2);
    assert_int_equal(tls_trust_remove(root), 0);
    free(der);
    free(root);
}

/* One changes what the others look through, and frees it at once. */
static void change_or_find(int number)
{
    int round;

    for (round = 0; round < ROUNDS; round++)
    {
        mbedtls_x509_crt *found;

        if (number == 0)
        {
            change_roots();
        }
        else if (number == 1 && round < ROUNDS / 20)
        {
            change_store();
        }
        else
        {
            assert_int_equal(tls_trust_find(NULL, &roots, &found), 0);
            assert_in_range(count(found), 1, 2);
            free_found(found);
        }
    }
}

static void a_replaced_store_or_removed_root_may_be_freed_at_once(void **state)
{
    (void)state;
    unit_in_threads(THREADS, change_or_find);
}

#ifdef PKG_MBEDTLS_TRUST_FILE
static char file_name[] = "/tmp/tls-trust-XXXXXX";

static void write_file(const unsigned char *store, size_t length)
{
    FILE *file = fopen(file_name, "wb");

    assert_int_equal(fwrite(store, 1, length, file), length);
    fclose(file);
}

static int use_file_once(void)
{
    int ret = tls_trust_use_file(file_name, NULL);
    struct listed listed = { 0, 0, 0, 0 };
    mbedtls_x509_crt *found = NULL;

    if (ret == 0)
    {
        ret = tls_trust_find(NULL, &roots, &found);
        assert_true(ret != 0 || count(found) == 1);
    }
    free_found(found);
    if (ret == 0)
    {
        ret = tls_trust_each(list, &listed);
        ret = ret > 0 ? 0 : ret;
    }

    return ret;
}

static void a_store_in_a_file_works_like_the_compiled_in_one(void **state)
{
    struct standin_heap_stats stats;
    struct listed listed = { 0, 0, 0, 0 };
    rt_size_t before;

    (void)state;
    write_file(tls_store, store_length());
    assert_int_equal(tls_trust_use_file(file_name, NULL), 0);
    standin_heap_reset_max();
    standin_heap_stats(&stats);
    before = stats.used;
    assert_int_equal(found_for(&roots), 1);
    standin_heap_stats(&stats);
    assert_in_range(stats.max_used - before, 1, HEAP_OF_A_LOOK_UP);
    assert_int_equal(verify(roots.next) & MBEDTLS_X509_BADCERT_NOT_TRUSTED, 0);
    assert_int_equal(tls_trust_each(list, &listed), (int)tls_roots_count);
    assert_int_equal(tls_trust_check(NULL), 0);
    standin_heap_stats(&stats);
    assert_int_equal(stats.used, before);
    assert_true(unit_fail_each(use_file_once, MBEDTLS_ERR_X509_ALLOC_FAILED, RT_FALSE) > 1);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
}

static void a_damaged_or_wrong_file_changes_nothing(void **state)
{
    unsigned char *store = copy_store();
    size_t length = store_length();
    unsigned char digest[32];
    size_t at;

    (void)state;
    assert_int_equal(tls_trust_use(TLS_TRUST_NOTHING, 0), 0);
    for (at = 0; at < length; at += at < 80 ? 1 : length / 40)
    {
        store[at] ^= 0x10;
        write_file(store, length);
        assert_int_equal(tls_trust_use_file(file_name, NULL), TLS_ERR_STORE);
        store[at] ^= 0x10;
        write_file(store, at);
        assert_int_equal(tls_trust_use_file(file_name, NULL), TLS_ERR_STORE);
    }
    assert_int_equal(tls_trust_use_file("/tmp/no/such/file", NULL), TLS_ERR_STORE_FILE);
    assert_int_equal(tls_trust_use_file("/tmp", NULL), TLS_ERR_STORE_FILE);

    write_file(store, length);
    assert_int_equal(tls_engine_sha256(store, length, digest, 0), 0);
    digest[31] ^= 1;
    assert_int_equal(tls_trust_use_file(file_name, digest), TLS_ERR_STORE);
    assert_int_equal(found_for(&roots), 0);
    digest[31] ^= 1;
    assert_int_equal(tls_trust_use_file(file_name, digest), 0);
    assert_int_equal(found_for(&roots), 1);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    free(store);
}

static void a_file_that_changed_since_it_was_checked_holds_no_roots(void **state)
{
    unsigned char *store = copy_store();

    (void)state;
    write_file(store, store_length());
    assert_int_equal(tls_trust_use_file(file_name, NULL), 0);
    /* Another date in the first root, and a digest that is right for it. */
    store[TLS_STORE_ROOTS + 17] ^= 1;
    sign(store, store_length());
    write_file(store, store_length());
    assert_int_equal(found_for(&roots), 0);
    unlink(file_name);
    assert_int_equal(found_for(&roots), 0);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    free(store);
}

/* The file system, not the device: no number in it may be taken for a key. */
static void a_key_damaged_while_reading_is_rejected(void **state)
{
    unsigned char *store = copy_store();
    const unsigned char *end = store + store_length();
    struct listed listed = { 0, 0, 0, 0 };
    struct tls_store_root root;
    unsigned char *at;
    int damaged = 0;

    (void)state;
    write_file(store, store_length());
    assert_int_equal(tls_trust_use_file(file_name, NULL), 0);
    for (at = store + TLS_STORE_ROOTS; at < end; at = store + (root.next - store))
    {
        tls_store_read(at, &root);
        if (at[8] == RSA_KEY)
        {
            memset(store + (root.key.bytes - store), 0, root.key.length);
            damaged++;
        }
    }
    assert_true(damaged > 0);
    write_file(store, store_length());
    assert_int_equal(found_for(&roots), 0);
    assert_int_equal(tls_trust_each(list, &listed), TLS_ERR_STORE);
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    free(store);
}

/* A file with wrong places and a right digest. */
static void a_file_with_wrong_offsets_is_refused_or_harmless(void **state)
{
    unsigned char *store = copy_store();
    size_t length = store_length();
    uint64_t numbers = 7;
    unsigned sum = 0;
    int round;

    (void)state;
    for (round = 0; round < 200; round++)
    {
        size_t at = TLS_STORE_LENGTH + (round < 100 ? (size_t)round % 60 : unit_number(&numbers) %
                                        (length - TLS_STORE_LENGTH));
        unsigned char before = store[at];
        int ret;

        store[at] = (unsigned char)unit_number(&numbers);
        sign(store, length);
        write_file(store, length);
        ret = tls_trust_use_file(file_name, NULL);
        if (ret == 0)
        {
            assert_in_range(found_for(&roots), 0, 1);
            assert_true(tls_trust_each(look_at, &sum) >= 0);
        }
        assert_true(ret == 0 || ret == TLS_ERR_STORE);
        store[at] = before;
    }
    assert_int_equal(tls_trust_use(NULL, 0), 0);
    unlink(file_name);
    free(store);
}
#endif

#ifdef PKG_MBEDTLS_PINNING
/* The key of ISRG Root X1, as its operator publishes it. */
#define ISRG_X1         "sha256//C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M="

static void only_one_notation_of_pins_is_accepted(void **state)
{
    static const char *const wrong[] =
    {
        "", ";", "sha256//", "C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M=", "sha1" ISRG_X1, ISRG_X1 ";",
        ";" ISRG_X1, ISRG_X1 " ;" ISRG_X1, ISRG_X1 "," ISRG_X1, ISRG_X1 ISRG_X1, " " ISRG_X1, ISRG_X1 "=",
        "sha256//C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8=", "sha256//C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8MM",
        "SHA256//C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M=", "sha256//C5-lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M=",
    };
    size_t i;

    (void)state;
    assert_int_equal(tls_pin_check(ISRG_X1), 0);
    assert_int_equal(tls_pin_check(ISRG_X1 ";" ISRG_X1), 0);
    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
    {
        assert_int_equal(tls_pin_check(wrong[i]), TLS_ERR_PINS);
    }
}

static void a_candidate_has_the_same_pin_as_its_certificate(void **state)
{
    const mbedtls_x509_crt *crt;
    int has_isrg = 0;

    (void)state;
    for (crt = &roots; crt != NULL; crt = crt->next)
    {
        char pin[TLS_PIN_TEXT_SIZE];
        mbedtls_x509_crt *found, *one;
        int matches = 0;

        assert_int_equal(tls_pin_of(crt, pin), 0);
        assert_int_equal(tls_pin_check(pin), 0);
        has_isrg += strcmp(pin, ISRG_X1) == 0;
        assert_int_equal(tls_trust_find(NULL, crt, &found), 0);
        for (one = found; one != NULL; one = one->next)
        {
            matches += tls_pin_matches(pin, one);
        }
        assert_true(matches > 0);
        free_found(found);
    }
    assert_int_equal(has_isrg, 1);
}

static void a_session_with_malformed_pins_gets_no_context(void **state)
{
    static const struct
    {
        const char *pins;
        uint32_t verify;
        int ret;
    }
    cases[] =
    {
        { ISRG_X1, 0, 0 },
        { ISRG_X1, TLS_VERIFY_PINS, 0 },
        { NULL, TLS_VERIFY_PINS, TLS_ERR_PINS },
        { "sha256//", 0, TLS_ERR_PINS },
        { "", 0, TLS_ERR_PINS },
        { "", TLS_VERIFY_PINS, TLS_ERR_PINS },
        { ISRG_X1, TLS_VERIFY_NOTHING, TLS_ERR_PINS },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        MbedTLSSession session;
        int ret;

        memset(&session, 0, sizeof(session));
        assert_int_equal(mbedtls_client_init(&session, NULL, 0), 0);
        session.options.pins = cases[i].pins;
        session.options.verify = cases[i].verify;
        ret = mbedtls_client_context(&session);
        assert_int_equal(ret, cases[i].ret);
        assert_int_equal(tls_client_report(&session)->reason, ret == 0 ? TLS_REASON_NONE : TLS_REASON_PINS);
        tls_client_end(&session);
    }
}

#ifdef PKG_MBEDTLS_PSK
static void a_session_with_a_pre_shared_key_has_no_pins(void **state)
{
    static const struct tls_psk psk =
    {
        .key = (const unsigned char *)"secret", .key_length = 6,
        .identity = (const unsigned char *)"device", .identity_length = 6,
    };
    static const struct
    {
        const char *pins;
        uint32_t verify;
        int ret;
    }
    cases[] =
    {
        { NULL, 0, 0 },
        { ISRG_X1, 0, TLS_ERR_PINS },
        { NULL, TLS_VERIFY_PINS, TLS_ERR_PINS },
        { ISRG_X1, TLS_VERIFY_PINS, TLS_ERR_PINS },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        MbedTLSSession session;

        memset(&session, 0, sizeof(session));
        assert_int_equal(mbedtls_client_init(&session, NULL, 0), 0);
        session.options.psk = &psk;
        session.options.pins = cases[i].pins;
        session.options.verify = cases[i].verify;
        assert_int_equal(mbedtls_client_context(&session), cases[i].ret);
        tls_client_end(&session);
    }
}
#endif

static void a_session_that_sets_pins_after_the_context_accepts_no_server(void **state)
{
    MbedTLSSession session;
    uint32_t flags = 0;

    (void)state;
    memset(&session, 0, sizeof(session));
    assert_int_equal(mbedtls_client_init(&session, NULL, 0), 0);
    assert_int_equal(mbedtls_client_context(&session), 0);
    session.options.verify = TLS_VERIFY_PINS;
    assert_int_equal(tls_client_verify(&session, &roots, 0, &flags), 0);
    assert_int_equal(flags, TLS_BADCERT_PIN);
    tls_client_end(&session);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        UNIT_TEST(every_root_that_is_compiled_in_has_signed_itself),
        UNIT_TEST(a_candidate_has_the_dates_and_the_path_length_of_its_certificate),
        UNIT_TEST(a_name_is_found_in_every_spelling_that_the_engine_considers_equal),
        UNIT_TEST(a_root_is_trusted_from_its_adding_to_its_removal),
        UNIT_TEST(an_added_root_is_found_along_with_those_of_the_store),
        UNIT_TEST(a_certificate_that_is_not_a_ca_is_not_added),
        UNIT_TEST(a_root_with_name_constraints_is_added_only_if_the_build_checks_them),
#ifdef PKG_MBEDTLS_SESSION_CACERT
        UNIT_TEST(roots_of_a_session_pass_the_same_checks),
        UNIT_TEST(a_root_that_our_parser_rejects_is_skipped),
#endif
        UNIT_TEST(data_that_is_not_a_certificate_is_not_added),
        UNIT_TEST(a_store_in_memory_works_like_the_compiled_in_one),
        UNIT_TEST(a_damaged_store_is_refused_whole),
        UNIT_TEST(a_store_with_wrong_offsets_is_refused_or_harmless),
        UNIT_TEST(a_point_in_a_store_is_uncompressed),
#if defined(PKG_MBEDTLS_PATH_RULES) && defined(PKG_MBEDTLS_CURVE_SECP256R1)
        UNIT_TEST(a_truncated_extension_does_not_count_as_absent),
#endif
#ifdef PKG_MBEDTLS_PATH_RULES
        UNIT_TEST(a_list_of_one_name_causes_few_searches),
#endif
        UNIT_TEST(all_roots_can_be_listed),
        UNIT_TEST(each_failed_allocation_is_reported_and_leaks_nothing),
        UNIT_TEST(a_replaced_store_or_removed_root_may_be_freed_at_once),
#ifdef PKG_MBEDTLS_TRUST_FILE
        UNIT_TEST(a_store_in_a_file_works_like_the_compiled_in_one),
        UNIT_TEST(a_damaged_or_wrong_file_changes_nothing),
        UNIT_TEST(a_file_that_changed_since_it_was_checked_holds_no_roots),
        UNIT_TEST(a_key_damaged_while_reading_is_rejected),
        UNIT_TEST(a_file_with_wrong_offsets_is_refused_or_harmless),
#endif
#ifdef PKG_MBEDTLS_PINNING
        UNIT_TEST(only_one_notation_of_pins_is_accepted),
        UNIT_TEST(a_candidate_has_the_same_pin_as_its_certificate),
        UNIT_TEST(a_session_with_malformed_pins_gets_no_context),
#ifdef PKG_MBEDTLS_PSK
        UNIT_TEST(a_session_with_a_pre_shared_key_has_no_pins),
#endif
        UNIT_TEST(a_session_that_sets_pins_after_the_context_accepts_no_server),
#endif
    };

#ifdef PKG_MBEDTLS_TRUST_FILE
    close(mkstemp(file_name));
#endif
#ifndef PKG_MBEDTLS_PEM
    return UNIT_SKIPPED;                /* the roots are looked up with their PEM text */
#endif

    return cmocka_run_group_tests_name("trust", tests, setup, teardown);
}
