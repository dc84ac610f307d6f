/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of a client. Each optional feature has a file of its
 * own.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include "tls_engine.h"

int tls_engine_configure_client(mbedtls_ssl_config *conf, int transport)
{
    int ret = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_CLIENT, transport, MBEDTLS_SSL_PRESET_DEFAULT);

    if (ret != 0)
    {
        return ret;
    }
    if (TLS_HAS(PKG_MBEDTLS_TLS1_3))
    {
        tls_engine_configure_tls13(conf);
    }
    if (TLS_HAS(PKG_MBEDTLS_ENGINE_2_28))
    {
        tls_engine_allow_legacy(conf, transport);
    }
    if (TLS_HAS(PKG_MBEDTLS_GROUPS))
    {
        tls_engine_set_groups(conf);
    }
    if (TLS_HAS(PKG_MBEDTLS_DHM))
    {
        tls_engine_set_min_prime(conf);
    }

    return TLS_HAS(PKG_MBEDTLS_MAX_FRAGMENT_LENGTH) ? tls_engine_announce_length(conf) : 0;
}
