# SPDX-License-Identifier: Apache-2.0
"""An image on QEMU's mps2-an500, with a TCP server at the end of its UART1.

    run = Board('build/mps2-an500/rtthread.elf', server=('127.0.0.1', 4433)).run(['help'])
    run.code, run.output, run.files, run.connections
"""
import datetime
import os
import subprocess
import tempfile

from . import relay

TIMEOUT = 124


def date_command(when):
    return when.strftime('date %Y %m %d %H %M %S')


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class Run:
    """The result of running an image."""

    def __init__(self, code, output, files, connections):
        self.code, self.output = code, output
        self.files = files                      # name: bytes, what the image saved
        self.connections = connections          # relay.Connection each

    def line(self, mark):
        """The rest of each line that begins with a mark."""
        return [line[len(mark):] for line in self.output.splitlines() if line.startswith(mark)]


class Board:
    def __init__(self, image, server=None, timeout=120, change=None):
        """server: (address, port) that every connection leads to; timeout: seconds; change: see relay.Relay"""
        self.image, self.server, self.timeout, self.change = os.path.abspath(image), server, timeout, change

    def command(self, port):
        # An instruction takes a fixed number of virtual nanoseconds, so that time
        # and all figures are the same on every machine.
        return ['qemu-system-arm', '-M', 'mps2-an500', '-display', 'none', '-monitor', 'none',
                '-icount', 'shift=0', '-semihosting-config', 'enable=on,target=native',
                '-kernel', self.image, '-serial', 'stdio', '-serial', 'tcp:127.0.0.1:%d' % port]

    def run(self, commands, clock=now):
        """clock: tells the time to start with, in UTC; None leaves it unset"""
        lines = ([date_command(clock())] if clock else []) + list(commands) + ['wait', 'exit']
        with tempfile.TemporaryDirectory(prefix='mps2-an500-') as folder, relay.Relay(self.server, self.change) as wire:
            try:
                done = subprocess.run(self.command(wire.port), cwd=folder, timeout=self.timeout,
                                      input=''.join(line + '\n' for line in lines).encode(),
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                code, output = done.returncode, done.stdout
            except subprocess.TimeoutExpired as expired:
                code, output = TIMEOUT, expired.stdout or b''
            files = {}
            for name in sorted(os.listdir(folder)):
                with open(os.path.join(folder, name), 'rb') as saved:
                    files[name] = saved.read()
        return Run(code, output.decode('utf-8', 'replace'), files, wire.connections)
