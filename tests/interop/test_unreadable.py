# SPDX-License-Identifier: Apache-2.0
"""Certificates that the engine cannot read: the report names the certificate, the part at fault, and the setting that
adds it. Chains of any length, both engines, TLS 1.2 and 1.3, DTLS, with and without verification."""
import os
import ssl

from interop.fixtures import NAME, Case
from lib.x509 import FileKey, Issuer, SEQUENCE, extension, oid, tlv
from tools.mbedtls_host import datagrams
from tools.mbedtls_host.pki import make_key, openssl
from tools.mbedtls_host.servers import OpenSSL
from tools.mbedtls_host.shared import new_folder, shared

OPERATOR = 'no setting adds this'


@shared
def folder():
    return new_folder('unreadable')


@shared
def key_of(kind):
    path = os.path.join(folder(), kind.replace(':', '-') + '.key')
    make_key(path, kind)
    return path


class Ed25519:
    """A key that signs with Ed25519."""

    algorithm = tlv(SEQUENCE, oid('1.3.101.112'))
    identifier = b'\1' * 20

    def __init__(self):
        self.path = os.path.join(new_folder('ed25519'), 'key')
        openssl('genpkey', '-algorithm', 'ed25519', '-out', self.path)
        self.public = FileKey.openssl('pkey', '-in', self.path, '-pubout', '-outform', 'DER')

    def sign(self, data):
        path = self.path + '.data'
        with open(path, 'wb') as output:
            output.write(data)
        return FileKey.openssl('pkeyutl', '-sign', '-inkey', self.path, '-rawin', '-in', path)


class Chain:
    """What the servers want, of certificates: the server's own first, with its key's file."""

    def __init__(self, certificates, key):
        place = new_folder('chain')
        self.key, self.pem, self.chain = key, os.path.join(place, 'leaf.pem'), os.path.join(place, 'chain.pem')
        texts = [ssl.DER_cert_to_PEM_cert(each.der) for each in certificates]
        for path, text in ((self.pem, texts[0]), (self.chain, ''.join(texts))):
            with open(path, 'w') as output:
                output.write(text)


def roots_file(*roots):
    path = os.path.join(new_folder('roots'), 'roots.der')
    with open(path, 'wb') as output:
        output.write(b''.join(each.der for each in roots))
    return path


class Unreadable(Case):
    """TLS 1.2 with Mbed TLS 3.6."""

    def serve(self, certificate):
        return OpenSSL(certificate, options=['-tls1_2', '-cipher', 'DEFAULT@SECLEVEL=0'])

    def report(self, certificates, root, key=None, **keys):
        certificate = Chain(certificates, key or key_of('ec:P-256'))
        with self.serve(certificate) as server:
            return self.session(server, roots=roots_file(root), form='added', name=NAME, **{**self.keys, **keys})

    keys = {}

    def check(self, result, depth, subject, what, remedy, issuer='Test Root'):
        self.assertEqual((result['stage'], result['reason'], result['step'], result['depth'], result['fd']),
                         ('connect', 'unreadable', 'certificate check', depth, -1), result['output'][-3000:])
        self.assertIn('certificate %d "%s" cannot be read: %s' % (depth, subject, what), result['what'])
        self.assertIn('issued by ' + issuer, result['what'])
        self.assertIn(remedy, result['remedy'])
        self.assertNotIn('intercepting', result['remedy'])

    def test_a_critical_extension_is_named(self):
        root = Issuer('Test Root')
        leaf_key = FileKey(key_of('ec:P-256'), 'ec')
        own = extension('1.3.6.1.4.1.55738.1', b'\5\0', True)
        policies = extension('2.5.29.32', tlv(SEQUENCE, tlv(SEQUENCE, oid('1.3.6.1.4.1.55738.2'))), True)
        leaf = root.leaf(NAME, key=leaf_key, more=[own])
        self.check(self.report([leaf], root), 0, NAME, 'critical extension: 1.3.6.1.4.1.55738.1', OPERATOR)
        above = Issuer('Policy CA', Issuer('Upper CA', root), more=[policies])
        upper = Issuer('Upper CA', root)
        self.check(self.report([above.leaf(NAME, key=leaf_key), above, upper], root), 1, 'Policy CA',
                   'critical extension: certificate policies, 2.5.29.32', OPERATOR, 'Upper CA')

    def test_a_curve_is_named_with_its_setting(self):
        root = Issuer('Test Root')
        issuer = Issuer('Brainpool CA', root, key=FileKey(key_of('ec:brainpoolP256r1'), 'ec'))
        leaf = issuer.leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        for keys in ({}, {'verify': 'nothing'}):
            with self.subTest(keys):
                self.check(self.report([leaf, issuer], root, **keys), 1, 'Brainpool CA',
                           'its key: BP256R1, 1.3.36.3.3.2.8.1.1.7',
                           'select PKG_MBEDTLS_CURVE_BP256R1')

    def test_a_key_of_another_kind_is_named(self):
        root = Issuer('Test Root')
        issuer = Issuer('Ed CA', root, key=Ed25519())
        other = Issuer('Good CA', root)
        leaf = other.leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        self.check(self.report([leaf, other, issuer], root), 2, 'Ed CA', 'its key: Ed25519, 1.3.101.112',
                   OPERATOR)

    def test_a_date_and_a_name_are_named(self):
        root = Issuer('Test Root')
        key = FileKey(key_of('ec:P-256'), 'ec')
        self.check(self.report([root.leaf(NAME, key=key, end=tlv(0x17, b'3501010000Z'))], root), 0, NAME, 'a date',
                   OPERATOR)
        result = self.report([root.leaf(NAME, key=key, end=tlv(0x17, b'350101000000+0800'))], root)
        self.assertRegex(result['what'], r'a date is malformed: \d{12}Z to 350101000000\+0800, issued by Test Root')
        result = self.report([root.leaf(NAME, key=key, issuer_name=b'\x30\0')], root)
        self.assertIn('cannot be read: the name of its issuer is empty', result['what'])

    def test_a_signature_that_is_not_in_the_build_is_named(self):
        """The engine goes on without such a certificate."""
        root = Issuer('Test Root')
        issuer = Issuer('Issuing CA', root, key=FileKey(key_of('ec:P-256'), 'ec', 'sha1'))
        good = Issuer('Issuing CA', root, key=FileKey(key_of('ec:P-256'), 'ec'))
        leaf = issuer.leaf(NAME, key=FileKey(key_of('rsa:2048'), 'rsa'))
        self.check(self.report([leaf, good], root, key=key_of('rsa:2048')), 0, NAME,
                   'its signature: ECDSA-SHA1, 1.2.840.10045.4.1', 'PKG_MBEDTLS_SHA1', 'Issuing CA')
        # An issuer, signed by a root of the device's.
        rsa = Issuer('RSA Root', key=FileKey(key_of('rsa:2048'), 'rsa'))
        weak = Issuer('RSA Root', key=FileKey(key_of('rsa:2048'), 'rsa', 'md5'))
        issuer = Issuer('Weak CA', weak, key=FileKey(key_of('ec:P-256'), 'ec'))
        leaf = issuer.leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        self.check(self.report([leaf, issuer], rsa), 1, 'Weak CA', 'its signature: RSA-MD5', 'PKG_MBEDTLS_MD5',
                   'RSA Root')

    def test_a_certificate_that_is_not_needed_is_not_blamed(self):
        root, stranger = Issuer('Test Root'), Issuer('Stranger')
        unneeded = Issuer('Unneeded CA', stranger, key=Ed25519())
        unneeded = Issuer('Unneeded Sub CA', unneeded)
        leaf = stranger.leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        result = self.report([leaf, unneeded], root)
        self.assertEqual((result['reason'], result['depth']), ('certificate', 0), result['what'])
        self.assertIn('issued by Stranger', result['what'])


