/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * No generator: the tested bytes of the one hardware source.
 */
#include "tls_random_source.h"

int tls_generator_read(unsigned char *output, size_t length)
{
    tls_source_note_failure(TLS_SOURCES);

    return tls_source_read(0, output, length);
}

/* There is no generator to mix into; but read a byte, to report a source that fails. */
int tls_generator_mix(const unsigned char *data, size_t length)
{
    unsigned char byte;

    (void)data;
    (void)length;

    return tls_generator_read(&byte, 1);
}
