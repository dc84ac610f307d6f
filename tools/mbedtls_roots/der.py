"""A strict reader for DER, the binary form in which X.509 is written.

It knows what certificates use and nothing more: tags below 31, definite and
shortest lengths (ITU-T X.690, chapters 8 and 10). Any other input ends in
Unreadable with the reason; no input ends in another exception.
"""
from __future__ import absolute_import

import binascii

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OID = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31

# Far above the OIDs of certificates; the limit keeps numbers printable.
OID_BYTES_MAX = 64


class Unreadable(Exception):
    """The bytes are not valid; the text says why."""


def context(number, constructed=True):
    """The tag [number] of the specification's type definitions."""
    return (0xa0 if constructed else 0x80) | number


class Reader(object):
    """Reads the elements of one constructed value, in their order."""

    def __init__(self, data, start=0, end=None):
        self.data = bytearray(data) if not isinstance(data, bytearray) else data
        self.position = start
        self.end = len(self.data) if end is None else end

    def at_end(self):
        return self.position == self.end

    def peek(self):
        """The next tag, or None at the end."""
        return None if self.at_end() else self.data[self.position]

    def element(self, tag, what):
        """Skips one element; returns the offsets of its start, its content and its end."""
        found = self.peek()
        if found is None:
            raise Unreadable('%s is missing' % what)
        if found != tag:
            raise Unreadable('%s has tag 0x%02x instead of 0x%02x' % (what, found, tag))
        if found & 0x1f == 0x1f:
            raise Unreadable('%s has a tag above 30' % what)
        start = self.position
        content, length = self._length(what)
        if length > self.end - content:
            raise Unreadable('%s is truncated' % what)
        self.position = content + length
        return start, content, self.position

    def _length(self, what):
        """The offset of the content, and its length."""
        position = self.position + 1
        if position >= self.end:
            raise Unreadable('%s is truncated' % what)
        first = self.data[position]
        position += 1
        if first < 0x80:
            return position, first
        count = first & 0x7f
        if count == 0 or count > 4:
            raise Unreadable('%s has a length that DER does not allow' % what)
        if count > self.end - position:
            raise Unreadable('%s is truncated' % what)
        length = _number(self.data[position:position + count])
        if length < 0x80 or self.data[position] == 0:
            raise Unreadable('%s has a length that is not in the shortest form' % what)
        return position + count, length

    def enter(self, tag, what):
        """A reader for the content of the next element."""
        _, content, end = self.element(tag, what)
        return Reader(self.data, content, end)

    def content(self, tag, what):
        _, content, end = self.element(tag, what)
        return bytes(self.data[content:end])

    def encoded(self, tag, what):
        """The whole next element, with its tag and length."""
        start, _, end = self.element(tag, what)
        return bytes(self.data[start:end])

    def finish(self, what):
        if not self.at_end():
            raise Unreadable('bytes follow after %s' % what)

    def boolean(self, what):
        value = self.content(BOOLEAN, what)
        if value not in (b'\x00', b'\xff'):
            raise Unreadable('%s is not a DER boolean' % what)
        return value == b'\xff'

    def integer(self, what):
        """The content of an INTEGER: big endian, two's complement, shortest form."""
        value = bytearray(self.content(INTEGER, what))
        padded = len(value) > 1 and (
            (value[0] == 0x00 and value[1] < 0x80) or (value[0] == 0xff and value[1] >= 0x80))
        if not value or padded:
            raise Unreadable('%s is not a DER integer' % what)
        return bytes(value)

    def number(self, what):
        """An INTEGER of zero or more, as a number."""
        value = bytearray(self.integer(what))
        if value[0] >= 0x80:
            raise Unreadable('%s is below zero' % what)
        return _number(value)

    def positive(self, what):
        """An INTEGER above zero, as a number."""
        number = self.number(what)
        if number == 0:
            raise Unreadable('%s is not above zero' % what)
        return number

    def bits(self, what):
        """The content of a BIT STRING, without the count of unused bits."""
        value = bytearray(self.content(BIT_STRING, what))
        if not value or value[0] > 7 or (value[0] and len(value) == 1):
            raise Unreadable('%s is not a DER bit string' % what)
        return bytes(value[1:])

    def oid(self, what):
        """An OBJECT IDENTIFIER in dotted form."""
        value = bytearray(self.content(OID, what))
        if not value or len(value) > OID_BYTES_MAX or value[-1] & 0x80:
            raise Unreadable('%s is not an object identifier' % what)
        arcs, arc, fresh = [], 0, True
        for byte in value:
            if fresh and byte == 0x80:
                raise Unreadable('%s is not an object identifier' % what)
            arc = arc << 7 | byte & 0x7f
            fresh = byte < 0x80
            if fresh:
                arcs.append(arc)
                arc = 0
        root = min(arcs[0] // 40, 2)
        return '.'.join(str(number) for number in [root, arcs[0] - 40 * root] + arcs[1:])


def _number(value):
    return int(binascii.hexlify(bytes(value)), 16)