class Unreadable228(Unreadable):
    build = 'legacy'


class UnreadableTls13(Unreadable):
    build = 'tls13'

    def serve(self, certificate):
        return OpenSSL(certificate, options=['-tls1_3', '-cipher', 'DEFAULT@SECLEVEL=0'])

    def test_a_certificate_that_is_not_needed_is_not_blamed(self):
        """In TLS 1.3 the engine ends the handshake if the last certificate is one that it does not read."""
        root = Issuer('Test Root')
        unneeded = Issuer('Unneeded Sub CA', Issuer('Unneeded CA', root, key=Ed25519()))
        leaf = root.leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        self.check(self.report([leaf, unneeded], root), 1, 'Unneeded Sub CA', 'its signature: Ed25519', OPERATOR,
                   'Unneeded CA')


class UnreadableDatagrams(Unreadable):
    build = 'dtls'
    keys = {'transport': 'datagram'}

    def serve(self, certificate):
        return datagrams.OpenSSL(certificate, ['-cipher', 'DEFAULT@SECLEVEL=0'])


class Pinned(Unreadable):
    """One certificate, which the engine does not read: it goes on with none at all, and UBSan stops at that."""

    build = 'pinned'

    PINS = ({'pins': 'sha256//' + 'A' * 43 + '='}, {'verify': 'pins', 'pins': 'sha256//' + 'A' * 43 + '='})

    def test_a_chain_of_one(self):
        root = Issuer('Test Root')
        leaf = Issuer('Ed CA', root, key=Ed25519()).leaf(NAME, key=FileKey(key_of('ec:P-256'), 'ec'))
        for keys in ({}, {'verify': 'nothing'}) + self.PINS:
            with self.subTest(keys):
                self.check(self.report([leaf], root, **keys), 0, NAME, 'its signature: Ed25519, 1.3.101.112',
                           OPERATOR, 'Ed CA')


class AloneTls13(UnreadableTls13):
    """Without verification the engine goes on with an empty certificate until it needs the key."""

    PINS = ()
    test_a_chain_of_one = Pinned.test_a_chain_of_one


class AloneTls12(AloneTls13):
    """The same build with the older version."""

    serve = Unreadable.serve
    test_a_certificate_that_is_not_needed_is_not_blamed = Unreadable.test_a_certificate_that_is_not_needed_is_not_blamed
