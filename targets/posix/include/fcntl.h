/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The C library's fcntl.h, with an open() that knows the devices of the
 * stand-in. STANDIN_HOST_FCNTL leaves the host's function bound.
 */
#ifndef STANDIN_FCNTL_H
#define STANDIN_FCNTL_H

#include_next <fcntl.h>

#ifndef STANDIN_HOST_FCNTL
#ifdef __cplusplus
extern "C"
#endif
int open(const char *path, int flags, ...) __asm__("standin_open");
#endif

#endif /* STANDIN_FCNTL_H */
