# SPDX-License-Identifier: Apache-2.0
"""A UDP proxy that loses, doubles, delays and corrupts datagrams, reproducibly.

    with Lossy(server.port, seed=7, loss=0.2, double=0.1, delay=0.05) as path:
        device.case(host=path.host, port=path.port, ...)
        path.rebind()               # from here on the server sees another address

loss, double, corrupt and late are probabilities, by datagram and direction; delay is
the time that a late one takes at most, in seconds: those behind it overtake it. One
direction alone is chosen with ways=('up',), from the device, or ('down',), to it.

A rule decides instead of them: rule(way, number, datagram), called for each datagram
of a direction from 0 on, returns a list of datagrams to pass on, or of pairs of a
datagram and the seconds that it takes.
"""
import heapq
import itertools
import random
import selectors
import socket
import threading
import time

HOST = '127.0.0.1'


class Path:
    """The datagrams of one device, through a socket of its own."""

    def __init__(self, device, server):
        self.device = device
        self.socket = None
        self.rebind(server)

    def rebind(self, server):
        """The next datagram comes from another address; answers to the old one get lost."""
        if self.socket is not None:
            self.socket.close()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.connect(server)
        self.socket.setblocking(False)


class Lossy:
    def __init__(self, port, seed=0, loss=0, double=0, corrupt=0, late=0, delay=0.05, ways=('up', 'down'), rule=None):
        self.server = (HOST, port)
        self.loss, self.double, self.corrupt, self.late, self.delay = loss, double, corrupt, late, delay
        self.ways, self.rule = ways, rule or self.chance
        self.random = {way: random.Random('%d %s' % (seed, way)) for way in ('up', 'down')}
        self.seen = {'up': [], 'down': []}          # every datagram, lost ones too
        self.host = HOST
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.listener.bind((HOST, 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.paths = {}
        self.waiting, self.order = [], itertools.count()
        self.waker, self.wake = socket.socketpair()
        self.commands = []
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(self.waker, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.is_running = True

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self._command(self._stop)
        self.thread.join(10)
        for one in [self.listener, self.waker, self.wake] + [path.socket for path in self.paths.values()]:
            one.close()
        self.selector.close()

    def rebind(self):
        """Give each device another port, like a router that has forgotten its devices."""
        self._command(self._rebind)

    def replay(self, way, numbers=None):
        """Send again all datagrams seen so far, or those with these numbers."""
        self._command(lambda: self._replay(way, numbers))

    def until(self, condition, limit=120):
        """Wait for a condition on the datagrams seen, for so many seconds at most."""
        end = time.monotonic() + limit
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)

    def chance(self, way, _, datagram):
        """The default rule: decides by the probabilities."""
        source = self.random[way]
        if way not in self.ways:
            return [datagram]
        # As many draws for each datagram, so that one option does not move the others.
        lost, doubled, corrupted, late, late_too = (source.random() for _ in range(5))
        times = [source.random() * self.delay for _ in range(2)]
        bit = source.randrange(8 * len(datagram)) if datagram else 0
        if lost < self.loss:
            return []
        if corrupted < self.corrupt:
            changed = bytearray(datagram)
            changed[bit // 8] ^= 1 << bit % 8
            datagram = bytes(changed)
        copies = [(datagram, times[0] if late < self.late else 0)]
        if doubled < self.double:
            copies.append((datagram, times[1] if late_too < self.late else 0))
        return copies

    def _command(self, call):
        done = threading.Event()
        self.commands.append((call, done))
        self.wake.send(b'x')
        done.wait(10)

    def _stop(self):
        self.is_running = False

    def _rebind(self):
        for path in self.paths.values():
            self.selector.unregister(path.socket)
            path.rebind(self.server)
            self.selector.register(path.socket, selectors.EVENT_READ, path)

    def _replay(self, way, numbers):
        for path in self.paths.values():
            for number, datagram in enumerate(list(self.seen[way])):
                if numbers is None or number in numbers:
                    self._send(way, path, datagram)

    def _run(self):
        while self.is_running:
            left = max(self.waiting[0][0] - time.monotonic(), 0) if self.waiting else None
            for key, _ in self.selector.select(left):
                if key.fileobj is self.waker:
                    self.waker.recv(64)
                    while self.commands:
                        call, done = self.commands.pop(0)
                        call()
                        done.set()
                elif key.fileobj is self.listener:
                    self._from_device()
                elif key.fileobj.fileno() >= 0:
                    self._from_server(key.data)
            self._send_due()

    def _from_device(self):
        try:
            datagram, device = self.listener.recvfrom(65536)
        except OSError:
            return
        path = self.paths.get(device)
        if path is None:
            path = self.paths[device] = Path(device, self.server)
            self.selector.register(path.socket, selectors.EVENT_READ, path)
        self._pass('up', path, datagram)

    def _from_server(self, path):
        try:
            datagram = path.socket.recv(65536)
        except OSError:
            return                      # no receiver: to the device it is a lost datagram
        self._pass('down', path, datagram)

    def _pass(self, way, path, datagram):
        number = len(self.seen[way])
        self.seen[way].append(datagram)
        for copy in self.rule(way, number, datagram):
            datagram, seconds = copy if isinstance(copy, tuple) else (copy, 0)
            if seconds > 0:
                heapq.heappush(self.waiting, (time.monotonic() + seconds, next(self.order), way, path, datagram))
            else:
                self._send(way, path, datagram)

    def _send_due(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, way, path, datagram = heapq.heappop(self.waiting)
            self._send(way, path, datagram)

    def _send(self, way, path, datagram):
        try:
            if way == 'up':
                path.socket.send(datagram)
            else:
                self.listener.sendto(datagram, path.device)
        except OSError:
            pass
