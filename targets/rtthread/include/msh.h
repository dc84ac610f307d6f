/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stand-in for RT-Thread's msh.h: running a command line.
 */
#ifndef __M_SHELL__
#define __M_SHELL__

#include <rtthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Runs one command line. The text is cut into words in place, so cmd must be
 * writable, with a zero at cmd[length]. Returns what the command returned, 0
 * for an empty line, -1 for an unknown command.
 */
int msh_exec(char *cmd, rt_size_t length);

#ifdef __cplusplus
}
#endif

#endif /* __M_SHELL__ */
