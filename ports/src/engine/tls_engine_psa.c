/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Random numbers for the engine's crypto core (PSA). In builds with TLS 1.3.
 */
#include <rtthread.h>

#include "tls_config.h"
#include "tls_random.h"

#include "psa/crypto.h"

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                             uint8_t *output, size_t size, size_t *length)
{
    (void)context;

    if (tls_random_bytes(RT_NULL, output, size) != 0)
    {
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    }
    *length = size;

    return PSA_SUCCESS;
}
