/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Compiles p256-m, P-256 in constant time, from the engine's folder. It is meant
 * for the engine's PSA core; the two names below are all that it wants of that.
 */
#include "tls_random.h"

#include "psa/crypto.h"

#define MBEDTLS_PSA_P256M_DRIVER_ENABLED
#define psa_generate_random(output, size)   tls_random_bytes(NULL, (output), (size))

#include "p256-m/p256-m.c"
