/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stands for an engine source: it may have warnings, and its clock is the
 * device's, by call and by pointer.
 */
#include <time.h>

static int unused_on_purpose(int unused)
{
}

time_t (*engine_clock)(time_t *seconds) = time;
