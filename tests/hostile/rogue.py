# SPDX-License-Identifier: Apache-2.0
"""
A TLS 1.2 server that can do what no library does: break the rules with valid
encryption. One cipher suite, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
(RFC 7905) over X25519 (RFC 7748), written for tests only.

    class Silent(Rogue):
        def talk(self, tls):
            tls.send(APPLICATION, b'x' * 16384)

    with Rogue(certificate, finished=b'wrong-verify') as server: ...
"""
import hashlib
import hmac
import os
import re
import base64
import socket
import struct
import subprocess

from .common import HOST, Listener

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION = 20, 21, 22, 23
HELLO_REQUEST, SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE, HELLO_DONE, FINISHED = 0, 2, 11, 12, 14, 20
SUITE = 0xCCA9
CLOSE_NOTIFY = b'\x01\x00'


# X25519, RFC 7748 section 5.

PRIME = 2 ** 255 - 19


def x25519(scalar, u):
    k = int.from_bytes(scalar, 'little') & ~7 & (2 ** 255 - 1) | 2 ** 254
    x1 = int.from_bytes(u, 'little') & (2 ** 255 - 1)
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % PRIME, b * b % PRIME, d * a % PRIME, c * b % PRIME
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % PRIME, x1 * (da - cb) ** 2 % PRIME
        x2, z2 = aa * bb % PRIME, e * (aa + 121665 * e) % PRIME
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, PRIME - 2, PRIME) % PRIME).to_bytes(32, 'little')


# ChaCha20-Poly1305, RFC 8439 section 2.

ROUNDS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
          (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
WORD = 0xFFFFFFFF


def chacha20_block(key, counter, nonce):
    start = list(struct.unpack('<16I', b'expand 32-byte k' + key + struct.pack('<I', counter) + nonce))
    state = list(start)
    for _ in range(10):
        for a, b, c, d in ROUNDS:
            for x, y, z, shift in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                state[x] = state[x] + state[y] & WORD
                mixed = state[z] ^ state[x]
                state[z] = (mixed << shift | mixed >> 32 - shift) & WORD
    return struct.pack('<16I', *(s + t & WORD for s, t in zip(state, start)))


def chacha20(key, nonce, data):
    stream = b''.join(chacha20_block(key, 1 + i, nonce) for i in range((len(data) + 63) // 64))[:len(data)]
    return (int.from_bytes(data, 'big') ^ int.from_bytes(stream, 'big')).to_bytes(len(data), 'big')


def poly1305(key, data):
    r = int.from_bytes(key[:16], 'little') & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at:at + 16] + b'\x01', 'little')) * r % (2 ** 130 - 5)
    return (total + int.from_bytes(key[16:], 'little') & 2 ** 128 - 1).to_bytes(16, 'little')


def padded(data):
    return data + bytes(-len(data) % 16)


class Direction:
    """Keys and sequence number of one direction."""

    def __init__(self, key, iv):
        self.key, self.iv, self.sequence = key, iv, 0

    def parts(self, kind, length):
        """Nonce, additional data and Poly1305 key of the next record."""
        count = struct.pack('>Q', self.sequence)
        self.sequence += 1
        nonce = bytes(a ^ b for a, b in zip(self.iv, bytes(4) + count))
        return nonce, count + struct.pack('>BHH', kind, 0x0303, length), chacha20_block(self.key, 0, nonce)[:32]

    def tag(self, key, extra, text):
        return poly1305(key, padded(extra) + padded(text) + struct.pack('<QQ', len(extra), len(text)))

    def seal(self, kind, data):
        nonce, extra, key = self.parts(kind, len(data))
        text = chacha20(self.key, nonce, data)
        return text + self.tag(key, extra, text)

    def open(self, kind, data):
        nonce, extra, key = self.parts(kind, len(data) - 16)
        if self.tag(key, extra, data[:-16]) != data[-16:]:
            raise OSError('bad record')
        return chacha20(self.key, nonce, data[:-16])


def prf(secret, label, seed, length):
    seed, output, a = label + seed, b'', label + seed
    while len(output) < length:
        a = hmac.new(secret, a, hashlib.sha256).digest()
        output += hmac.new(secret, a + seed, hashlib.sha256).digest()
    return output[:length]


def vector(size, data):
    return len(data).to_bytes(size, 'big') + data


