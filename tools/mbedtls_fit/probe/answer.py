# SPDX-License-Identifier: Apache-2.0
"""Reads what a server says in clear: from its ServerHello to ServerHelloDone, or an alert."""
import struct

from . import hello, suites

ALERT, HANDSHAKE = 21, 22
SERVER_HELLO, HELLO_VERIFY, CERTIFICATE, KEY_EXCHANGE, REQUEST, DONE, STATUS = 2, 3, 11, 12, 13, 14, 22
RETRY = bytes.fromhex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c')


class Answer:
    """The facts of one flight; empty ones where the server has said nothing."""

    def __init__(self):
        self.alert = self.suite = self.version = None
        self.extensions, self.chain = {}, []
        self.session_id = b''
        self.group = self.scheme = self.prime_bits = None
        self.asks_certificate = self.is_done = self.is_retry = False
        self.key_exchange_sent = False
        self.messages, self.records = {}, []        # type: bytes of the message; bytes of each record
        self.datagrams = []                         # bytes of each datagram
        self.cookie = None
        self._pending = b''

    @property
    def kind(self):
        """The kind of key of the chosen suite."""
        suite = suites.BY_NUMBER.get(self.suite)
        if suite is None:
            return None
        return next((kind for kind, exchanges in suites.EXCHANGES.items() if suite.exchange in exchanges), None)

    def take_record(self, kind, payload):
        """Returns whether the server has ended its flight."""
        self.records.append(len(payload))
        if kind == ALERT and len(payload) >= 2:
            if self.alert is None:
                self.alert = payload[1]
            return True
        if kind != HANDSHAKE:
            return True
        self._pending += payload
        while len(self._pending) >= 4:
            length = int.from_bytes(self._pending[1:4], 'big')
            if len(self._pending) < 4 + length:
                break
            self.take(self._pending[0], self._pending[4:4 + length])
            self._pending = self._pending[4 + length:]
        return self.is_done

    def take(self, kind, body):
        self.messages[kind] = max(self.messages.get(kind, 0), len(body) + 4)
        reader = {SERVER_HELLO: self._hello, CERTIFICATE: self._certificates, KEY_EXCHANGE: self._key_exchange}.get(kind)
        if reader:
            reader(body)
        elif kind == REQUEST:
            self.asks_certificate = True
        elif kind == HELLO_VERIFY:
            self.cookie = body[3:3 + body[2]]
        elif kind == DONE:
            self.is_done = True

    def _hello(self, body):
        self.version = struct.unpack_from('>H', body)[0]
        self.is_retry = body[2:34] == RETRY
        at = 35 + body[34]
        self.session_id = body[35:at]
        self.suite = struct.unpack_from('>H', body, at)[0]
        at += 5
        while at + 4 <= len(body):
            number, length = struct.unpack_from('>HH', body, at)
            self.extensions[number] = body[at + 4:at + 4 + length]
            at += 4 + length
        if hello.VERSIONS in self.extensions:
            self.version = struct.unpack('>H', self.extensions[hello.VERSIONS])[0]
            share = self.extensions.get(hello.KEY_SHARE, b'')
            self.group = struct.unpack_from('>H', share)[0] if len(share) >= 2 else None
            self.is_done = True                     # the rest is encrypted

    def _certificates(self, body):
        at, self.chain = 3, []
        while at + 3 <= len(body):
            length = int.from_bytes(body[at:at + 3], 'big')
            self.chain.append(bytes(body[at + 3:at + 3 + length]))
            at += 3 + length

    def _key_exchange(self, body):
        self.key_exchange_sent = True
        exchange = suites.BY_NUMBER[self.suite].exchange if self.suite in suites.BY_NUMBER else ''
        at = 0
        if exchange.endswith('PSK'):
            at += 2 + int.from_bytes(body[:2], 'big')
        if exchange.startswith('ECDHE'):
            self.group = struct.unpack_from('>H', body, at + 1)[0]
            at += 4 + body[at + 3]
        elif exchange.startswith('DHE'):
            self.prime_bits = 8 * int.from_bytes(body[:2], 'big')
            for _ in range(3):
                at += 2 + int.from_bytes(body[at:at + 2], 'big')
        if not exchange.endswith('PSK') and (self.version & 0xff00 == 0xfe00 or self.version >= 0x0303) and at + 2 <= len(body):
            self.scheme = struct.unpack_from('>H', body, at)[0]
