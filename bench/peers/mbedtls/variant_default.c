/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * All that the engine offers by default, so that the server has the choice.
 */
#include <rtthread.h>

#include "variant.h"

void variant_configure(mbedtls_ssl_config *config)
{
    RT_UNUSED(config);
}
