/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is left out of the list of sources.
 */
#include <rtconfig.h>

#ifndef SMALL_FEATURE
#error "this file should not have been compiled"
#endif
