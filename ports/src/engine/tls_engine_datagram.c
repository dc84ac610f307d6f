/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Received records of a DTLS server. In builds with both.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

uint64_t tls_engine_newest_record(const mbedtls_ssl_context *ssl)
{
    return (uint64_t)ssl->in_epoch << 48 | ssl->in_window_top;
}
