/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What has to differ from the engine's own configuration on a system without
 * files, sockets and /dev/urandom (MBEDTLS_USER_CONFIG_FILE). Nothing is trimmed.
 */
#ifndef USER_CONFIG_H
#define USER_CONFIG_H

#include <stddef.h>

#undef MBEDTLS_FS_IO
#undef MBEDTLS_NET_C
#undef MBEDTLS_TIMING_C
#undef MBEDTLS_PSA_ITS_FILE_C
#undef MBEDTLS_PSA_CRYPTO_STORAGE_C

#define MBEDTLS_NO_PLATFORM_ENTROPY
#define MBEDTLS_ENTROPY_HARDWARE_ALT
#define MBEDTLS_PLATFORM_MS_TIME_ALT

#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO   peer_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO     peer_free
void *peer_calloc(size_t count, size_t size);
void peer_free(void *memory);

#endif /* USER_CONFIG_H */
