# SPDX-License-Identifier: Apache-2.0
"""Each profile of defconfig/ against real servers: it connects to the servers that it is for, and every
profile checks the chain, the name, the dates and the key's usage."""
import os
import types
import unittest

from interop import fixtures
from interop.fixtures import CN_MISMATCH, HERE, NAME, NOT_TRUSTED, Case
from interop.recorders import Recorder
from tools.mbedtls_host import datagrams
from tools.mbedtls_host.device import REPOSITORY, Device
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL
from tools.mbedtls_host.shared import shared

EXPIRED = 0x01
FUTURE = 0x0200
EXT_KEY_USAGE = 0x1000
BODY = 20000

# The certificates of each profile, and its suite if it has a single one (OpenSSL's name).
PROFILES = {
    'legacy': ('ec rsa', None),
    'lowest-ram': ('ec', 'ECDHE-ECDSA-AES128-GCM-SHA256'),
    'manual-default': ('ec rsa', None),
    'manual-optimised': ('rsa', 'AES256-SHA256'),
    'manual-optimised-3.6': ('rsa', 'AES256-SHA256'),
    'minimal-ecdsa': ('ec', 'ECDHE-ECDSA-AES128-GCM-SHA256'),
    'minimal-ecdsa-rsa': ('ec rsa', 'ECDHE-{}-AES128-GCM-SHA256'),
    'minimal-rsa': ('rsa', 'ECDHE-RSA-AES128-GCM-SHA256'),
    'modern': ('ec rsa', None),
}
CLIENT_ONLY = '''
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = clientAuth
'''


@shared
def pki(kind):
    """A root with one kind of key, and valid and invalid certificates below it."""
    key = {'ec': 'ec:P-256', 'rsa': 'rsa:2048'}[kind]
    folder = os.path.dirname(fixtures.pki().root.pem)
    root = Authority(kind + ' profile root', folder, key)
    return types.SimpleNamespace(
        root=root, good=root.server(NAME, HERE, key),
        bad={
            'unknown CA': (Authority(kind + ' other root', folder, key).server(NAME, HERE, key), NOT_TRUSTED),
            'another name': (root.server('other.test', ['DNS:another.test'], key), CN_MISMATCH),
            'expired': (root.server(NAME, HERE, key, start=-20, end=-10), EXPIRED),
            'not yet valid': (root.server(NAME, HERE, key, start=10, end=20), FUTURE),
            'a client\'s': (root.server(NAME, HERE, key, extensions=CLIENT_ONLY), EXT_KEY_USAGE),
        })


@shared
def device(name):
    """The profile's build, which trusts the roots of its kinds of keys."""
    return Device.build('profile-' + name, [pki(kind).root.pem for kind in PROFILES[name][0].split()], profile=name,
                        sanitize=name == 'minimal-ecdsa-rsa')


class Profiles(Case):

    @classmethod
    def setUpClass(cls):
        pass

    def check(self, name):
        kinds, suite = PROFILES[name]
        self.device = device(name)
        for kind in kinds.split():
            self.check_good(kind, suite and suite.format('ECDSA' if kind == 'ec' else 'RSA'))
            self.check_floor(kind)

    def check_good(self, kind, suite):
        certificate, body = pki(kind).good, fixtures.pattern(BODY)
        options = ['-cipher', suite] if suite else []
        with OpenSSL(certificate, files={'body': body}, mode='-HTTP', options=options) as server:
            result = self.connect(server, get='/body', read='all')
        self.assertEqual((result['received'], result['sum']), (BODY, fixtures.sum_of(body)), result['output'])
        # A key exchange without forward secrecy is not in the defaults of the others.
        if suite is None or suite.startswith('ECDHE'):
            for server_class in (GnuTLS, Nginx):
                with self.subTest(kind=kind, server=server_class.__name__), server_class(certificate) as server:
                    self.connect(server)

    def check_floor(self, kind):
        for name, (certificate, flags) in pki(kind).bad.items():
            with self.subTest(kind=kind, certificate=name), OpenSSL(certificate, options=['-cipher', 'ALL']) as server:
                result = self.session(server)
                self.assertEqual((result['stage'], result['reason'], result['flags'], result['fd']),
                                 ('connect', 'certificate', flags, -1), result['output'])
                self.assertLess(result['ret'], 0)


    def test_records_of_every_size_pass_both_ways(self):
        """One byte in each record: the server sends each one back at once."""
        for name, longest in (('minimal-ecdsa', 1024), ('minimal-ecdsa-rsa', 1024), ('lowest-ram', 512)):
            self.device = device(name)
            with self.subTest(profile=name), Recorder(pki('ec').good) as server:
                result = self.connect(server, pings=longest, size=1, grow=1)
                self.assertEqual((result['echoed'], result['lost'], result['strange']), (longest, 0, 0))


def _test_of(name):
    return lambda self: self.check(name)


for _name in PROFILES:
    setattr(Profiles, 'test_%s_connects_and_keeps_the_floor' % _name.replace('-', '_').replace('.', '_'),
            _test_of(_name))


class Datagrams(Case):
    """Those over UDP: one with certificates, one with a key."""

    def talk(self, server, **keys):
        result = self.connect(server, transport='datagram', pings=3, size=60, **keys)
        self.assertEqual((result['echoed'], result['lost'], result['strange']), (3, 0, 0), result['output'])

    @classmethod
    def setUpClass(cls):
        pass

    def test_minimal_dtls_ecdsa_connects_and_keeps_the_floor(self):
        self.device = Device.build('profile-minimal-dtls-ecdsa', [pki('ec').root.pem], profile='minimal-dtls-ecdsa',
                                   sanitize=False)
        for suite in ('ECDHE-ECDSA-AES128-CCM', 'ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0'):
            with datagrams.OpenSSL(pki('ec').good, ['-cipher', suite]) as server:
                self.talk(server)
        for name, (certificate, flags) in pki('ec').bad.items():
            with self.subTest(certificate=name), datagrams.OpenSSL(certificate, ['-cipher', 'ALL']) as server:
                result = self.session(server, transport='datagram')
                self.assertEqual((result['stage'], result['reason'], result['flags'], result['fd']),
                                 ('connect', 'certificate', flags, -1), result['output'])

    def test_minimal_dtls_psk_connects_and_refuses_another_key(self):
        self.device = Device.build('profile-minimal-dtls-psk', [], profile='minimal-dtls-psk', sanitize=False)
        for suite in ('PSK-AES128-CCM', 'PSK-AES128-CCM8:@SECLEVEL=0'):
            with datagrams.OpenSSL(psk=('me', '00112233445566778899aabbccddeeff'),
                                   options=['-cipher', suite]) as server:
                self.talk(server, psk='00112233445566778899aabbccddeeff', identity='me')
                result = self.session(server, transport='datagram', psk='ff' * 16, identity='me', connect_timeout=1500)
                self.assertEqual((result['stage'], result['fd']), ('connect', -1), result['output'])


class Folder(unittest.TestCase):

    def test_every_profile_is_tested(self):
        """Every profile is tested here, in test_suites.py, or (the default) in all other files."""
        self.assertEqual(sorted(os.listdir(os.path.join(REPOSITORY, 'defconfig'))),
                         sorted(['default', 'everything', 'everything-2.28', 'minimal-dtls-ecdsa', 'minimal-dtls-psk',
                                 *PROFILES]))
