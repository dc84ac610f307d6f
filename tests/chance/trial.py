# SPDX-License-Identifier: Apache-2.0
"""Tries a configuration: it has to build without a warning, and to connect.

    outcome = Trial('chance/1', credentials).run(drawn, path_of_its_config)
    outcome.is_built, outcome.sessions, outcome.passed, outcome.failures

What the build offers is read from its own ClientHello, once for each transport and
each kind of credentials. For each kind of certificate a suite and a version are drawn
that a server here has too; the server is limited to these, and the session has to be
verified and to receive its reply. OpenSSL's client tests the package's server alike.
`passed` lists what cannot be tried, with the reason.
"""
import os
import random
import struct
import subprocess
import types
import zlib

from chance import peers
from chance.hello import SIGNATURE_ALGORITHMS, SUPPORTED_GROUPS, DatagramRecorder, numbers
from interop.fixtures import PEER_CLOSE_NOTIFY, sum_of
from interop.recorders import HelloRecorder
from lib.clients import OpenSSLClient
from tools.mbedtls_host.device import BUILD, Device, link_package, scons
from lib.device_server import DeviceServer

IDENTITY, SECRET = 'device', 'secret_secret'
KEYS = {'psk': SECRET.encode().hex(), 'identity': IDENTITY}
BODY = b''.join(b'line %04d\n' % i for i in range(150))
LIMITS = {'connect_timeout': 20000, 'io_timeout': 20000}
SIGNALS = (0x00FF, 0x5600)                      # signals in the list of suites
CURVES = {23: 'P-256', 24: 'P-384', 25: 'P-521'}
# What a certificate's key signs a handshake of TLS 1.3 with.
SIGNATURES = {'P-256': {0x0403}, 'P-384': {0x0503}, 'P-521': {0x0603}, 'rsa': {0x0804, 0x0805, 0x0806}}
EXCHANGES = 'ECDHE_ECDSA ECDHE_RSA DHE_RSA RSA ECDH_ECDSA ECDH_RSA'.split()       # with certificates alone
ALERTS = [40, 70]                               # handshake_failure, protocol_version
HEADERS = {'stream': 4 + 5, 'datagram': 12}     # of a message; over TCP both are in the input buffer


class Failure(Exception):
    """The configuration does not work as it should."""


