/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The C library's netinet/in.h, after the sys/socket.h that includes it.
 *
 * There is no guard on purpose: the two headers include each other, as those of
 * the C library do, whose guards end that.
 */
#include <sys/socket.h>
#include_next <netinet/in.h>
