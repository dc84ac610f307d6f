/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fails on purpose, so that a test sees that failures are noticed: the first byte says how.
 */
#include <stdlib.h>

#include "tls_memory.h"
#include "fuzz.h"

static void *left;

static void one(const uint8_t *data, size_t size)
{
    volatile uint8_t *block = malloc(size + 1);

    FUZZ_CHECK(block != NULL);
    switch (fuzz_byte(&data, &size))
    {
    case 'c': FUZZ_CHECK(size == 0); break;             /* a condition */
    case 't': fuzz_check_text("\033[2J", 5); break;     /* a text for the terminal */
    case 'b': left = tls_malloc(1); break;              /* a block that is left */
    case 'r': block[size + 2] = block[size + 3]; break; /* memory behind a block */
    default: break;
    }
    free((void *)block);
}

FUZZ_HARNESS(fault, one, NULL)
