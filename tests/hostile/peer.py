# SPDX-License-Identifier: Apache-2.0
"""
Peers that misbehave at a chosen moment.

Proxy stands between the device and a good server, forwards whole records and
departs from that once:

    with Proxy(server.port, Fault('server', 3, silence)) as proxy: ...

acts when the server's first three records have been forwarded; with on=True it
acts on the next record, which it holds. Plain answers the device's first bytes
with bytes of ours.

An action gets the link and the record (None without on=True). It may forward,
send, close; when it returns true, forwarding goes on.
"""
import select
import socket
import struct
import time

from .common import HOST, Listener

HEADER = 5


class Fault:
    def __init__(self, side, records, action, on=False):
        self.side, self.records, self.action, self.on = side, records, action, on


class Link:
    """Both ends of one connection, in one thread."""

    def __init__(self, device, server, fault):
        self.ends = {'client': device, 'server': server}
        self.device, self.fault = device, fault
        self.waiting = {'client': b'', 'server': b''}
        self.records = {'client': [], 'server': []}

    def other(self, side):
        return self.ends['server' if side == 'client' else 'client']

    def act(self, side, record):
        fault, self.fault = self.fault, None
        return fault.action(self, record)

    def is_due(self, side, on):
        fault = self.fault
        return fault and fault.side == side and fault.on == on and fault.records == len(self.records[side])

    def forward(self, side):
        """Forward what is complete; false when the link is over."""
        data = self.waiting[side]
        while len(data) >= HEADER and len(data) >= HEADER + int.from_bytes(data[3:5], 'big'):
            size = HEADER + int.from_bytes(data[3:5], 'big')
            record, data = data[:size], data[size:]
            self.waiting[side] = data
            if self.is_due(side, True):
                if not self.act(side, record):
                    return False
            else:
                self.other(side).sendall(record)
            self.records[side].append((record[0], size - HEADER))
            if self.is_due(side, False) and not self.act(side, None):
                return False
        return True

    def run(self):
        if self.is_due('client', False) or self.is_due('server', False):
            self.device.recv(1, socket.MSG_PEEK)        # the device is past its TCP connect
            if not self.act(self.fault.side, None):
                return
        open_sides = ['client', 'server']
        while open_sides:
            ready, _, _ = select.select([self.ends[side] for side in open_sides], [], [], 20)
            if not ready:
                return
            for side in [side for side in open_sides if self.ends[side] in ready]:
                data = self.ends[side].recv(65536)
                self.waiting[side] += data
                if not self.forward(side):
                    return
                if not data:
                    open_sides.remove(side)
                    self.other(side).sendall(self.waiting[side])
                    self.other(side).shutdown(socket.SHUT_WR)


class Proxy(Listener):

    def __init__(self, port, fault=None):
        super().__init__()
        self.upstream, self.fault, self.links = port, fault, []

    def serve(self, connection):
        with socket.create_connection((HOST, self.upstream), 10) as server:
            for end in (connection, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.links.append(Link(connection, server, self.fault))
            self.links[-1].run()


class Plain(Listener):
    """Reads something, answers, then does `action`."""

    def __init__(self, answer, action=None):
        super().__init__()
        self.answer, self.action = answer, action or silence

    def serve(self, connection):
        connection.recv(4096)
        connection.sendall(self.answer)
        self.action(Link(connection, None, None), None)


# Actions.

def drain(device):
    device.settimeout(120)
    while device.recv(65536):
        pass


def silence(link, record):
    drain(link.device)


def reset(link, record):
    link.device.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    link.device.close()


def fin(link, record):
    link.device.shutdown(socket.SHUT_WR)
    drain(link.device)


def half(action):
    """The first half of the record that is held, then the action."""
    def act(link, record):
        link.device.sendall(record[:len(record) // 2])
        return action(link, record)
    return act


def half_to_server(action):
    def act(link, record):
        link.ends['server'].sendall(record[:len(record) // 2])
        return action(link, record)
    return act


def send(data, then=silence):
    def act(link, record):
        link.device.sendall(data)
        return then(link, record)
    return act


def replace(change, then=lambda link, record: True):
    """Forward what change makes of the record."""
    def act(link, record):
        link.device.sendall(change(record))
        return then(link, record)
    return act


def flood(data):
    """The same bytes for as long as the device takes them."""
    def act(link, record):
        while True:
            link.device.sendall(data * max(1, 4096 // len(data)))
    return act


def trickle(interval):
    """The record that is held and all that follow, byte by byte."""
    def act(link, record):
        link.device.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(record)):
            link.device.sendall(record[at:at + 1])
            time.sleep(interval)
        return True
    return act


def pause(seconds):
    def act(link, record):
        time.sleep(seconds)
        if record:
            link.device.sendall(record)
        return True
    return act


def full_backlog():
    """A socket that listens and takes no more connections; returns all that must stay open."""
    listening = socket.socket()
    listening.bind((HOST, 0))
    listening.listen(0)
    fillers = []
    for _ in range(3):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listening.getsockname())
        fillers.append(filler)
    time.sleep(0.1)
    return listening.getsockname()[1], [listening] + fillers
