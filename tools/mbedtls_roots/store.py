"""The store: all roots as one block of bytes, the same in ROM and in a file.

ports/src/trust/tls_trust_store.c reads it. Numbers are big endian, and nothing is
aligned.

    header, 44 bytes
        0   4   "TRS" and the version, 1
        4  32   SHA-256 of all that follows
       36   4   length of the whole store, bytes
       40   4   number of roots
    roots, one after the other, sorted by their bytes
        0   8   hash of the subject's name
        8   1   kind of key: 1 RSA, 2 P-256, 3 P-384, 4 P-521
        9   1   path length that it allows, and 1; 0: any
       10   4   valid from, seconds since 1970 (0: before 1970)
       14   4   valid until, seconds since 1970 (0xffffffff: no end)
       18   2   length of the key
       20   2   length of the constraints
       22   1   length of the label
       23       key: RSA: exponent, 4 bytes, and modulus; EC: uncompressed point
                constraints: the extension nameConstraints, as a SEQUENCE OF
                  Extension in DER; mostly none
                label: its owner, for people, UTF-8

A search steps from root to root as far as their hashes go; it touches nothing of
a root but these 23 bytes until the hash is the one that is looked for. An index
would take 4 bytes for each root and save nothing that can be measured beside a
signature.

The hash is FNV-1a of 64 bits over the name in DER, its bytes folded: A to Z to
a to z, and PrintableString (0x13) to UTF8String (0x0c), since the engine takes
such names for the same. It says which roots may be meant, no more: the engine
compares signatures with all of them. Several roots may have the same name.
"""
from __future__ import absolute_import

import calendar
import hashlib
import struct

from . import der
from .der import Reader

MAGIC = b'TRS\x01'
HEADER_SIZE = 44
ROOT = '>8sBBIIHHB'

RSA = 1
CURVES = {256: 2, 384: 3, 521: 4}   # by the bits of their keys

NO_END = 0xffffffff
LABEL_BYTES_MAX = 48
TEXT_STRINGS = {0x13: 0x0c}         # PrintableString is hashed as UTF8String


def encode(roots):
    """The store of collection.Entry objects, or others with a certificate, as
    bytes: the same for the same roots in any order."""
    records = sorted(set(_record(root.certificate) for root in roots))
    length = HEADER_SIZE + sum(len(record) for record in records)
    body = struct.pack('>II', length, len(records)) + b''.join(records)
    return MAGIC + hashlib.sha256(body).digest() + body


def name_hash(name):
    """The hash that the device uses to find a name, given in DER."""
    value = 0xcbf29ce484222325
    for byte in bytearray(name):
        value = (value ^ _fold(byte)) * 0x100000001b3 & 0xffffffffffffffff
    return struct.pack('>Q', value)


def _fold(byte):
    if 0x41 <= byte <= 0x5a:
        return byte + 0x20
    return TEXT_STRINGS.get(byte, byte)


def _record(certificate):
    kind, key = _key(certificate)
    constraints = b''.join(certificate.constraints)
    constraints = _sequence(constraints) if constraints else b''
    label = _label(certificate.owner)
    path = 0 if certificate.path_length is None else min(certificate.path_length, 254) + 1
    return struct.pack(ROOT, name_hash(certificate.subject), kind, path, _seconds(certificate.not_before),
                       _seconds(certificate.not_after), len(key), len(constraints), len(label)
                       ) + key + constraints + label


def _key(certificate):
    """The code for the kind of a key, and the bytes of the key."""
    info = Reader(certificate.spki).enter(der.SEQUENCE, 'public key')
    info.encoded(der.SEQUENCE, 'key algorithm')
    bits = info.bits('public key')
    if certificate.key_kind != 'RSA':
        return CURVES[certificate.key_bits], bits
    numbers = Reader(bits).enter(der.SEQUENCE, 'RSA key')
    modulus = numbers.integer('RSA modulus').lstrip(b'\x00')
    return RSA, struct.pack('>I', numbers.positive('RSA exponent')) + modulus


def _sequence(content):
    length = bytearray()
    left = len(content)
    while left or not length:
        length.insert(0, left & 0xff)
        left >>= 8
    if len(content) >= 0x80:
        length.insert(0, 0x80 | len(length))
    return bytes(bytearray([der.SEQUENCE]) + length) + content


def _seconds(moment):
    return min(max(calendar.timegm(moment.timetuple()), 0), NO_END)


def _label(owner):
    """The label as UTF-8, shortened between two characters if it is too long."""
    text = owner.encode('utf-8')[:LABEL_BYTES_MAX]
    return text.decode('utf-8', 'ignore').encode('utf-8')
