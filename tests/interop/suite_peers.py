# SPDX-License-Identifier: Apache-2.0
"""Servers with many suites. The peer of a suite is the first server that has it.

    with Peers() as peers:
        cells = [peers.cell(number, name, 'read=all') for number, name in suites]
        results = run(device, cells)

OpenSSL comes first, then GnuTLS, and the engine's own server has the rest.
"""
import concurrent.futures
import contextlib
import functools
import json
import os
import re
import subprocess
import types

from interop import fixtures
from interop.fixtures import HERE, NAME
from tools.mbedtls_host.device import REASONS
from lib.engine_server import EngineServer
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import GnuTLS, OpenSSL, put_files
from tools.mbedtls_host.shared import shared

SIZE = 10000                            # bytes of an answer
PATH = '/'.join(['', *['x' * 200] * 5, 'body'])         # makes a request of 1 KB
PSK, IDENTITY = b'a_common_secret_', 'device'

OPENSSL_1_3 = ('TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:'
               'TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256')
OPENSSL_ALL = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'
GNUTLS_ALL = 'NORMAL:-VERS-TLS1.3:+' + ':+'.join('''
    ARCFOUR-128 3DES-CBC CAMELLIA-128-CBC CAMELLIA-256-CBC CAMELLIA-128-GCM CAMELLIA-256-GCM AES-128-CCM-8 AES-256-CCM-8
    MD5 SHA256 SHA384 PSK DHE-PSK ECDHE-PSK RSA-PSK DHE-RSA'''.split())

# The menu's curves in the engine's words, and in OpenSSL's.
CURVES = {'x25519': 'X25519', 'secp192r1': 'prime192v1', 'secp256r1': 'prime256v1',
          **{name: name for name in ('secp384r1', 'secp521r1', 'secp224r1', 'secp256k1', 'secp224k1', 'secp192k1',
                                     'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1')}}

# For the static ECDH key exchange the server's key has to be allowed to agree on one.
AGREEING = '''
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyAgreement
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
'''


def key_exchange(name):
    """RSA, ECDHE-PSK... of a suite in the engine's words; TLS 1.3 has its own."""
    return 'TLS 1.3' if name.startswith('TLS1-3-') else name[len('TLS-'):].partition('-WITH-')[0]


def needs_key(name):
    return key_exchange(name).endswith('PSK')


def cell(port, name, peer, *more):
    """A session that offers a suite alone."""
    keys = ['host=127.0.0.1', 'port=%d' % port, 'suite=' + name, *more]
    if needs_key(name):
        keys += ['psk=' + PSK.hex(), 'identity=' + IDENTITY]
    return types.SimpleNamespace(suite=name, peer=peer, command='tls_case ' + ' '.join(keys))


def certificates(ec_root, rsa_root):
    """A server's for each kind of key exchange."""
    return types.SimpleNamespace(
        ec=ec_root.server(NAME, HERE, 'ec:P-256'), rsa=rsa_root.server(NAME, HERE, 'rsa:2048'),
        ecdh_ecdsa=ec_root.server(NAME, HERE, 'ec:P-256', extensions=AGREEING),
        ecdh_rsa=rsa_root.server(NAME, HERE, 'ec:P-256', extensions=AGREEING))


@shared
def trusted():
    pki = fixtures.pki()
    return certificates(pki.root, pki.chains['RSA-2048, RSA-4096 root'].issuer)


@shared
def strange():
    """The same below roots that the devices do not know."""
    folder = os.path.dirname(fixtures.pki().root.pem)
    return certificates(Authority('Strange EC root', folder, 'ec:P-256'),
                        Authority('Strange RSA root', folder, 'rsa:2048'))


def numbers(*command):
    """The suites that a program lists, by their numbers."""
    text = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return {int(high + low, 16) for high, low in re.findall(r'0x([0-9a-fA-F]{2}), ?0x([0-9a-fA-F]{2})', text)}


@functools.lru_cache(None)
def known():
    """(suites of OpenSSL, suites of GnuTLS)"""
    return (numbers('openssl', 'ciphers', '-V', '-ciphersuites', OPENSSL_1_3, OPENSSL_ALL),
            numbers('gnutls-cli', '--priority', GNUTLS_ALL, '-l'))


