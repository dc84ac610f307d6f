# SPDX-License-Identifier: Apache-2.0
"""What a man in the middle changes: one bit, in the server's signature or, if none is in clear, in its first encrypted
record."""
import struct

HANDSHAKE, KEY_EXCHANGE, HIDDEN = 22, 12, (20, 23)
SIGNATURE, RECORD = 'a flipped bit in the server\'s signature', 'a flipped bit in the server\'s encrypted handshake'


class Flip:
    """Called with what arrives; returns what to pass on. done: what was flipped."""

    def __init__(self, datagrams, has_signature):
        self.datagrams, self.has_signature = datagrams, has_signature
        self.header = 13 if datagrams else 5
        self.waiting, self.message, self.left, self.is_hidden, self.done = b'', b'', 0, False, None

    def __call__(self, data):
        self.waiting += data
        passed = b''
        while len(self.waiting) >= self.header:
            length = struct.unpack_from('>H', self.waiting, self.header - 2)[0]
            if len(self.waiting) < self.header + length:
                break
            record = bytearray(self.waiting[:self.header + length])
            self.waiting = self.waiting[len(record):]
            if self.done is None or self.datagrams:     # a flight may come again
                self.change(record)
            passed += record
        return passed

    def change(self, record):
        kind = record[0]
        if self.is_hidden or kind == HIDDEN[1]:
            if kind != HIDDEN[0] and not self.has_signature:
                record[-1] ^= 1
                self.done = RECORD
        elif kind == HIDDEN[0]:
            self.is_hidden = True
        elif kind == HANDSHAKE and self.has_signature:
            (self.in_datagram if self.datagrams else self.in_stream)(record)

    def flip(self, record, at):
        record[at] ^= 1
        self.done = SIGNATURE

    def in_datagram(self, record):
        at = self.header
        while at + 12 <= len(record):
            whole, offset, size = (int.from_bytes(record[at + i:at + i + 3], 'big') for i in (1, 6, 9))
            if record[at] == KEY_EXCHANGE and offset + size == whole:
                self.flip(record, at + 12 + size - 1)
            at += 12 + size

    def in_stream(self, record):
        at = self.header
        while at < len(record):
            if self.left == 0:
                self.message += record[at:at + 1]
                at += 1
                if len(self.message) == 4:
                    self.left = int.from_bytes(self.message[1:], 'big')
                    self.message = self.message if self.left else b''
                continue
            part = min(self.left, len(record) - at)
            at, self.left = at + part, self.left - part
            if self.left == 0:
                if self.message[0] == KEY_EXCHANGE:
                    self.flip(record, at - 1)
                self.message = b''
