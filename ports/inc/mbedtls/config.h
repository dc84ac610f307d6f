/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stands in for the engine's own config.h where a build does not pass
 * MBEDTLS_CONFIG_FILE on, and shows scons that the engine's objects depend on
 * tls_config.h: its scanner cannot follow an include whose name is a macro.
 */
#include "tls_config.h"
