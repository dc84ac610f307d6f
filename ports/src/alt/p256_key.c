/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys of P-256, and ECDH (SEC 1, 3.2 and 3.3.1). Contracts: p256_kernel.h. The
 * arithmetic is in p256_point.c.
 */
#include "p256_kernel.h"
#include "p256_point.h"
#include "p256_scalar.h"

#include "mbedtls/platform_util.h"

int p256_validate_pubkey(const uint8_t pub[P256_POINT_BYTES])
{
    p256_slots s;

    return p256_load(s, pub);
}

int p256_validate_privkey(const uint8_t priv[P256_BYTES])
{
    p256_number number;
    int ret = p256_read_scalar(number, priv);

    mbedtls_platform_zeroize(number, sizeof(number));

    return ret != 0 ? P256_INVALID_PRIVKEY : P256_SUCCESS;
}

int p256_public_from_private(uint8_t pub[P256_POINT_BYTES], const uint8_t priv[P256_BYTES])
{
    p256_slots s;
    p256_long number;
    int ret = p256_read_scalar(number, priv);

    if (ret == 0)
    {
        p256_multiply_base(s, number);
        p256_store(s, pub, 2);
    }
    mbedtls_platform_zeroize(number, sizeof(number));
    mbedtls_platform_zeroize(s, sizeof(s));

    return ret != 0 ? P256_INVALID_PRIVKEY : P256_SUCCESS;
}

int p256_ecdh_shared_secret(uint8_t secret[P256_BYTES], const uint8_t priv[P256_BYTES],
                            const uint8_t pub[P256_POINT_BYTES])
{
    p256_multiples multiples;
    p256_slots s;
    p256_long number;
    int ret = p256_read_scalar(number, priv) != 0 ? P256_INVALID_PRIVKEY : p256_load(s, pub);

    if (ret == 0)
    {
        p256_make_multiples(multiples, 4, s);
        p256_multiply(s, number, multiples);
        p256_store(s, secret, 1);
    }
    mbedtls_platform_zeroize(number, sizeof(number));
    mbedtls_platform_zeroize(s, sizeof(s));

    return ret;
}
