/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs the P-256 kernel with secrets that valgrind takes for undefined: it reports each
 * branch and each address that depends on one. For test_p256_kernel.py.
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "p256_kernel.h"

extern unsigned char kernel_random[32];

int main(void)
{
    uint8_t key[P256_BYTES], pub[P256_POINT_BYTES], secret[P256_BYTES], sig[P256_POINT_BYTES];
    int result;

    memset(key, 0x5A, sizeof(key));
    memset(kernel_random, 0x3C, sizeof(kernel_random));
    VALGRIND_MAKE_MEM_UNDEFINED(key, sizeof(key));
    VALGRIND_MAKE_MEM_UNDEFINED(kernel_random, sizeof(kernel_random));

    result = p256_validate_privkey(key) | p256_public_from_private(pub, key);
    VALGRIND_MAKE_MEM_DEFINED(pub, sizeof(pub));
    result |= p256_ecdh_shared_secret(secret, key, pub);
    result |= p256_ecdsa_sign(sig, key, pub, 32);
    VALGRIND_MAKE_MEM_DEFINED(sig, sizeof(sig));
    VALGRIND_MAKE_MEM_DEFINED(secret, sizeof(secret));
    result |= p256_ecdsa_verify(sig, pub, pub, 32);
#ifdef LEAK
    VALGRIND_MAKE_MEM_UNDEFINED(sig, sizeof(sig));
    result |= p256_ecdsa_verify(sig, pub, pub, 32) & 0;      /* not in constant time */
#endif
    printf("%d\n", result);

    return result != 0;
}
