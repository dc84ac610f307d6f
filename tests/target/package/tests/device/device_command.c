/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A command that only a build with tests has.
 */
#include <rtthread.h>

static int device_command(void)
{
    rt_kprintf("a command for tests\n");
    return 0;
}
MSH_CMD_EXPORT(device_command, exists in builds with tests)
