/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Replaces the engine's own mbedtls_config.h in builds that do not define
 * MBEDTLS_CONFIG_FILE. It also lets scons see that the engine's objects depend on
 * tls_config.h: its scanner cannot follow an include whose name is a macro.
 */
#include "tls_config.h"