class Peers(contextlib.ExitStack):
    """The servers; dh: bits of the primes for DHE of those where it can be chosen (OpenSSL, the engine's)."""

    def __init__(self, pki=None, psk=PSK, dh=2048):
        super().__init__()
        self.pki, self.psk, self.dh = pki or trusted(), psk, dh
        self.servers = {}

    def server(self, kind):
        """OpenSSL, GnuTLS, or the engine's with one certificate or another; each is started at its first use."""
        if kind not in self.servers:
            self.servers[kind] = self.enter_context(getattr(self, kind)())
        return self.servers[kind]

    def openssl(self):
        pki = self.pki
        return OpenSSL(pki.rsa, mode='-HTTP', files={PATH[1:]: fixtures.pattern(SIZE)}, options=[
            '-dcert', pki.ec.pem, '-dkey', pki.ec.key, '-psk', self.psk.hex(), '-cipher', OPENSSL_ALL,
            '-ciphersuites', OPENSSL_1_3, '-dhparam', dh_parameters(self.dh), '-groups', ':'.join(CURVES.values())])

    def gnutls(self):
        # The paths are relative to the server's own folder.
        server = GnuTLS(self.pki.rsa, priority=GNUTLS_ALL, options=[
            '--x509certfile', self.pki.ec.chain, '--x509keyfile', self.pki.ec.key, '--pskpasswd', 'keys', '--http',
            '--httpdata', 'body'])
        put_files(server.folder, {'keys': b'%s:%s\n' % (IDENTITY.encode(), self.psk.hex().encode()),
                                  'body': fixtures.pattern(SIZE)})
        return server

    def engine(self):
        return self.engine_with(self.pki.rsa, self.pki.ec)

    def engine_ecdh_rsa(self):
        return self.engine_with(self.pki.ecdh_rsa)

    def engine_ecdh_ecdsa(self):
        return self.engine_with(self.pki.ecdh_ecdsa)

    def engine_with(self, certificate, second=None):
        options = ['dhm_file=' + dh_parameters(self.dh)]
        if second:
            options += ['crt_file2=' + second.chain, 'key_file2=' + second.key]
        return EngineServer(certificate, psk=self.psk, identity=IDENTITY, size=SIZE, options=options)

    def peer_of(self, number, name):
        """The kind of server that has a suite."""
        openssl, gnutls = known()
        if number in openssl:
            return 'openssl'
        if number in gnutls:
            return 'gnutls'
        return {'ECDH-RSA': 'engine_ecdh_rsa', 'ECDH-ECDSA': 'engine_ecdh_ecdsa'}.get(key_exchange(name), 'engine')

    def cell(self, number, name, *more):
        """A session with the peer that has the suite; more: keys of tls_case."""
        peer = self.peer_of(number, name)
        return cell(self.server(peer).port, name, peer, *more)


@shared
def dh_parameters(bits):
    """A file with a prime: of RFC 7919, or the short one of RFC 3526."""
    path = os.path.join(os.path.dirname(fixtures.pki().root.pem), 'dh-%d.pem' % bits)
    group = 'ffdhe%d' % bits if bits >= 2048 else 'modp_%d' % bits
    subprocess.run(['openssl', 'genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:' + group, '-out', path],
                   check=True)
    return path


def sessions(device, cells):
    """One device process makes the sessions of all cells; returns their results."""
    code, output = device.run(';'.join(cell.command for cell in cells), timeout=600)
    parts = re.split(r'^RESULT (.*)\n', output, flags=re.MULTILINE)
    results = [json.loads(line) for line in parts[1::2]]
    if code != 0 or len(results) != len(cells):
        raise AssertionError('exit code %d, %d of %d sessions:\n%s' % (code, len(results), len(cells), output[-4000:]))
    for result, text in zip(results, parts[0::2]):
        result['reason'] = REASONS[result['reason']]
        result['output'] = text
    return results


def run(device, cells):
    """[(cell, result)] of all cells, in two device processes at a time."""
    halves = [cells[0::2], cells[1::2]]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda half: sessions(device, half) if half else [], halves))
    return [pair for half, results in zip(halves, done) for pair in zip(half, results)]
