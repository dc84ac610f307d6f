# SPDX-License-Identifier: Apache-2.0
"""Shared by the tests of this folder: one set of certificates in a run, and the
device programs that trust its roots, each built once.

    class Something(fixtures.Case):
        build = 'default'
        def test_...(self):
            with OpenSSL(self.pki.server) as server:
                self.connect(server)
"""
import os
import tempfile
import types
import unittest

from tools.mbedtls_host.device import Device
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import GnuTLS, put_files
from tools.mbedtls_host.shared import new_folder, shared

NAME = 'www.example.test'
HERE = ['IP:127.0.0.1', 'IP:::1']

SERVER = ['PKG_MBEDTLS_SERVER=y', 'PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y',
          'PKG_MBEDTLS_SSL_OUT_CONTENT_LEN=4096', 'PKG_MBEDTLS_SERVER_EXAMPLE=y']

DATAGRAMS = ['PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_CCM=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y',
             'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_PSK=y']

EXTRAS = ['PKG_USING_MBEDTLS_DEBUG=y', 'PKG_MBEDTLS_SAL=y', 'PKG_MBEDTLS_ALPN=y', 'PKG_MBEDTLS_SESSION_TICKETS=y', 'PKG_MBEDTLS_PINNING=y',
          'PKG_MBEDTLS_RENEGOTIATION=y', 'PKG_MBEDTLS_ENTROPY=y', 'PKG_MBEDTLS_LOG_LEVEL=2']

# Every extension that can be left out of the ClientHello is left out; the input buffer is small and not announced.
BARE = ['PKG_MBEDTLS_SERVER_NAME_INDICATION=n', 'PKG_MBEDTLS_EXTENDED_MASTER_SECRET=n', 'PKG_MBEDTLS_CBC=y',
        'PKG_MBEDTLS_ENCRYPT_THEN_MAC=n', 'PKG_MBEDTLS_SSL_VARIABLE_BUFFER=n', 'PKG_MBEDTLS_MAX_FRAGMENT_LENGTH=n',
        'MBEDTLS_SSL_MAX_CONTENT_LEN=4096', 'PKG_MBEDTLS_RSA_PSS=y']

# What the harnesses of tests/fuzz reach and those profiles leave out.
FUZZED = ['PKG_MBEDTLS_PINNING=y', 'PKG_MBEDTLS_TRUST_FILE=y']

# Every build of the package that these tests need.
BUILDS = {
    'default': {},
    'tls13': {'settings': ['PKG_MBEDTLS_TLS1_3=y']},
    'short': {'settings': ['MBEDTLS_SSL_MAX_CONTENT_LEN=4096', 'PKG_MBEDTLS_SSL_OUT_CONTENT_LEN=4096']},
    'legacy': {'settings': ['PKG_MBEDTLS_ENGINE_2_28=y']},
    'fixed': {'settings': ['PKG_MBEDTLS_SSL_VARIABLE_BUFFER=n']},
    'clang': {'cc': 'clang', 'sanitize': 'address,undefined'},        # the engine too
    # These two have the settings of unit tests, which share their objects.
    'tls13-alone': {'settings': ['PKG_MBEDTLS_TLS1_3=y', 'PKG_MBEDTLS_TLS1_2=n', 'PKG_MBEDTLS_TLS1_3_SESSIONS=1',
                                 'PKG_MBEDTLS_SERVER=y']},
    'psk-only': {'settings': ['PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y',
                              'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA=n', 'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA=n',
                              'PKG_MBEDTLS_SERVER=y', 'PKG_USING_MBEDTLS_USER_CERTS=n']},
    'pinned': {'settings': ['PKG_MBEDTLS_PINNING=y']},
    'everything': {'profile': 'everything', 'sanitize': 'address,undefined', 'settings': FUZZED},
    'everything-2.28': {'profile': 'everything-2.28', 'sanitize': False, 'settings': FUZZED},
    'extras': {'settings': EXTRAS + ['PKG_MBEDTLS_TLS1_3=y', 'PKG_MBEDTLS_DEBUG_LEVEL=0']},
    'extras-legacy': {'settings': EXTRAS + BARE + ['PKG_MBEDTLS_ENGINE_2_28=y', 'PKG_MBEDTLS_DEBUG_LEVEL=1',
                                                   'PKG_MBEDTLS_SSL_EXPORT_KEYS=y']},
    'bare': {'settings': BARE + ['PKG_MBEDTLS_CLOCK_NONE=y']},
    'dtls': {'settings': DATAGRAMS + ['RT_USING_LWIP=y']},
    'dtls-legacy': {'settings': DATAGRAMS + ['PKG_MBEDTLS_ENGINE_2_28=y', 'PKG_MBEDTLS_DTLS1_0=y']},
    'server': {'settings': SERVER},
    'server-no-cid': {'settings': SERVER + ['PKG_MBEDTLS_DTLS_CID=n']},
    'server-legacy': {'settings': SERVER + ['PKG_MBEDTLS_ENGINE_2_28=y', 'PKG_MBEDTLS_DTLS1_0=y']},
    'server-tls13': {'settings': SERVER + ['PKG_MBEDTLS_TLS1_3=y']},
}

# Settings that keep nginx's header shorter than result['head'].
SHORT_HEADER = 'server_tokens off; etag off; max_ranges 0; add_header Last-Modified ""; '

# Codes of mbedtls/ssl.h, mbedtls/x509.h, mbedtls/net_sockets.h and tls_error.h.
PEER_CLOSE_NOTIFY = -0x7880
BAD_INPUT_DATA = -0x7100
VERIFY_FAILED = -0x2700
CONNECT_FAILED = -0x0044
TIMEOUT = -0x9001

