# SPDX-License-Identifier: Apache-2.0
"""A box between one DTLS client and a server, as a router with address
translation is: it sees the datagrams, may hold them back, and may give the
client another address.

    with Relay(server.port) as relay:
        ... a client at relay.port ...
        relay.rebind()              # from now on the client seems to be elsewhere
        relay.inject(datagram)      # to the server, from the client's address

It also makes first messages of a handshake: client_hello().
"""
import os
import select
import socket
import struct
import threading

HOST = '127.0.0.1'


class Relay:

    def __init__(self, port, up=None):
        """up(number, datagram) returns the datagrams to send to the server in its place, as a list."""
        self.server = (HOST, port)
        self.up = up or (lambda number, datagram: [datagram])
        self.sent, self.received, self.answers = [], [], []
        self.client = None

    def __enter__(self):
        self.front = self.bind()
        self.port = self.front.getsockname()[1]
        self.backs = [self.bind()]
        self.is_open = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    @staticmethod
    def bind():
        bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        bound.bind((HOST, 0))
        return bound

    @staticmethod
    def free_port():
        with Relay.bind() as probe:
            return probe.getsockname()[1]

    def run(self):
        while self.is_open:
            ready, _, _ = select.select([self.front] + self.backs, [], [], 0.02)
            for one in ready:
                try:
                    datagram, sender = one.recvfrom(65536)
                except OSError:
                    continue
                if one is self.front:
                    self.client = sender
                    self.sent.append(datagram)
                    for each in self.up(len(self.sent), datagram):
                        self.inject(each)
                else:
                    self.received.append((self.backs.index(one), datagram))
                    if self.client:
                        self.front.sendto(datagram, self.client)

    def rebind(self):
        """Give the client another address; datagrams to the old one still reach it."""
        self.backs = self.backs + [self.bind()]

    def address(self):
        """The address as the server writes it."""
        return '%s:%d' % self.backs[-1].getsockname()

    def inject(self, datagram, back=-1):
        self.backs[back].sendto(datagram, self.server)

    def __exit__(self, *_):
        self.is_open = False
        self.thread.join()
        for one in [self.front] + self.backs:
            one.close()


def client_hello(random=None, cookie=b'', session=b'', message=0, record=0, suites=(0x00A8, 0xC02B, 0xC0A8)):
    """A datagram with a ClientHello, RFC 6347 4.2.1: PSK-AES128-GCM, ECDHE-ECDSA-AES128-GCM, PSK-AES128-CCM8."""
    random = random or os.urandom(32)
    body = b'\xfe\xfd' + random + bytes([len(session)]) + session + bytes([len(cookie)]) + cookie
    body += struct.pack('>H', 2 * len(suites)) + b''.join(struct.pack('>H', suite) for suite in suites) + b'\x01\x00'
    extensions = b''.join(struct.pack('>HH', kind, len(data)) + data for kind, data in [
        (10, b'\x00\x02\x00\x17'), (11, b'\x01\x00'), (13, b'\x00\x04\x04\x03\x04\x01'), (23, b'')])
    body += struct.pack('>H', len(extensions)) + extensions
    length = struct.pack('>I', len(body))[1:]
    handshake = b'\x01' + length + struct.pack('>H', message) + b'\x00\x00\x00' + length + body
    return b'\x16\xfe\xff\x00\x00' + struct.pack('>Q', record)[2:] + struct.pack('>H', len(handshake)) + handshake


def cookie_of(datagram):
    """The cookie of a HelloVerifyRequest; None if it is none."""
    if len(datagram) < 28 or datagram[0] != 22 or datagram[13] != 3:
        return None
    return datagram[28:28 + datagram[27]]


def records(datagram):
    """The records of a datagram; of one with a connection id, the whole."""
    found = []
    while len(datagram) >= 13 and datagram[0] != 25:
        end = 13 + struct.unpack('>H', datagram[11:13])[0]
        found.append(datagram[:end])
        datagram = datagram[end:]
    return found + ([datagram] if datagram else [])
