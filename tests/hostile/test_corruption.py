# SPDX-License-Identifier: Apache-2.0
"""
Random damage to what a good server sends: bits, bytes, lengths, order. Seeded,
so that a failure comes back: MBEDTLS_TEST_SEED, printed with it.
"""
import os
import random
import socket
import unittest

from lib.load import late

from . import common
from .common import HOST, SSL_CLOSE_NOTIFY, Listener, Server, parallel, pki
from .peer import Link
from .test_network import pattern

SEED = int(os.environ.get('MBEDTLS_TEST_SEED', '20181001'))
CASES = 3000 if common.FULL else 300
SIZE = 20000
LIMIT = 700


def talk(tls):
    tls.sendall(pattern(0, SIZE))
    common.send_and_end(tls)


class Damage:
    """Changes a stream of bytes at some offsets; remembers whether it has."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        # The handshake is some 2,500 bytes of it: it gets more than its share.
        reach = 3000 if self.random.random() < 0.7 else SIZE + 2500
        self.at = sorted(self.random.randrange(reach) for _ in range(self.random.choice((1, 1, 1, 2, 5))))
        self.kind = self.random.choice(('flip', 'flip', 'set', 'insert', 'delete', 'repeat', 'truncate', 'swap'))
        self.seen = 0
        self.done = []

    def apply(self, data):
        """The bytes to forward, and whether to go on."""
        start, self.seen = self.seen, self.seen + len(data)
        data = bytearray(data)
        for at in reversed([at - start for at in self.at if start <= at < self.seen]):
            before = bytes(data)
            size = min(self.random.choice((1, 1, 2, 5, 40, 300)), len(data) - at)
            if self.kind == 'truncate':
                self.done.append((start + at, self.kind))
                return bytes(data[:at]), False
            piece = {
                'flip': lambda: bytes([data[at] ^ 1 << self.random.randrange(8)]) + data[at + 1:at + size],
                'set': lambda: bytes(self.random.choice((0, 255, self.random.randrange(256))) for _ in range(size)),
                'insert': lambda: self.random.randbytes(size) + data[at:at + size],
                'delete': lambda: b'',
                'repeat': lambda: data[at:at + size] * 2,
                'swap': lambda: data[at:at + size][::-1],
            }[self.kind]()
            data[at:at + size] = piece
            if bytes(data) != before:
                self.done.append((start + at, self.kind))
        return bytes(data), True


class DamagingLink(Link):
    """Forwards bytes, not records, damaged on their way to the device."""

    def __init__(self, device, server, damage):
        super().__init__(device, server, None)
        self.damage = damage

    def forward(self, side):
        data, self.waiting[side] = self.waiting[side], b''
        if side == 'client':
            self.ends['server'].sendall(data)
            return True
        data, goes_on = self.damage.apply(data)
        self.device.sendall(data)
        if not goes_on:
            self.device.shutdown(1)
        return goes_on


class DamagingProxy(Listener):

    def __init__(self, port, damage):
        super().__init__()
        self.upstream, self.damage = port, damage

    def serve(self, connection):
        with socket.create_connection((HOST, self.upstream), 10) as server:
            DamagingLink(connection, server, self.damage).run()


class Corruption(unittest.TestCase):

    def session(self, case):
        damage = Damage('%d/%d' % (SEED, case))
        with DamagingProxy(self.server.port, damage) as proxy:
            try:
                result = self.device.case(host=HOST, port=proxy.port, connect_timeout=LIMIT * 4, io_timeout=LIMIT,
                                          read='all', reads=4096, step=case % 2)
            except AssertionError as error:
                return damage, None, str(error)
        return damage, result, ''

    def test_damaged_streams_never_give_altered_data(self):
        self.device = common.device()
        certificates = (pki().server, pki().rsa_server)
        counts = {'whole': 0, 'refused': 0, 'cut': 0}
        for certificate in certificates:
            with Server(certificate, talk) as self.server:
                share = range(certificates.index(certificate), CASES, len(certificates))
                for case, (damage, result, error) in zip(share, parallel(self.session, share, 8)):
                    with self.subTest(seed=SEED, case=case, damage=damage.done):
                        self.assertEqual(error, '')
                        counts[self.check(damage, result)] += 1
        # Damage that does nothing, or only refusals without data, would show nothing.
        self.assertGreater(counts['refused'], CASES // 4)
        self.assertGreater(counts['cut'], 0)

    def check(self, damage, result):
        seen = (result['stage'], hex(result['ret']), result['reason'], result['what'], result['received'])
        self.assertEqual(result['intact'], 1, seen)             # what was delivered is what was sent
        self.assertLessEqual(result['received'], SIZE, seen)
        self.assertLess(result['ms'], late(LIMIT * 4 + LIMIT), seen)
        self.assertNotEqual(result['reason'], 'no-memory', seen)
        if result['stage'] == 'connect':
            self.assertLess(result['ret'], 0, seen)
            self.assertEqual(result['fd'], -1, seen)
            self.assertNotEqual(result['reason'], 'none', seen)
            for text in common.SUCCESSES:
                self.assertNotIn(text, result['output'])
            return 'refused'
        if result['ret'] == SSL_CLOSE_NOTIFY:
            self.assertEqual(result['received'], SIZE, seen)    # a clean end stands for all of the data
            return 'whole'
        self.assertNotEqual(result['reason'], 'none', seen)
        return 'cut'


if __name__ == '__main__':
    unittest.main()
