# SPDX-License-Identifier: Apache-2.0
"""Writes a ClientHello (RFC 5246, RFC 8446), in records of TLS or of DTLS."""
import os
import struct

from . import suites

SERVER_NAME, MAX_FRAGMENT, GROUPS, POINTS, SCHEMES, ALPN = 0, 1, 10, 11, 13, 16
ENCRYPT_THEN_MAC, MASTER_SECRET, RECORD_LIMIT, TICKET, VERSIONS, KEY_SHARE, CONNECTION_ID = 22, 23, 28, 35, 43, 51, 54
HANDSHAKE, CLIENT_HELLO = 22, 1
SCSV = 0x00ff                           # instead of renegotiation_info


def vector(data, bytes_of_length):
    return len(data).to_bytes(bytes_of_length, 'big') + data


def numbers(values, bytes_of_length=2):
    return vector(b''.join(struct.pack('>H', value) for value in values), bytes_of_length)


class Hello:
    """What to offer; None leaves an extension out."""

    def __init__(self, offered, name=None, groups=tuple(suites.GROUPS), schemes=tuple(suites.SCHEMES), version=0x0303,
                 fragment=None, record_limit=None, alpn=None, ticket=True, master_secret=True, encrypt_then_mac=True,
                 connection_id=False, versions=None):
        self.offered, self.name, self.groups, self.schemes = list(offered), name, groups, schemes
        self.version, self.fragment, self.record_limit, self.alpn = version, fragment, record_limit, alpn
        self.ticket, self.master_secret, self.encrypt_then_mac = ticket, master_secret, encrypt_then_mac
        self.connection_id, self.versions = connection_id, versions

    def extensions(self):
        found = []
        if self.name:
            found.append((SERVER_NAME, vector(b'\0' + vector(self.name.encode('idna'), 2), 2)))
        if self.fragment:
            found.append((MAX_FRAGMENT, bytes([self.fragment])))
        if self.groups:
            found += [(GROUPS, numbers(self.groups)), (POINTS, b'\x01\x00')]
        if self.schemes and self.version >= 0x0303:
            found.append((SCHEMES, numbers(self.schemes)))
        if self.alpn:
            found.append((ALPN, vector(b''.join(vector(one.encode(), 1) for one in self.alpn), 2)))
        if self.record_limit:
            found.append((RECORD_LIMIT, struct.pack('>H', self.record_limit)))
        if self.versions:
            # A key share of no group: the server asks for its own in a HelloRetryRequest.
            found += [(VERSIONS, numbers(self.versions, 1)), (KEY_SHARE, vector(b'', 2))]
        if self.connection_id:
            found.append((CONNECTION_ID, b'\0'))
        found += [(number, b'') for number, wanted in (
            (TICKET, self.ticket), (MASTER_SECRET, self.master_secret), (ENCRYPT_THEN_MAC, self.encrypt_then_mac))
            if wanted]
        return vector(b''.join(struct.pack('>H', number) + vector(data, 2) for number, data in found), 2)

    def body(self, wire_version, random, cookie=None):
        # A session ID as TLS 1.3 servers expect it of a client that may be behind a middlebox.
        session = vector(random if self.versions else b'', 1)
        return (struct.pack('>H', wire_version) + random + session + (vector(cookie, 1) if cookie is not None else b'') +
                numbers(self.offered + [SCSV]) + b'\x01\x00' + self.extensions())

    def record(self, random=None):
        message = bytes([CLIENT_HELLO]) + vector(self.body(self.version, random or os.urandom(32)), 3)
        return struct.pack('>BH', HANDSHAKE, 0x0301) + vector(message, 2)

    def datagram(self, random, cookie, sequence):
        """The same for DTLS 1.2, with the server's cookie."""
        body = self.body(0xfefd, random, cookie)
        length = len(body).to_bytes(3, 'big')
        message = bytes([CLIENT_HELLO]) + length + struct.pack('>H', sequence) + b'\0\0\0' + length + body
        return struct.pack('>BHHIH', HANDSHAKE, 0xfefd, 0, sequence >> 32, sequence & 0xffff) + vector(message, 2)
