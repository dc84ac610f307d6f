/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is built with the local parameters of its group.
 */
#include <small_local.h>

#if !defined(SMALL_GLOBAL) || !defined(SMALL_LOCAL) || !defined(SMALL_FLAG)
#error "a parameter did not arrive"
#endif

int small_local_value(void);

int small_local_value(void)
{
    return SMALL_LOCAL_HEADER;
}
