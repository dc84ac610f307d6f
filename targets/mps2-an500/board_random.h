/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * NOT RANDOM: the same numbers after each reset, so that two measurements do
 * the same work. For this test board alone: the keys of a product that used
 * them would be known to all.
 */
#ifndef BOARD_RANDOM_H
#define BOARD_RANDOM_H

#include <stddef.h>

void board_random_fixed(void *buffer, size_t length);

#endif /* BOARD_RANDOM_H */
