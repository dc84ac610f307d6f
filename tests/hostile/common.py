# SPDX-License-Identifier: Apache-2.0
"""Shared by the hostile tests: certificates, two devices, and checks.

Both are made once in a run, on first use:

    pki().server          a certificate that the device accepts
    device()              trusts pki()'s roots
    variant()             the same, built otherwise: see VARIANT
"""
import concurrent.futures
import os
import socket
import ssl
import threading
import time

from lib.load import late
from tools.mbedtls_host.device import Device
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.shared import new_folder, shared

NAME = 'device.test'
HOST = '127.0.0.1'

# Codes that sessions return: ports/inc/tls_error.h, then the engine's.
OK = 0
TIMEOUT, NO_HOST, STATE, CLOCK_UNSET, RANDOM, NO_ROOTS = (-0x9001 - i for i in range(6))
VERIFY_FAILED = -0x2700
NET_CONNECT_FAILED, NET_CONN_RESET, NET_UNKNOWN_HOST = -0x44, -0x50, -0x52
SSL_ALLOC_FAILED, SSL_CONN_EOF, SSL_CLOSE_NOTIFY = -0x7F00, -0x7280, -0x7880
SSL_ALERT, SSL_INVALID_RECORD, SSL_BAD_CERTIFICATE, SSL_BAD_VERSION = -0x7780, -0x7200, -0x7A00, -0x6E80

# Flags of a certificate, mbedtls/x509.h.
EXPIRED, CN_MISMATCH, NOT_TRUSTED, FUTURE = 0x01, 0x04, 0x08, 0x0200
KEY_USAGE, EXT_KEY_USAGE, BAD_MD, BAD_KEY = 0x0800, 0x1000, 0x4000, 0x010000

# The second build has a small input buffer, ignores dates while the clock is unset,
# and has a second random source and SHA-1.
VARIANT = ['MBEDTLS_SSL_MAX_CONTENT_LEN=2048', 'PKG_MBEDTLS_CLOCK_SKIP_DATES=y', 'RT_USING_HWCRYPTO=y',
           'RT_HWCRYPTO_USING_RNG=y', 'PKG_MBEDTLS_SHA1=y']

FULL = os.environ.get('MBEDTLS_TEST_FULL') == '1'

# Lines that must not be in the log of a session that failed to connect.
SUCCESSES = ('Certificate verified success', 'MbedTLS connect success')


class Pki:
    """The certificates of all hostile tests."""

    def __init__(self, folder):
        self.folder = folder
        self.root = Authority('Hostile EC Root', self.sub('ec'))
        self.issuing = self.root.authority('Hostile EC Issuing')
        self.server = self.issuing.server(NAME, names=['IP:' + HOST])
        self.rsa_root = Authority('Hostile RSA Root', self.sub('rsa'), key='rsa:2048')
        self.rsa_issuing = self.rsa_root.authority('Hostile RSA Issuing', key='rsa:2048')
        self.rsa_server = self.rsa_issuing.server(NAME, names=['IP:' + HOST], key='rsa:2048')
        self.brief_root = Authority('Hostile Brief Root', self.sub('brief'), end=30)
        self.brief_server = self.brief_root.server(NAME, names=['IP:' + HOST])
        self.stranger = Authority('Hostile Stranger', self.sub('stranger'))
        self.stranger_server = self.stranger.server(NAME, names=['IP:' + HOST])

    def sub(self, name):
        return os.path.join(self.folder, name)

    @property
    def roots(self):
        return [self.root.pem, self.rsa_root.pem, self.brief_root.pem]


@shared
def pki():
    return Pki(new_folder('hostile'))


@shared
def device():
    return Device.build('hostile', pki().roots)


@shared
def variant():
    return Device.build('hostile-variant', pki().roots, VARIANT)


class Listener:
    """Accepts connections on a free port, each served by self.serve() in a thread."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind((HOST, 0))
        self.socket.listen(64)
        self.port = self.socket.getsockname()[1]
        self.connections = 0
        self.is_open = True

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while self.is_open:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.run, args=(connection,), daemon=True).start()

    def run(self, connection):
        with connection:
            connection.settimeout(120)
            try:
                self.serve(connection)
            except (OSError, EOFError):
                pass                    # the device is expected to close early

    def serve(self, connection):
        raise NotImplementedError

    def __exit__(self, *_):
        self.is_open = False
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def send_and_end(connection, data=b''):
    """Send data and close_notify, as a well-behaved server does."""
    if data:
        connection.sendall(data)
    connection.unwrap()


class Server(Listener):
    """OpenSSL as a server; many connections at once, and exactly the chain given."""

    def __init__(self, certificate, talk=send_and_end, chain=None, key=None, ciphers='DEFAULT:@SECLEVEL=0',
                 curve=None):
        super().__init__()
        self.talk = talk
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.set_ciphers(ciphers)
        self.context.load_cert_chain(chain or certificate.chain, key or certificate.key)
        if curve:                               # by itself it prefers X25519
            self.context.set_ecdh_curve(curve)

    def serve(self, connection):
        with self.context.wrap_socket(connection, server_side=True) as tls:
            self.talk(tls)


def chain_file(*certificates):
    """A PEM file with just these, in this order."""
    path = os.path.join(pki().folder, 'chain-%d.pem' % time.monotonic_ns())
    with open(path, 'w') as output:
        for certificate in certificates:
            with open(certificate.pem) as source:
                output.write(source.read())
    return path


def parallel(function, items, threads=6):
    """[function(item) for item in items], several at a time."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))


def log_of(result):
    """The output without the results' lines."""
    return '\n'.join(line for line in result['output'].splitlines() if not line.startswith('RESULT '))


class Checks:
    """Assertions about a session's outcome; mixed into test cases."""

    def check_failed(self, result, ret, reason, step, **facts):
        """Check that the session failed to connect, and its report."""
        self.check_report(result, ret, reason, step, **facts)
        self.assertEqual(result['stage'], 'connect', result['what'])
        self.assertEqual(result['fd'], -1, 'a descriptor is left in the session')
        for text in SUCCESSES:
            self.assertNotIn(text, result['output'])

    def check_report(self, result, ret, reason, step, **facts):
        """ret and code, reason and step; what= and remedy= are parts of the texts, others are equal."""
        seen = (hex(result['ret']), result['reason'], result['step'], result['what'])
        self.assertEqual(result['ret'], ret, seen)
        self.assertEqual(result['code'], ret, seen)
        self.assertEqual((result['reason'], result['step']), (reason, step), seen)
        for key in ('what', 'remedy', 'log'):
            wanted = facts.pop(key, ())
            text = log_of(result) if key == 'log' else result[key]
            for part in [wanted] if isinstance(wanted, str) else wanted:
                self.assertIn(part, text)
        for key, value in facts.items():
            self.assertEqual(result[key], value, (key, seen))
        self.assertTrue(all(' ' <= c <= '~' or c == '\n' for c in log_of(result)), 'control characters in the log')

    def check_connected(self, result):
        self.assertIn(result['ret'], (OK, SSL_CLOSE_NOTIFY, 1), result['what'])
        self.assertNotEqual(result['stage'], 'connect', result['what'])
        self.assertIn(SUCCESSES[0], result['output'])

    def check_time(self, result, limit, least=None):
        self.assertLess(result['ms'], late(limit), 'later than its limit: ' + result['what'])
        if least is not None:
            self.assertGreaterEqual(result['ms'], least, 'before its limit: ' + result['what'])
