/*
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rtthread.h>
#include <standin.h>
#include <standin_target.h>

#include "fuzz.h"

#define PATIENCE                60000   /* milliseconds for threads to end */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__attribute__((weak)) void fuzz_prepare(void)
{
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    setenv("TZ", "UTC0", 1);            /* as in targets/posix/main.c */
    fuzz_prepare();

    return 0;
}

void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rt_uint64_t heap = standin_heap_mark();
    rt_size_t descriptors = standin_fd_count();

    fuzz_one(data, size);
    FUZZ_CHECK(standin_thread_wait(PATIENCE));
    if (standin_heap_count(heap) != 0)
    {
        standin_heap_dump(heap);
    }
    FUZZ_CHECK(standin_heap_count(heap) == 0);
    FUZZ_CHECK(standin_fd_count() == descriptors);

    return 0;
}

void fuzz_check_text(const char *text, size_t size)
{
    const char *end = memchr(text, '\0', size);

    FUZZ_CHECK(end != NULL);
    for (; text < end; text++)
    {
        FUZZ_CHECK(*text >= 0x20 && *text < 0x7F);
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
