/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The choice of the harness, and what all of them check.
 *
 * wrap: standin_target_write
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "fuzz.h"

#define PATIENCE                60000   /* milliseconds for threads to end */

static struct fuzz_harness *harnesses, *chosen;

void __wrap_standin_target_write(const char *text, rt_size_t length);

/* The log's colours; a line may end within a character of UTF-8, whose bytes are above 0x7F. */
void __wrap_standin_target_write(const char *text, rt_size_t length)
{
    for (; length > 0; length--, text++)
    {
        FUZZ_CHECK(((unsigned char)*text >= 0x20 && *text != 0x7F) || *text == '\n' || *text == '\r' || *text == '\033');
    }
}

void fuzz_register(struct fuzz_harness *harness)
{
    harness->next = harnesses;
    harnesses = harness;
}

void fuzz_begin(int argc, char **argv)
{
    static const char option[] = "--harness=";
    int i;

    setenv("TZ", "UTC0", 1);            /* as in targets/posix/main.c */
    for (i = 1; i < argc; i++)
    {
        for (chosen = harnesses; strncmp(argv[i], option, sizeof(option) - 1) == 0 && chosen != NULL; chosen = chosen->next)
        {
            if (strcmp(argv[i] + sizeof(option) - 1, chosen->name) == 0)
            {
                if (chosen->prepare != NULL)
                {
                    chosen->prepare();
                }
                return;
            }
        }
    }
    fprintf(stderr, "--harness= is not among these:");
    for (chosen = harnesses; chosen != NULL; chosen = chosen->next)
    {
        fprintf(stderr, " %s", chosen->name);
    }
    fprintf(stderr, "\n");
    exit(2);
}

void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

void fuzz_run(const uint8_t *data, size_t size)
{
    rt_uint64_t heap = standin_heap_mark();
    rt_size_t descriptors = standin_fd_count();

    chosen->one(data, size);
    FUZZ_CHECK(standin_thread_wait(PATIENCE));
    if (standin_heap_count(heap) != 0)
    {
        standin_heap_dump(heap);
    }
    FUZZ_CHECK(standin_heap_count(heap) == 0);
    FUZZ_CHECK(standin_fd_count() == descriptors);
}

/* Check a character of two bytes or more, with the bounds of RFC 3629 4; returns its bytes. */
static size_t check_utf8(const unsigned char *p)
{
    size_t more = *p < 0xE0 ? 1 : *p < 0xF0 ? 2 : 3;
    size_t i;

    FUZZ_CHECK(*p >= 0xC2 && *p <= 0xF4);
    for (i = 1; i <= more; i++)
    {
        FUZZ_CHECK((p[i] & 0xC0) == 0x80);      /* no zero, so it ends at the end of the text */
    }
    FUZZ_CHECK(!(*p == 0xE0 && p[1] < 0xA0) && !(*p == 0xF0 && p[1] < 0x90));   /* the shortest form */
    FUZZ_CHECK(!(*p == 0xED && p[1] > 0x9F) && !(*p == 0xF4 && p[1] > 0x8F));   /* no surrogate, no more than there are */
    FUZZ_CHECK(!(*p == 0xC2 && p[1] < 0xA0));                                   /* U+0080 to 9F are controls */
    FUZZ_CHECK(!(*p == 0xE2 && (p[1] & 0xFE) == 0x80));                         /* U+2000 to 207F: marks of direction */

    return more + 1;
}

void fuzz_check_text(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;

    FUZZ_CHECK(memchr(text, '\0', size) != NULL);
    while (*p != '\0')
    {
        FUZZ_CHECK(*p >= 0x20 && *p != 0x7F);
        p += *p < 0x7F ? 1 : check_utf8(p);
    }
}

unsigned fuzz_byte(const uint8_t **data, size_t *size)
{
    if (*size == 0)
    {
        return 0;
    }
    (*size)--;

    return *(*data)++;
}

int fuzz_certificates(mbedtls_x509_crt *list, const uint8_t *data, size_t size)
{
    mbedtls_x509_crt *last = list;
    int count = 0;

    while (mbedtls_x509_crt_parse_der_nocopy(list, data, size) == 0)
    {
        last = count++ == 0 ? list : last->next;
        data += last->raw.len;
        size -= last->raw.len;
    }

    return count;
}

void fuzz_with_certificates(const uint8_t *data, size_t size, void (*check)(const mbedtls_x509_crt *crt))
{
    mbedtls_x509_crt list;

    mbedtls_x509_crt_init(&list);
    if (fuzz_certificates(&list, data, size) > 0)
    {
        check(&list);
    }
    mbedtls_x509_crt_free(&list);
}
