/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A seed in memory, for tests whose subject is another part but draws random numbers.
 * Include it in a test that wraps tls_seed_slot_read and tls_seed_slot_write.
 */
#ifndef UNIT_SEED_H
#define UNIT_SEED_H

#include <string.h>

#include "tls_config.h"
#include "tls_random.h"

#ifdef PKG_MBEDTLS_RANDOM_SEED

int __wrap_tls_seed_slot_read(unsigned slot, unsigned char data[TLS_SEED_SIZE]);
int __wrap_tls_seed_slot_write(unsigned slot, const unsigned char data[TLS_SEED_SIZE]);

static unsigned char unit_slots[TLS_SEED_SLOTS][TLS_SEED_SIZE];
static int unit_has_seed;

int __wrap_tls_seed_slot_read(unsigned slot, unsigned char data[TLS_SEED_SIZE])
{
    if (!unit_has_seed)
    {
        tls_seed_format(unit_slots[0], unit_slots[0]);
        unit_has_seed = 1;
    }
    memcpy(data, unit_slots[slot], TLS_SEED_SIZE);

    return 0;
}

int __wrap_tls_seed_slot_write(unsigned slot, const unsigned char data[TLS_SEED_SIZE])
{
    memcpy(unit_slots[slot], data, TLS_SEED_SIZE);

    return 0;
}

#endif

#endif /* UNIT_SEED_H */
