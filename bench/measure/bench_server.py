# SPDX-License-Identifier: Apache-2.0
"""Certificates and a TLS server that are the same, bit by bit, in each run.

A client's instructions depend on the numbers that its server draws, by half a per cent. Here the openssl command draws
from same_random.c, certificates have fixed dates, and the board's clock starts at CLOCK, since a ClientHello
holds the time.
"""
import atexit
import contextlib
import datetime
import fcntl
import functools
import os
import shutil
import struct
import subprocess
import tempfile
import termios
import threading
import time

from tools.mbedtls_host import datagrams
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import OpenSSL

HERE = os.path.dirname(os.path.abspath(__file__))
HOST = 'www.example.test'
BODY = bytes((i * 31 + i // 251) & 0xFF for i in range(65536))
KEYS = {'ec': 'ec:P-256', 'rsa': 'rsa:2048'}

# The key of client_package.c, and one that it does not have.
KEY, OTHER_KEY = bytes(range(1, 17)).hex(), bytes(range(2, 18)).hex()

# Bytes in each datagram of an answer: fits the smallest buffer.
DATAGRAM = 400

START, CLOCK, END = (datetime.datetime(year, 1, 1) for year in (2020, 2040, 2049))


@functools.lru_cache(None)
def folder():
    path = tempfile.mkdtemp(prefix='mps2-an500-')
    atexit.register(shutil.rmtree, path, True)
    return path


@functools.lru_cache(None)
def library():
    path = os.path.join(folder(), 'same_random.so')
    subprocess.run(['gcc', '-shared', '-fPIC', '-O1', '-o', path, os.path.join(HERE, 'same_random.c')],
                   check=True)
    return path


@contextlib.contextmanager
def same_random(seed):
    """Programs started in this context draw the numbers of this seed."""
    ours = {'LD_PRELOAD': library(), 'SAME_RANDOM': str(seed)}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def make(number, maker, kind, *arguments):
    with same_random(number):
        return maker(*arguments, key=KEYS[kind], start=START, end=END)


# While these make certificates no other thread may start a program: it would draw the same numbers.

@functools.lru_cache(None)
def chain(kind, length):
    """(root, server's certificate): a path of `length` certificates, the root included; one root for each kind. Kind
    psk has a key instead: (None, key)."""
    if kind == 'psk':
        return None, KEY
    issuer = root = make(1, Authority, kind, 'Bench Root', os.path.join(folder(), '%s-%d' % (kind, length)))
    for number in range(2, length):
        issuer = make(number, issuer.authority, kind, 'Bench Issuing CA %d' % (number - 1))
    return root, make(length, issuer.server, kind, HOST)


@functools.lru_cache(None)
def impostors(kind):
    """{fault: certificate or key} of servers that a client with the chains' root or key must refuse."""
    if kind == 'psk':
        return {'with another key': OTHER_KEY}
    stranger = make(11, Authority, kind, 'Bench Root', os.path.join(folder(), kind + '-stranger'))
    return {'with a certificate of another root': make(12, stranger.server, kind, HOST),
            'with a certificate for another name': make(13, chain(kind, 2)[0].server, kind, 'other.example.test')}


def preload():
    return ['env', 'LD_PRELOAD=' + library(), 'SAME_RANDOM=0']


class BenchServer(OpenSSL):
    """openssl s_server with the file /body."""

    def __init__(self, certificate, **place):
        super().__init__(certificate, {'body': BODY}, **place)

    def command(self):
        return preload() + super().command()


def is_key(credential):
    return isinstance(credential, str)


def key_options(key):
    return ['-nocert', '-psk_identity', 'bench', '-psk', key, '-cipher', 'PSK']


class BenchKeyServer(BenchServer):
    """The same with a pre-shared key instead of a certificate."""

    def __init__(self, key):
        super().__init__(None)
        self.psk = key

    def command(self):
        return preload() + ['openssl', 's_server', '-accept', str(self.port), '-WWW'] + key_options(self.psk)


class BenchDatagrams(datagrams.Server):
    """openssl s_server over datagrams, with a certificate or a key; answers each GET with /body, in many datagrams."""

    def __init__(self, credential):
        super().__init__()
        self.certificate = credential

    def identity(self):
        if is_key(self.certificate):
            return key_options(self.certificate)
        # AES-CCM is not among its defaults.
        return ['-cert', self.certificate.pem, '-key', self.certificate.key, '-cipher', 'ALL'] + OpenSSL.issuers(self)

    def command(self):
        return preload() + ['openssl', 's_server', '-quiet', '-dtls1_2', '-accept', str(self.port)] + self.identity()

    def __enter__(self):
        super().__enter__()
        self.is_open = True
        self.writer = threading.Thread(target=self.answer, daemon=True)
        self.writer.start()
        return self

    def answer(self):
        answered = 0
        while self.is_open:
            if self.output().count('GET ') > answered:
                answered += 1
                page = b'HTTP/1.0 200 OK\r\n\r\n' + BODY
                for at in range(0, len(page), DATAGRAM):
                    self.send(page[at:at + DATAGRAM])
            time.sleep(0.01)

    def send(self, datagram):
        """Waits until s_server has read it: it joins all pending input into one datagram."""
        pipe = self.process.stdin.fileno()
        os.write(pipe, datagram)
        while self.is_open and struct.unpack('i', fcntl.ioctl(pipe, termios.FIONREAD, b'\0' * 4))[0] > 0:
            time.sleep(0.0005)

    def __exit__(self, *arguments):
        self.is_open = False
        self.writer.join(5)
        super().__exit__(*arguments)


def body_sum():
    """The sum of BODY, as response.c computes it."""
    total = 0
    for byte in BODY:
        total = (total * 33 + byte) & 0xFFFFFFFF
    return total
