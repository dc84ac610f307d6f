/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the fuzzing harnesses, which are in one program. Each has a function that
 * gets bytes that a stranger could send, and aborts if something does not hold that
 * has to hold for any bytes.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "tls_config.h"

#include "mbedtls/x509_crt.h"

/** Abort, which libFuzzer reports with the input, unless a condition holds. */
#define FUZZ_CHECK(condition) \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

struct fuzz_harness
{
    const char *name;
    void (*one)(const uint8_t *data, size_t size);      /* afterwards no block, descriptor or thread may be left */
    void (*prepare)(void);                              /* called once before; NULL: there is nothing to do */
    struct fuzz_harness *next;
};

void fuzz_register(struct fuzz_harness *harness);

/** At the end of a file with a harness: --harness=NAME runs it. */
#define FUZZ_HARNESS(name, one, prepare) \
    static struct fuzz_harness harness = { #name, one, prepare, NULL }; \
    __attribute__((constructor)) static void register_harness(void) { fuzz_register(&harness); }

/** Prepare the harness that an argument names. */
void fuzz_begin(int argc, char **argv);

/** Run it once, and check that nothing is left. */
void fuzz_run(const uint8_t *data, size_t size);

void fuzz_fail(const char *file, int line, const char *condition) __attribute__((noreturn));

/** Check that a text of at most size - 1 bytes is terminated, and that a terminal can show it: ASCII or UTF-8, no controls. */
void fuzz_check_text(const char *text, size_t size);

/** Take a byte from the front of the input, 0 if there is none. */
unsigned fuzz_byte(const uint8_t **data, size_t *size);

/**
 * Parse certificates in DER that follow each other, up to the first that the engine
 * refuses, without a copy.
 *
 * @param list  initialised; to be freed with mbedtls_x509_crt_free()
 * @return how many
 */
int fuzz_certificates(mbedtls_x509_crt *list, const uint8_t *data, size_t size);

/** Call a check with the first of these certificates, if there is one. */
void fuzz_with_certificates(const uint8_t *data, size_t size, void (*check)(const mbedtls_x509_crt *crt));

#endif /* FUZZ_H */
