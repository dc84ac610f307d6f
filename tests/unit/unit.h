/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the unit tests share: cmocka's headers in the order that it wants, a
 * generator whose numbers are the same in every run, and the rule that a test
 * leaves heap, descriptors, address lists and threads as it found them.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rtthread.h>
#include <standin.h>

/* Of what a test may not leave any behind. */
struct unit_balance
{
    rt_uint64_t heap;
    rt_size_t descriptors;
    rt_size_t lists;
};

/* Note what there is, and fail the test if more is left; threads may take some
 * seconds to end. */
void unit_balance_begin(struct unit_balance *balance);
void unit_balance_end(const struct unit_balance *balance);

/* The same as a test's setup and teardown. */
int unit_setup(void **state);
int unit_teardown(void **state);

/* What a program returns whose subject is not in this build. */
#define UNIT_SKIPPED    77

#define UNIT_TEST(function) \
    cmocka_unit_test_setup_teardown(function, unit_setup, unit_teardown)

/* A number of a fixed sequence (splitmix64). */
uint64_t unit_number(uint64_t *state);

/* Run a function in count threads at once, each with its number, and wait. */
void unit_in_threads(int count, void (*function)(int number));

#endif /* UNIT_H */
