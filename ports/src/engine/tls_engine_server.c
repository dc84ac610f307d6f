/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of a server. In builds with PKG_MBEDTLS_SERVER.
 */
#include "tls_engine.h"

int tls_engine_configure_server(mbedtls_ssl_config *conf, int transport)
{
    int ret = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_SERVER, transport, MBEDTLS_SSL_PRESET_DEFAULT);

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
        tls_engine_refuse_legacy(conf);
    }
    if (TLS_HAS(PKG_MBEDTLS_RARE_CURVES))
    {
        tls_engine_set_groups(conf);
    }

    return 0;
}