class Trial:
    """A folder to build in, one configuration after the other."""

    def __init__(self, name, credentials):
        self.folder = os.path.join(BUILD, name)
        self.package = os.path.join(self.folder, 'package')
        self.target = os.path.join(self.folder, 'build')
        self.program = os.path.join(self.target, 'rtthread')
        self.credentials = credentials
        os.makedirs(self.folder, exist_ok=True)
        link_package(self.package, credentials.roots)

    def arguments(self, config, optimise):
        return ['config=' + config, 'build=' + self.target, 'package=' + self.package, 'tests=1', 'opt=' + optimise,
                self.program]

    def run(self, drawn, config, optimise='-O0'):
        self.outcome = types.SimpleNamespace(is_built=False, sessions=[], passed=[], failures=[])
        self.settings = drawn.settings
        self.signs = set()                      # whether its server can have a kind of credentials
        self.dice = random.Random('sessions %d' % drawn.seed)
        said = '\n'.join(drawn.warnings) or self.build(self.arguments(config, optimise))
        if said:
            self.outcome.failures.append(said)
            return self.outcome
        self.outcome.is_built = True
        self.device = Device(self.program)
        for transport in ['stream', 'datagram'] if self.has('PKG_MBEDTLS_DTLS') else ['stream']:
            self.attempt(self.certificate, transport)
            self.attempt(self.key, transport)
        if self.signs == {False}:
            self.outcome.failures.append('its server has no credentials that a client of it could use')
        return self.outcome

    @staticmethod
    def build(arguments):
        """Build; returns an error message or ''. The package's own lines are not warnings."""
        # No other build has the same objects: looking for them in the cache would cost a third more.
        code, output = scons(*arguments, env=dict(os.environ, CCACHE_DISABLE='1'))
        said = '\n'.join(line for line in output.splitlines() if not line.startswith('mbedtls: '))
        if code == 0 and 'warning:' not in said:
            return ''
        return output[-6000:] or 'exit code %d' % code

    def attempt(self, function, *arguments):
        """Note a failure and go on."""
        try:
            function(*arguments)
        except (AssertionError, Failure, RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            self.outcome.failures.append('%s %s: %s' % (function.__name__, arguments[0], error))

    def has(self, symbol):
        return self.settings.get(symbol) == 'y'

    def number(self, symbol):
        return int(self.settings[symbol])

    def options(self):
        """Options of the program for a build with a stored seed."""
        if not self.has('PKG_MBEDTLS_RANDOM_SEED'):
            return []
        path = os.path.join(self.folder, 'seed')
        record = struct.pack('<I', 1) + os.urandom(56)
        with open(path, 'wb') as seed:
            seed.write(record + struct.pack('<I', zlib.crc32(record)) + b'\xff' * 64)
        return ['--seed', path]

    def session(self, transport, port, **keys):
        if transport == 'datagram':
            keys['transport'] = transport
        return self.device.case(self.options(), host='127.0.0.1', port=port, **{**LIMITS, **keys})

    def certificate(self, transport):
        exchanges = ['PKG_MBEDTLS_KEY_EXCHANGE_' + name for name in EXCHANGES]
        self.connect(transport, {}, self.has('PKG_MBEDTLS_TLS1_3') and transport == 'stream' or
                     any(self.has(symbol) for symbol in exchanges))

    def key(self, transport):
        self.connect(transport, KEYS, self.has('PKG_MBEDTLS_PSK'))

    def connect(self, transport, keys, is_known):
        """Try all that sessions with these credentials can do over this transport."""
        with (DatagramRecorder() if transport == 'datagram' else HelloRecorder()) as recorder:
            mtu = {'mtu': 4096} if transport == 'datagram' else {}
            result = self.session(transport, recorder.port, **keys, **mtu, connect_timeout=500)
        if not recorder.hellos:
            if is_known or result['reason'] != 'unsupported':
                raise Failure('no ClientHello: %s: %s\n%s' % (result['stage'], result['what'],
                                                              result['output'][-2500:]))
            return
        hello = recorder.hellos[0]
        offered = [number for number in hello.suites if number not in SIGNALS]
        if bool(offered) != is_known:
            raise Failure('it offers %s' % (offered or 'no suite'))
        ways = {}
        for way in self.ways(transport, hello, peers.suites(offered)):
            ways.setdefault(way.kind, []).append(way)
        if not ways:
            self.refused(transport, keys)
            self.outcome.passed.append('%s: no server here has one of %s' % (
                transport, ' '.join('%04x' % number for number in offered)))
        for kind in sorted(ways):
            self.attempt(self.client, transport, self.dice.choice(ways[kind]), keys)
            served = [way for way in ways[kind] if way.suite.server == 'OpenSSL' and way.version in ('1.2', '1.3')]
            if served and self.has('PKG_MBEDTLS_SERVER'):
                self.attempt(self.serve, transport, self.dice.choice(served), bool(keys))

    def refused(self, transport, keys):
        """A server that has none of the suites refuses the session, and the device reports it."""
        with peers.any_server(transport == 'datagram', self.credentials.servers['P-256'],
                              (IDENTITY, KEYS['psk']) if keys else None) as server:
            result = self.session(transport, server.port, **keys)
        if (result['stage'], result['reason']) != ('connect', 'alert') or result['number'] not in ALERTS:
            raise Failure('no suite in common, and it says: %s\n%s' % (result['what'], result['output'][-2500:]))

    def ways(self, transport, hello, suites):
        """Combinations of suite, version and certificate key that have to connect."""
        groups, signatures = numbers(hello, SUPPORTED_GROUPS), set(numbers(hello, SIGNATURE_ALGORITHMS))
        curves = [CURVES[group] for group in groups if group in CURVES]
        for suite in suites:
            for version in self.versions(transport, suite):
                for kind in [suite.kind] if suite.kind != 'any' else ['ec', 'rsa']:
                    keys = {'psk': [''], 'ec': curves}.get(kind, ['rsa'])
                    if version == '1.3':
                        keys = [key for key in keys if SIGNATURES[key] & signatures]
                    if keys:
                        yield types.SimpleNamespace(kind=kind + ' ' + version[0:3], suite=suite, version=version,
                                                    key=self.dice.choice(keys))

    def versions(self, transport, suite):
        """The versions that both have. Only suites with SHA-1 or MD5 exist before TLS 1.2."""
        is_datagram = transport == 'datagram'
        if suite.kind == 'any':
            return [] if is_datagram or not self.has('PKG_MBEDTLS_TLS1_3') else ['1.3']
        if is_datagram and suite.is_stream:
            return []
        symbols = {'1.2': 'PKG_MBEDTLS_TLS1_2'}
        if suite.is_old:
            symbols.update({'1.1': 'PKG_MBEDTLS_DTLS1_0'} if is_datagram else
                           {'1.1': 'PKG_MBEDTLS_TLS1_1', '1.0': 'PKG_MBEDTLS_TLS1_0'})
        return [version for version, symbol in symbols.items() if self.has(symbol)]

    def prime(self):
        """The shortest, in bits, that the build takes for DHE."""
        least = int(self.settings.get('PKG_MBEDTLS_DHM_MIN_BITS') or 0)
        return min(bits for bits in self.credentials.primes if bits >= least)

    def longest(self, way):
        """The longest handshake message of the server, in bytes, at the most: certificate, key exchange, ticket."""
        signature = 256 if way.key == 'rsa' else 150 if way.key else 0
        exchange = (2 * self.prime() // 8 + 16 if way.suite.is_dhe else 140) + signature
        return max(300 if way.version != '1.3' else 250, exchange, self.credentials.lengths.get(way.key, 0) + 14)

    def whole(self, transport):
        """The longest message that the device can receive. 2.28 takes no fragments over TCP."""
        record = self.number('MBEDTLS_SSL_MAX_CONTENT_LEN')
        if transport == 'datagram' or record == 16384 or self.has('PKG_MBEDTLS_ENGINE_3_6'):
            return record
        if not self.has('PKG_MBEDTLS_MAX_FRAGMENT_LENGTH'):
            return record
        # What it announces: the length that RFC 6066 has below both buffers.
        shorter = min(record, self.number('PKG_MBEDTLS_SSL_OUT_CONTENT_LEN'))
        return max(length for length in (512, 1024, 2048, 4096) if length <= shorter)

    def fits(self, name, transport, way, room):
        """Whether the server's longest message fits into a buffer: the receiver needs it in one piece."""
        length = self.longest(way) + HEADERS[transport]
        if length > room:
            self.outcome.passed.append('%s: a message of %d bytes in a buffer of %d' % (name, length, room))
        return length <= room

    def client(self, transport, way, keys):
        name = '%s %s %s %s %s' % (transport, way.version, way.suite.server, way.suite.name, way.key)
        record = self.number('MBEDTLS_SSL_MAX_CONTENT_LEN')
        if not self.fits(name, transport, way, self.whole(transport)):
            return
        if way.suite.is_dhe and self.prime() > 8 * self.number('PKG_MBEDTLS_MPI_MAX_SIZE'):
            self.outcome.passed.append('%s: a prime of %d bits' % (name, self.prime()))
            return
        # The device's answer is as long; a header and, with a pre-shared key, the identity are added.
        sent = self.number('PKG_MBEDTLS_SSL_OUT_CONTENT_LEN')
        if way.suite.is_dhe and self.prime() // 8 + 2 + HEADERS['datagram'] + 2 + len(IDENTITY) > sent:
            self.outcome.passed.append('%s: a key of %d bits in an output buffer of %d' % (name, self.prime(), sent))
            return
        # GnuTLS splits no data by itself.
        body = BODY if way.suite.server == 'OpenSSL' or record > 2 * len(BODY) else BODY[:200]
        with peers.server(way.suite, way.version, transport == 'datagram', self.credentials.servers.get(way.key),
                          (IDENTITY, KEYS['psk']) if keys else None, record, self.credentials.primes[self.prime()],
                          {'body': body}) as server:
            more = {'pings': 2, 'size': 60} if transport == 'datagram' else {'get': '/body', 'read': 'all'}
            result = self.session(transport, server.port, **keys, **more)
            said = server.output()
        if result['code'] != 0 or (result['ret'] < 0 and result['ret'] != PEER_CLOSE_NOTIFY):
            raise Failure('%s: %s: %s (%d, %s)\n%s\nThe server:\n%s' % (
                name, result['stage'], result['what'], result['ret'], result['remedy'], result['output'][-2500:],
                said[-1500:]))
        self.check_reply(name, transport, way, body, result)
        self.outcome.sessions.append(name)

    @staticmethod
    def check_reply(name, transport, way, body, result):
        if transport == 'datagram':
            is_good = (result['echoed'], result['lost'], result['strange']) == (2, 0, 0)
        elif way.suite.server == 'OpenSSL':
            is_good = (result['received'], result['sum']) == (len(body), sum_of(body))
        else:
            is_good = result['received'] > len(body)    # behind a header of the server's own
        if not is_good:
            raise Failure('%s: another reply\n%s' % (name, result['output'][-2500:]))

    def can_sign(self, key):
        """Whether the package's server can have such a certificate."""
        if key == 'rsa':
            return not self.has('PKG_MBEDTLS_RSA_PUBLIC')
        return self.has('PKG_MBEDTLS_ECDSA_SIGN') or self.has('PKG_MBEDTLS_ENGINE_2_28')

    def serve(self, transport, way, has_secret):
        name = '%s %s server %s %s' % (transport, way.version, way.suite.name, way.key)
        certificate = self.credentials.servers.get(way.key)
        self.signs.add(not certificate or self.can_sign(way.key))
        if certificate and not self.can_sign(way.key):
            self.outcome.passed.append('%s: the server has no way to sign' % name)
            return
        room = min(self.number('PKG_MBEDTLS_SSL_OUT_CONTENT_LEN'), self.number('MBEDTLS_SSL_MAX_CONTENT_LEN'))
        if not self.fits(name, transport, way, room):
            return
        keys, client = {}, {}
        if certificate:
            keys.update(zip(('cert', 'key', 'der'), (*self.credentials.der[way.key], 1)))
            client.update(root=certificate.issuer.pem)
        if has_secret:
            keys.update(psk='%s:%s' % (IDENTITY, SECRET))
            client.update(psk=(IDENTITY, SECRET))
        is_datagram = transport == 'datagram'
        options = peers.client_options(way.suite, way.version,
                                       self.number('PKG_MBEDTLS_SERVER_DATAGRAM') if is_datagram else 0)
        with DeviceServer(self.device, self.options(), transport='udp' if is_datagram else 'tcp',
                          handshake_timeout=20000, idle_timeout=20000, **keys) as server:
            try:
                with OpenSSLClient(server.port, dtls=is_datagram, options=options, **client) as client:
                    client.echo()
            except AssertionError as error:
                raise Failure('%s: %s\nThe server:\n%s' % (name, error, server.output()[-2500:]))
        self.outcome.sessions.append(name)