class Tls:
    """One connection: records in and out."""

    def __init__(self, connection):
        self.connection, self.reading, self.writing = connection, None, None
        self.transcript = b''

    def exactly(self, length):
        data = b''
        while len(data) < length:
            part = self.connection.recv(length - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def receive(self):
        kind, _, length = struct.unpack('>BHH', self.exactly(5))
        data = self.exactly(length)
        return kind, self.reading.open(kind, data) if self.reading else data

    def record(self, kind, data, version=0x0303):
        data = self.writing.seal(kind, data) if self.writing else data
        return struct.pack('>BHH', kind, version, len(data)) + data

    def send(self, kind, data, version=0x0303):
        self.connection.sendall(self.record(kind, data, version))

    def handshake(self, kind, body):
        message = bytes([kind]) + vector(3, body)
        self.transcript += message
        self.send(HANDSHAKE, message)

    def receive_handshake(self):
        kind, message = self.receive()
        if kind != HANDSHAKE:
            raise EOFError              # an alert: the device has given up
        self.transcript += message
        return message

    def end(self):
        self.send(ALERT, CLOSE_NOTIFY)
        self.connection.shutdown(socket.SHUT_WR)

    def drain(self):
        """Until the device hangs up."""
        while self.connection.recv(4096):
            pass


class Rogue(Listener):
    """
    Serves one certificate and key; what departs from the rules is a keyword:

        key                  sign with this key file, not the certificate's
        chain                list of DER certificates to show
        suite, version       of the server's hello
        public               the server's X25519 key share
        curve                the named curve of the key exchange
        signature            function of the good signature
        finished             function of the good verify_data
        hello_extensions     bytes
    """

    def __init__(self, certificate, talk=None, **rules):
        super().__init__()
        self.host = HOST
        self.certificate, self.rules = certificate, rules
        self.talk = talk or (lambda tls: tls.end())
        self.completed = 0              # handshakes in which the device's Finished came

    def chain(self):
        if 'chain' in self.rules:
            return self.rules['chain']
        with open(self.certificate.chain) as source:
            return [base64.b64decode(text) for text in re.findall(
                '-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----', source.read(), re.DOTALL)]

    def sign(self, data):
        signature = subprocess.run(['openssl', 'dgst', '-sha256', '-sign', self.rules.get('key', self.certificate.key)],
                                   input=data, stdout=subprocess.PIPE, check=True).stdout
        return self.rules.get('signature', bytes)(signature)

    def hello(self, tls):
        """Read the client's, send ours; returns both randoms."""
        theirs = tls.receive_handshake()
        client_random, server_random = theirs[6:38], os.urandom(32)
        extensions = self.rules.get('hello_extensions', b'')
        tls.handshake(SERVER_HELLO, struct.pack('>H', self.rules.get('version', 0x0303)) + server_random + b'\0' +
                      struct.pack('>HB', self.rules.get('suite', SUITE), 0) +
                      (vector(2, extensions) if extensions else b''))
        return client_random + server_random

    def key_exchange(self, tls, randoms):
        """Send certificate and key share, read the client's; returns the shared secret."""
        tls.handshake(CERTIFICATE, vector(3, b''.join(vector(3, each) for each in self.chain())))
        private = os.urandom(32)
        public = self.rules.get('public', x25519(private, (9).to_bytes(32, 'little')))
        parameters = struct.pack('>BH', 3, self.rules.get('curve', 29)) + vector(1, public)
        tls.handshake(SERVER_KEY_EXCHANGE,
                      parameters + b'\x04\x03' + vector(2, self.sign(randoms + parameters)))
        tls.handshake(HELLO_DONE, b'')
        return x25519(private, tls.receive_handshake()[5:37])

    def serve(self, connection):
        tls = Tls(connection)
        randoms = self.hello(tls)
        secret = prf(self.key_exchange(tls, randoms), b'master secret', randoms, 48)
        keys = prf(secret, b'key expansion', randoms[32:] + randoms[:32], 88)
        if tls.receive()[0] != CHANGE_CIPHER_SPEC:
            raise EOFError
        tls.reading = Direction(keys[:32], keys[64:76])
        tls.receive_handshake()
        self.completed += 1
        tls.send(CHANGE_CIPHER_SPEC, b'\x01')
        tls.writing = Direction(keys[32:64], keys[76:])
        verify = prf(secret, b'server finished', hashlib.sha256(tls.transcript).digest(), 12)
        self.finish(tls, self.rules.get('finished', bytes)(verify))
        self.talk(tls)
        tls.drain()

    def finish(self, tls, verify):
        tls.handshake(FINISHED, verify)
