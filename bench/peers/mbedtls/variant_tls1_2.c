/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * TLS 1.2 and the suites that the other peers speak. All else is in the image
 * nevertheless, since what a session is offered is known only when it runs.
 */
#include "variant.h"

void variant_configure(mbedtls_ssl_config *config)
{
    static const int suites[] = {
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0
    };

    mbedtls_ssl_conf_max_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_ciphersuites(config, suites);
}
