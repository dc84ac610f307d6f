/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Callers, found on the stack, since code for Cortex-M keeps no frame
 * pointers and the image no unwinding tables.
 */
#ifndef CALL_SITES_H
#define CALL_SITES_H

#include <rtthread.h>

/*
 * Collects up to count words of the current thread's stack, from `from`
 * upwards, that look like return addresses: they point behind a call. One may
 * be left over from an earlier call, so the first ones are right more often
 * than the last. Fills up with zeros.
 */
void call_sites_find(const rt_uint32_t *from, rt_uint32_t *sites, int count);

#endif /* CALL_SITES_H */
