# SPDX-License-Identifier: Apache-2.0
"""The tool chain, under the names that RT-Thread's scripts look up."""

ARCH = 'arm'
CPU = 'cortex-m7'
CROSS_TOOL = 'gcc'
PLATFORM = 'gcc'
CC = 'arm-none-eabi-gcc'
EXEC_PATH = '/usr/bin'
