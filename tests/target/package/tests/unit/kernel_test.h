/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What every test of the kernel includes, in the order that cmocka wants.
 */
#ifndef KERNEL_TEST_H
#define KERNEL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <rtthread.h>
#include <standin.h>

/* Starts a thread; the test fails if it cannot be made. */
rt_thread_t start_thread(void (*entry)(void *parameter), void *parameter);

#endif /* KERNEL_TEST_H */