# Flags of mbedtls/x509.h.
CN_MISMATCH = 0x04
NOT_TRUSTED = 0x08


@shared
def pki():
    """Two roots that the devices trust, one that they do not, and servers below them."""
    folder = new_folder('interop')

    ec_root = Authority('EC Root', folder, 'ec:P-256')
    rsa_root = Authority('RSA Root', folder, 'rsa:4096')
    ec_ca = ec_root.authority('EC Issuing CA', 'ec:P-384')
    rsa_ca = rsa_root.authority('RSA Issuing CA', 'rsa:2048')
    ec_below_rsa = rsa_root.authority('EC Issuing CA below RSA', 'ec:P-256')
    rsa_below_ec = ec_root.authority('RSA Issuing CA below EC', 'rsa:2048')

    # From the server's own key upwards.
    chains = {
        'P-256, P-256 root': ec_root.server(NAME, HERE, 'ec:P-256'),
        'P-256, RSA-4096 root': rsa_root.server(NAME, HERE, 'ec:P-256'),
        'RSA-2048, RSA-4096 root': rsa_root.server(NAME, HERE, 'rsa:2048'),
        'RSA-2048, P-256 root': ec_root.server(NAME, HERE, 'rsa:2048'),
        'P-384, P-384, P-256 root': ec_ca.server(NAME, HERE, 'ec:P-384'),
        'P-256, P-256, RSA-4096 root': ec_below_rsa.server(NAME, HERE, 'ec:P-256'),
        'P-256, RSA-2048, P-256 root': rsa_below_ec.server(NAME, HERE, 'ec:P-256'),
        'RSA-4096, RSA-2048, RSA-4096 root': rsa_ca.server(NAME, HERE, 'rsa:4096'),
        'RSA-2048, P-384, RSA-2048, RSA-4096 root':
            rsa_ca.authority('EC CA below RSA CA', 'ec:P-384').server(NAME, HERE, 'rsa:2048'),
        'P-384, RSA-2048, P-384, P-256 root':
            ec_ca.authority('RSA CA below EC CA', 'rsa:2048').server(NAME, HERE, 'ec:P-384'),
    }
    all_roots = os.path.join(folder, 'all-roots.pem')
    with open(all_roots, 'w') as output:
        for one in (ec_root, rsa_root):
            with open(one.pem) as source:
                output.write(source.read())
    return types.SimpleNamespace(
        all_roots=all_roots, roots=[ec_root.pem, rsa_root.pem], root=ec_root, chains=chains,
        server=chains['P-384, P-384, P-256 root'],
        ec=chains['P-256, P-256 root'],
        rsa=chains['RSA-2048, RSA-4096 root'],
        stranger=Authority('Unknown Root', folder, 'ec:P-256').server(NAME, HERE))


@shared
def device(name):
    return Device.build('interop-' + name, pki().roots, **BUILDS[name])


@shared
def harnesses(name):
    """The harnesses of tests/fuzz with the objects of a build."""
    return Device.build('interop-' + name, pki().roots, program='fuzz/fuzz', **BUILDS[name]).program


class Case(unittest.TestCase):
    """Tests of one build of the package."""

    build = 'default'

    @classmethod
    def setUpClass(cls):
        cls.pki = pki()
        cls.device = device(cls.build)

    def session(self, server, **keys):
        """A session with a server, by its address unless a host is named."""
        return self.device.case(**{'host': server.host, 'port': server.port, **keys})

    def connect(self, server, **keys):
        """A session that has to succeed from the handshake to the end."""
        result = self.session(server, **keys)
        if (result['ret'] < 0 and result['ret'] != PEER_CLOSE_NOTIFY) or result['code'] != 0:
            self.fail('%s: %s\n%s' % (result['stage'], result['what'], result['output'][-4000:]))
        return result

    def check_body(self, result, body):
        """Check that an answer over HTTP has this body: its header is known, so its checksum is."""
        header, end, _ = result['head'].partition('\r\n\r\n')
        self.assertEqual(end, '\r\n\r\n', 'the header does not fit: ' + result['head'])
        header = (header + end).encode()
        self.assertEqual(result['received'], len(header) + len(body))
        self.assertEqual(result['sum'], sum_of(header + body))

    def refuse(self, server, flags, **keys):
        """A session that has to refuse the server's certificate with exactly these flags."""
        result = self.session(server, **keys)
        self.assertEqual((result['stage'], result['ret'], result['reason'], result['flags'], result['fd']),
                         ('connect', VERIFY_FAILED, 'certificate', flags, -1), result['output'])
        return result


def gnutls_with_body(certificate, body, **options):
    """gnutls-serv that answers every request with a body; its echo can only send text."""
    server = GnuTLS(certificate, options=['--http', '--httpdata', 'body'], **options)
    put_files(server.folder, {'body': body})
    return server


def with_root(certificate):
    """The same server, which sends its root as well."""
    path = certificate.path()
    handle, chain = tempfile.mkstemp('.pem', 'with-root-', certificate.folder)
    with open(handle, 'w') as output:
        for one in path + [path[-1].issuer]:
            with open(one.pem) as source:
                output.write(source.read())
    return types.SimpleNamespace(pem=certificate.pem, key=certificate.key, chain=chain)


def resolve(name, *addresses):
    """Options that make a name lead to addresses."""
    return ['--resolve', '%s=%s' % (name, ','.join(addresses))]


def pattern(length):
    """The bytes that tls_case sends and expects (pattern_at in tests/device/tls_case.c)."""
    return bytes((i * 31 + i // 251) & 0xFF for i in range(length))


def sum_of(data):
    """The checksum that tls_case computes of received bytes."""
    total = 0
    for byte in data:
        total = (total * 33 + byte) & 0xFFFFFFFF
    return total
