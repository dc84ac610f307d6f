/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * No generator: the one hardware source, tested, as it is.
 */
#include "tls_random_source.h"

int tls_generator_read(unsigned char *output, size_t length)
{
    tls_source_note_failure(TLS_SOURCES);

    return tls_source_read(0, output, length);
}

/* Nothing to mix into; yet a source that is not there is told at once. */
int tls_generator_mix(const unsigned char *data, size_t length)
{
    unsigned char byte;

    (void)data;
    (void)length;

    return tls_generator_read(&byte, 1);
}
