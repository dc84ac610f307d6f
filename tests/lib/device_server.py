# SPDX-License-Identifier: Apache-2.0
"""The package's server, in a program that Device.build() has made.

    with DeviceServer(device, transport='udp', psk='device:secret') as server:
        ... clients at server.port ...
        server.ask('stats')['clients']
        server.wait('ended', client=1)
    server.result           # what it left behind; checked at the exit
"""
import json
import queue
import socket
import subprocess
import threading
import time

HOST = '127.0.0.1'
LIFETIME = 600              # seconds after which a forgotten server ends by itself


class DeviceServer:
    """keys are those of tests/device/tls_server_case.c."""

    def __init__(self, device, options=(), lifetime=LIFETIME, **keys):
        keys.setdefault('run', (lifetime - 5) * 1000)
        words = ' '.join('%s=%s' % item for item in keys.items())
        self.command = [device.program, '--timeout', str(lifetime), '--heap-report', *options,
                        '-c', 'tls_server_case ' + words]
        self.host = HOST
        self.events, self.lines = [], []
        self.changed = threading.Condition()
        self.result = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.ready = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        ports = self.ready.get(timeout=120)
        if ports is None:
            self.process.wait()
            raise RuntimeError('the server did not start:\n' + self.output())
        self.port, self.control = ports['port'], ports['control']
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(60)
        self.socket.connect((HOST, self.control))
        return self

    def read(self):
        for line in self.process.stdout:
            line = line.decode('utf-8', 'replace').rstrip()
            word, _, rest = line.partition(' ')
            with self.changed:
                self.lines.append(line)
                if word == 'LISTENING':
                    self.ready.put(json.loads(rest))
                elif word == 'EVENT':
                    self.events.append(json.loads(rest))
                elif word == 'RESULT':
                    self.result = json.loads(rest)
                self.changed.notify_all()
        self.ready.put(None)
        self.process.stdout.close()

    def output(self):
        return '\n'.join(self.lines[:60] + self.lines[-200:])

    def ask(self, order):
        """Give an order, return the answer."""
        self.socket.send(order.encode())
        return json.loads(self.socket.recv(4096))

    def seen(self, event, **facts):
        """The events of a kind so far."""
        with self.changed:
            return [one for one in self.events
                    if one['event'] == event and all(one.get(key) == value for key, value in facts.items())]

    def wait(self, event, limit=60, count=1, **facts):
        """Wait for the count-th such event; returns it."""
        deadline = time.monotonic() + limit
        while True:
            with self.changed:
                found = [one for one in self.events
                         if one['event'] == event and all(one.get(key) == value for key, value in facts.items())]
                if len(found) >= count:
                    return found[count - 1]
                if time.monotonic() > deadline or not self.reader.is_alive():
                    break
                self.changed.wait(0.1)
        raise AssertionError('no %s %s:\n%s' % (event, facts, self.output()))

    def until(self, condition, limit=60):
        """Ask for stats until a condition holds; returns them."""
        deadline = time.monotonic() + limit
        stats = self.ask('stats')
        while not condition(stats):
            if time.monotonic() > deadline:
                raise AssertionError('it stays so: %s\n%s' % (stats, self.output()))
            time.sleep(0.02)
            stats = self.ask('stats')
        return stats

    def __exit__(self, kind, *_):
        try:
            if self.process.poll() is None:
                self.ask('quit')
            self.process.wait(60)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.reader.join(10)
        self.socket.close()
        if kind is None:
            self.check()

    def check(self):
        """Check that the server ended without an error and left nothing behind."""
        left = self.result and {key: self.result[key] for key in ('ret', 'heap', 'blocks', 'fds')}
        if self.process.returncode != 0 or left != {'ret': 0, 'heap': 0, 'blocks': 0, 'fds': 0}:
            raise AssertionError('exit code %s, left behind: %s\n%s' % (self.process.returncode, left, self.output()))
