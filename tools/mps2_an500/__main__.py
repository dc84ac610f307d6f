# SPDX-License-Identifier: Apache-2.0
"""Runs an image on QEMU's mps2-an500, with a TCP server at the end of its UART1.

    python3 -m tools.mps2_an500 [options] [IMAGE] -c "tls_test www.example.test 443 /"

The shell gets the commands, one after the other, then `wait` and `exit`; all
the console prints is shown. Exit codes: that of the image (1 if a command
failed), 124 after the time limit.
"""
import argparse
import sys

from .board import Board, now

IMAGE = 'build/mps2-an500/rtthread.elf'


def address(text):
    host, _, port = text.rpartition(':')
    return host or '127.0.0.1', int(port)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('image', nargs='?', default=IMAGE, help=IMAGE)
    parser.add_argument('-c', metavar='COMMANDS', default='', help='for the shell, separated by ";"')
    parser.add_argument('--server', metavar='[HOST:]PORT', type=address, help='where every connection leads')
    parser.add_argument('--timeout', type=float, default=120, help='seconds (120)')
    parser.add_argument('--clock-unset', action='store_true', help='do not set the clock')
    arguments = parser.parse_args()
    commands = [command.strip() for command in arguments.c.split(';') if command.strip()]
    run = Board(arguments.image, arguments.server, arguments.timeout).run(
        commands, None if arguments.clock_unset else now)
    print(run.output, end='')
    return run.code


if __name__ == '__main__':
    sys.exit(main())
