/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the fuzzing harnesses. Each is a program of libFuzzer's with one
 * function, fuzz_one(), which gets bytes that a stranger could send, and aborts if
 * something does not hold that has to hold for any bytes.
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

/** Each harness defines it; afterwards no block, descriptor or thread may be left. */
void fuzz_one(const uint8_t *data, size_t size);

/** Called once before; a harness that needs no preparation leaves it out. */
void fuzz_prepare(void);

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
