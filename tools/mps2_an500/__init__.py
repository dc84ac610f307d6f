# SPDX-License-Identifier: Apache-2.0
"""Runs images of targets/mps2-an500 in QEMU.

    board           QEMU, the shell's commands, what the image printed and saved
    relay           the network: the other end of the board's second UART
"""
