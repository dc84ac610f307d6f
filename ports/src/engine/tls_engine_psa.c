/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The start of the engine's crypto core (PSA), and its source of random numbers.
 * In builds with PKG_MBEDTLS_TLS1_3.
 */
#include "tls_engine.h"
#include "tls_random.h"
#include "../base/tls_threading.h"

#include "psa/crypto.h"

int tls_engine_start(void)
{
    tls_threading_start();

    switch (psa_crypto_init())
    {
    case PSA_SUCCESS:
        return 0;

    case PSA_ERROR_INSUFFICIENT_MEMORY:
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;

    default:
        return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
    }
}

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                             uint8_t *output, size_t size, size_t *length)
{
    (void)context;

    if (tls_random_bytes(NULL, output, size) != 0)
    {
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    }
    *length = size;

    return PSA_SUCCESS;
}
