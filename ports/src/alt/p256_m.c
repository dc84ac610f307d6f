/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Compiles p256-m, an implementation of P-256 in constant time, from the engine's
 * folder. It is written for the engine's PSA core, of which it needs only the two
 * names below.
 */
#include "tls_random.h"

#include "psa/crypto.h"

#define MBEDTLS_PSA_P256M_DRIVER_ENABLED
#define psa_generate_random(output, size)   tls_random_bytes(NULL, (output), (size))

#include "p256-m/p256-m.c"
