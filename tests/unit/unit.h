/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the unit tests: cmocka's headers in the order that it requires, a
 * generator with the same numbers in every run, and the check that a test leaves
 * heap, descriptors, address lists and threads as it found them.
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

/* What a test must give back. */
struct unit_balance
{
    rt_uint64_t heap;
    rt_size_t descriptors;
    rt_size_t lists;
};

/* Record what is in use, and fail the test if more is in use at its end; threads
 * may take some seconds to end. */
void unit_balance_begin(struct unit_balance *balance);
void unit_balance_end(const struct unit_balance *balance);

/* The same as setup and teardown functions of a test. */
int unit_setup(void **state);
int unit_teardown(void **state);

/* Exit code of a program whose subject is not in this build. */
#define UNIT_SKIPPED    77

#define UNIT_TEST(function) \
    cmocka_unit_test_setup_teardown(function, unit_setup, unit_teardown)

/* Call function() with its first allocation failing, then with its second, and so
 * on, until a call needs no more. A call has to return error if an allocation
 * failed, else 0, and to leave nothing behind. With permanent, all allocations after
 * the failing one fail as well. Returns how many allocations failed in turn. */
unsigned unit_fail_each(int (*function)(void), int error, rt_bool_t permanent);

/* A number of a fixed sequence (splitmix64). */
uint64_t unit_number(uint64_t *state);

/* Run a function in count threads at once, each with its number, and wait. */
void unit_in_threads(int count, void (*function)(int number));

#endif /* UNIT_H */
