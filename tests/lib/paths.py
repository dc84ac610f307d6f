# SPDX-License-Identifier: Apache-2.0
"""Shows certificate paths to a session, without their private keys.

    paths = [Path(chain=[leaf, issuer], roots=[root], host='www.example.test')]
    for path, verdicts in zip(paths, judge(device(), paths)):
        assert all(verdict.accepted for verdict in verdicts), path.name

In TLS 1.2 a client judges the server's certificates when they arrive, before
anything is signed. So the server here sends its hello and the certificates, and
then an alert that no server sends. A session that reports this alert has accepted
the path; one that has refused it sends an alert of its own and never reads ours.
All paths are judged in one process, each by a session for each form of roots.
"""
import datetime
import json
import os
import selectors
import socket
import struct
import tempfile
import threading
import time

from tools.mbedtls_host.device import REASONS, Device
from tools.mbedtls_host.shared import shared
from .x509 import Issuer
from tools.mbedtls_roots import collection, store

HOST = '127.0.0.1'
HANDSHAKE, ALERT = 22, 21
SERVER_HELLO, CERTIFICATE = 2, 11
FATAL = 2
MARK = 115                              # unknown_psk_identity, RFC 4279: occurs in no other session here
# bad, unsupported, revoked, expired, unknown certificate, illegal parameter, unknown CA, access denied
REFUSALS = (42, 43, 44, 45, 46, 47, 48, 49)
ECDHE_ECDSA, ECDHE_RSA = 0xCCA9, 0xCCA8  # with ChaCha20-Poly1305, RFC 7905
EC_KEY = bytes.fromhex('06072a8648ce3d0201')
RECORD = 16384


# How roots reach the device: tls_trust_add(), a store made by the build's own tool, session->cacert.
FORMS = ('added', 'store', 'session')

# Settings of the builds that judge.
ENGINES = {'Mbed TLS 3.6': (), 'Mbed TLS 2.28': ('PKG_MBEDTLS_ENGINE_2_28=y',)}


@shared
def device(*settings):
    """Built in 1970, so that its clock can be set to any time since."""
    with tempfile.NamedTemporaryFile(suffix='.der') as root:
        root.write(Issuer('Compiled in').der)
        root.flush()
        return Device.build('-'.join(('paths',) + settings).lower().replace('=', '-'), [root.name], settings, built=0)


class Path:
    """One server's certificates (DER), and the device's roots, wanted host and time."""

    def __init__(self, chain, roots, host, at=None, name=''):
        self.chain, self.roots, self.host, self.name = chain, roots, host, name
        self.at = int(time.time() if at is None else at)

    def flight(self):
        """Everything that the server sends."""
        suite = ECDHE_ECDSA if EC_KEY in self.chain[0] else ECDHE_RSA
        hello = b'\x03\x03' + bytes(range(32)) + b'\0' + struct.pack('>HB', suite, 0)
        certificates = vector(b''.join(vector(each) for each in self.chain))
        data = message(SERVER_HELLO, hello) + message(CERTIFICATE, certificates)
        records = [record(HANDSHAKE, data[at:at + RECORD]) for at in range(0, len(data), RECORD)]
        return b''.join(records) + record(ALERT, bytes([FATAL, MARK]))


class Verdict:
    """accepted, or the engine's flags, the code and the alert of the refusal."""

    def __init__(self, path, result, alert):
        self.path, self.alert = path, alert
        self.reason = REASONS[result['reason']]
        self.flags, self.code, self.depth = result['flags'], result['code'], result['depth']
        self.what = result['what']
        self.accepted = (self.reason, result['number'], alert) == ('alert', MARK, None)
        left = {key: result[key] for key in ('heap', 'blocks', 'fds') if result[key] != 0}
        refused = alert in REFUSALS or self.reason == 'no-roots'
        if self.accepted == refused or (self.accepted and self.flags != 0) or left:
            raise AssertionError('%s: neither accepted nor refused, or memory left behind: %r, alert %s, left %s' % (
                path.name, self.what, alert, left))

    def __str__(self):
        return 'accepted' if self.accepted else 'refused: flags 0x%x at %d, code -0x%x, alert %s: %s' % (
            self.flags, self.depth, -self.code, self.alert, self.what)


def vector(data):
    return len(data).to_bytes(3, 'big') + data


def message(kind, body):
    return bytes([kind]) + vector(body)


def record(kind, data):
    return struct.pack('>BHH', kind, 0x0303, len(data)) + data


class Stage:
    """A port for each path."""

    def __init__(self, paths):
        self.selector = selectors.DefaultSelector()
        self.ports, self.alerts = [], [None] * len(paths)
        for index, path in enumerate(paths):
            listener = socket.socket()
            listener.bind((HOST, 0))
            listener.listen(4)
            self.ports.append(listener.getsockname()[1])
            self.selector.register(listener, selectors.EVENT_READ, (index, path.flight()))
        self.is_open = True
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while self.is_open:
            for key, _ in self.selector.select(0.02):
                connection, _ = key.fileobj.accept()
                with connection:
                    connection.settimeout(120)
                    self.alerts[key.data[0]] = self.talk(connection, key.data[1])

    def talk(self, connection, flight):
        """Returns the alert with which the device ended it."""
        said = b''
        try:
            connection.recv(4096)
            connection.sendall(flight)
            while True:
                part = connection.recv(4096)
                if not part:
                    break
                said += part
        except OSError:
            pass                        # the device closes while we still send
        return said[6] if said[:1] == bytes([ALERT]) and len(said) == 7 else None

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_open = False
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


def encode(roots, form, folder):
    """The roots for a device: plain certificates, or the store that the build makes of them."""
    if form != 'store':
        return b''.join(roots)
    files = [os.path.join(folder, '%d.root.der' % at) for at in range(len(roots))]
    for path, root in zip(files, roots):
        with open(path, 'wb') as output:
            output.write(root)
    return store.encode(collection.collect(files, now=datetime.datetime(1970, 1, 1)).roots)


def judge(device, paths, forms=FORMS):
    """For each path a verdict for each of the forms, as a list."""
    every = [(path, form) for path in paths for form in forms]
    with tempfile.TemporaryDirectory(prefix='tls-paths-') as folder, Stage([path for path, _ in every]) as stage:
        commands = []
        for index, ((path, form), port) in enumerate(zip(every, stage.ports)):
            roots = os.path.join(folder, '%d.roots' % index)
            with open(roots, 'wb') as output:
                output.write(encode(path.roots, form, folder))
            case = dict(host=HOST, port=port, name=path.host, roots=roots, form=form, clock=path.at)
            commands.append('tls_case ' + ' '.join('%s=%s' % item for item in case.items()))
        code, output = device.run('; '.join(commands), timeout=600)
    results = [json.loads(line[7:]) for line in output.splitlines() if line.startswith('RESULT ')]
    if code != 0 or len(results) != len(every):
        raise AssertionError('exit code %d, %d results of %d\n%s' % (code, len(results), len(every), output[-4000:]))
    verdicts = [Verdict(path, *each) for (path, _), *each in zip(every, results, stage.alerts)]
    return [verdicts[at:at + len(forms)] for at in range(0, len(verdicts), len(forms))]
