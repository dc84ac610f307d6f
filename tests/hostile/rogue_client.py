# SPDX-License-Identifier: Apache-2.0
"""
The other side of rogue.py: a TLS 1.2 client with a pre-shared key that breaks the
rules with valid encryption. One cipher suite, TLS_PSK_WITH_CHACHA20_POLY1305_SHA256
(RFC 7905, RFC 4279 2).

    with RogueClient(port, 'device', b'secret') as client:
        client.handshake(extra=b'what goes into the record of Finished')
        client.tls.send(APPLICATION, b'hello')
"""
import hashlib
import os
import socket
import struct

from .common import HOST
from .rogue import (CHANGE_CIPHER_SPEC, FINISHED, HANDSHAKE, HELLO_DONE, SERVER_HELLO, Direction, Tls, prf,
                    vector)

CLIENT_HELLO, CLIENT_KEY_EXCHANGE = 1, 16
SUITE = 0xCCAB


class RogueClient:

    def __init__(self, port, identity, key):
        self.port, self.identity, self.key = port, identity.encode(), key

    def __enter__(self):
        self.tls = Tls(socket.create_connection((HOST, self.port), timeout=60))
        return self

    def __exit__(self, *error):
        self.tls.connection.close()

    def handshake(self, extra=b''):
        """Raises EOFError or OSError where the server gives up."""
        tls, random = self.tls, os.urandom(32)
        tls.handshake(CLIENT_HELLO, b'\x03\x03' + random + vector(1, b'') + vector(2, struct.pack('>H', SUITE)) +
                      vector(1, b'\0'))
        kind = None
        while kind != HELLO_DONE:
            message = tls.receive_handshake()
            kind = message[0]
            if kind == SERVER_HELLO:
                server_random = message[6:38]
        tls.handshake(CLIENT_KEY_EXCHANGE, vector(2, self.identity))
        secret = prf(vector(2, bytes(len(self.key))) + vector(2, self.key), b'master secret', random + server_random, 48)
        keys = prf(secret, b'key expansion', server_random + random, 88)
        tls.send(CHANGE_CIPHER_SPEC, b'\x01')
        tls.writing = Direction(keys[:32], keys[64:76])
        verify = prf(secret, b'client finished', hashlib.sha256(tls.transcript).digest(), 12)
        tls.send(HANDSHAKE, bytes([FINISHED]) + vector(3, verify) + extra)
        if tls.receive()[0] != CHANGE_CIPHER_SPEC:
            raise EOFError
        tls.reading = Direction(keys[32:64], keys[76:])
        tls.receive_handshake()
