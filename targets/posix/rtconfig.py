# SPDX-License-Identifier: Apache-2.0
"""The tool chain, under the names that RT-Thread's scripts look up."""

ARCH = 'x86'
CPU = 'posix'
CROSS_TOOL = 'gcc'
PLATFORM = 'gcc'
CC = 'gcc'
EXEC_PATH = '/usr/bin'
