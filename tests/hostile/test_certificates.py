# SPDX-License-Identifier: Apache-2.0
"""Certificates that a session must refuse, and the report about each."""
import base64
import datetime
import subprocess
import time
import unittest
from random import Random

from lib.x509 import FileKey, Issuer, extension
from tools.mbedtls_host.pki import Authority, CA_EXTENSIONS, SERVER_EXTENSIONS, openssl

from . import common
from .rogue import Rogue
from .common import (BAD_KEY, BAD_MD, CN_MISMATCH, EXPIRED, EXT_KEY_USAGE, FUTURE, HOST, KEY_USAGE, NAME,
                     NOT_TRUSTED, VERIFY_FAILED, Server, chain_file, pki)

MANUAL = 'verify peer certificate fail....'
SENTENCES = {
    EXPIRED: 'The certificate validity has expired',
    FUTURE: 'The certificate validity starts in the future',
    CN_MISMATCH: 'The certificate Common Name (CN) does not match with the expected CN',
    NOT_TRUSTED: 'The certificate is not correctly signed by the trusted CA',
    KEY_USAGE: 'Usage does not match the keyUsage extension',
    EXT_KEY_USAGE: 'Usage does not match the extendedKeyUsage extension',
    BAD_MD: 'The certificate is signed with an unacceptable hash.',
    BAD_KEY: 'The certificate is signed with an unacceptable key',
}
DAY = 86400

NOT_A_CA = '''\
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyCertSign
'''
NO_CERT_SIGN = '''\
basicConstraints = critical,CA:TRUE
keyUsage = critical,cRLSign
'''
PATH_ZERO = '''\
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
'''
NO_CONSTRAINTS = '''\
keyUsage = critical,keyCertSign,cRLSign
'''


def date(offset):
    return (datetime.datetime.utcnow() + datetime.timedelta(days=offset)).strftime('%Y-%m-%d')


class RefusedCertificates(unittest.TestCase, common.Checks):

    @classmethod
    def setUpClass(cls):
        cls.device = common.device()
        cls.pki = pki()

    def connect(self, server, options=(), **keys):
        keys.setdefault('host', HOST)
        return self.device.case(options=options, port=server.port, **keys)

    def refused(self, certificate, flags, depth, what, remedy, chain=None, key=None, options=(), **keys):
        """The session fails with these flags (and only these) of the certificate at depth."""
        with Server(certificate, chain=chain, key=key) as server:
            result = self.connect(server, options, read='all', **keys)
        sentences = [sentence for flag, sentence in SENTENCES.items() if flags & flag]
        self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', depth=depth,
                          log=[MANUAL] + ['verification info: ! ' + sentence for sentence in sentences],
                          what=what, remedy=remedy)
        self.assertEqual(hex(result['flags']), hex(flags), result['what'])
        return result

    # Dates.

    def test_connect_reports_expired_certificate(self):
        leaf = self.pki.issuing.server(NAME, names=['IP:' + HOST], start=-30, end=-3)
        self.refused(leaf, EXPIRED, 0, ['"%s"' % NAME, 'valid until ' + date(-3), 'the clock says ' + date(0)],
                     'operator has to renew it')

    def test_connect_reports_expired_intermediate(self):
        issuing = self.pki.root.authority('Hostile Past Issuing', start=-30, end=-3)
        leaf = issuing.server(NAME, names=['IP:' + HOST])
        self.refused(leaf, EXPIRED, 1, ['"Hostile Past Issuing"', 'valid until ' + date(-3)],
                     'operator has to renew it')

    def test_connect_reports_expired_root(self):
        now = int(time.time())
        result = self.refused(self.pki.brief_server, EXPIRED, 1,
                              ['"Hostile Brief Root"', 'valid until ' + date(30), 'the clock says ' + date(60)], '',
                              options=['--clock', str(now + 60 * DAY)])
        # No server can renew a root that is compiled into the device.
        self.assertNotIn("the server's operator has to renew it", result['remedy'])

    def test_connect_reports_certificate_from_the_future(self):
        leaf = self.pki.issuing.server(NAME, names=['IP:' + HOST], start=3, end=30)
        self.refused(leaf, FUTURE, 0, ['"%s"' % NAME, 'valid from ' + date(3), 'the clock says ' + date(0)],
                     ['date or ntp_sync', 'user guide 5.2'])

    def test_connect_reports_intermediate_from_the_future(self):
        issuing = self.pki.root.authority('Hostile Coming Issuing', start=3, end=30)
        leaf = issuing.server(NAME, names=['IP:' + HOST])
        self.refused(leaf, FUTURE, 1, ['"Hostile Coming Issuing"', 'valid from ' + date(3)], 'date or ntp_sync')

    # Names.

    def test_connect_reports_wrong_address(self):
        leaf = self.pki.issuing.server(NAME, names=['IP:127.0.0.2'])
        self.refused(leaf, CN_MISMATCH, 0, ['"%s"' % NAME, 'names that match: %s, 127.0.0.2' % NAME],
                     'options.server_name')

    def test_connect_reports_wrong_name(self):
        rules = ['--resolve', 'other.test=' + HOST]
        self.refused(self.pki.server, CN_MISMATCH, 0, 'names that match: %s, %s' % (NAME, HOST),
                     'options.server_name', options=rules, host='other.test')

    def test_connect_reports_wrong_server_name_option(self):
        self.refused(self.pki.server, CN_MISMATCH, 0, 'names that match: ' + NAME, 'options.server_name',
                     name='other.test')

    def test_connect_refuses_similar_names(self):
        leaf = self.pki.issuing.server('*.wild.test', names=['DNS:*.*.deep.test', 'DNS:w*.part.test'])
        names = ['wild.test', 'a.b.wild.test', 'xwild.test', 'www.wild.test.evil.test', 'a.b.deep.test',
                 'www.part.test', '.wild.test']
        with Server(leaf) as server:
            for name in names:
                with self.subTest(name):
                    result = self.connect(server, name=name)
                    self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', flags=CN_MISMATCH)
            self.check_connected(self.connect(server, name='www.wild.test', read='all'))

    def test_connect_refuses_common_name_where_there_are_alternative_names(self):
        leaf = self.pki.issuing.server(NAME, names=[], extensions=SERVER_EXTENSIONS +
                                       'subjectAltName = DNS:elsewhere.test\n')
        self.refused(leaf, CN_MISMATCH, 0, 'names that match: elsewhere.test', 'options.server_name', name=NAME)

    def test_connect_refuses_address_that_stands_in_the_common_name_only(self):
        leaf = self.pki.issuing.server(HOST, names=[], extensions=SERVER_EXTENSIONS +
                                       'subjectAltName = DNS:%s\n' % NAME)
        self.refused(leaf, CN_MISMATCH, 0, 'names that match: ' + NAME, 'options.server_name')

    def test_connect_refuses_address_that_stands_as_a_dns_name_only(self):
        leaf = self.pki.issuing.server(HOST)
        self.refused(leaf, CN_MISMATCH, 0, 'names that match: none', 'subjectAltName')

    def test_control_characters_of_names_do_not_reach_the_terminal(self):
        names = {'quiet.subject.test': 'q\x1b[2J\r\n\x07\x7f\x1b[', 'quiet.name.test': 'n\x1b]0;x\x07\x9b\n',
                 'Hostile Stranger': 'i\x1b[31m\r\n\x08\x0e'}
        wild = {old: new.ljust(len(old), 'e') for old, new in names.items()}
        seen = {old: ''.join(c if ' ' <= c <= '~' else '?' for c in new) for old, new in wild.items()}
        for issuer, second in ((self.pki.issuing, ''), (self.pki.stranger, 'Hostile Stranger')):
            with self.subTest(issuer=issuer.subject):
                leaf = issuer.server('quiet.subject.test', names=[], extensions=SERVER_EXTENSIONS +
                                     'subjectAltName = DNS:quiet.name.test\n')
                patch(leaf, wild.items())
                with Server(leaf) as server:
                    result = self.connect(server)
                # check_failed() looks for control characters in the log.
                self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check',
                                  what=['"%s"' % seen['quiet.subject.test'], seen.get(second, 'names that match: none')])

    def test_name_with_a_nul_is_not_cut_at_it(self):
        leaf = self.pki.issuing.server(NAME + 'Z.evil.test')
        patch(leaf, [(NAME + 'Z.evil.test', NAME + '\0.evil.test')])
        for name in (NAME, NAME + '.'):
            with self.subTest(name):
                result = self.refused(leaf, CN_MISMATCH, 0, '"device.test?.evil.test"', 'subjectAltName',
                                      name=name)
                self.assertNotIn('\0', result['output'])

    def test_long_names_are_cut_and_do_no_harm(self):
        leaf = self.pki.issuing.server('x' * 64, names=['DNS:' + '.'.join(['y' * 60] * 4)] * 4)
        with Server(leaf) as server:
            result = self.connect(server)
        self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', flags=CN_MISMATCH,
                          what=['"' + 'x' * 63 + '"', 'names that match: ' + 'x' * 64])

    # Issuers.

    def test_connect_reports_unknown_issuer(self):
        self.refused(self.pki.stranger_server, NOT_TRUSTED, 0, ['"%s"' % NAME, 'issued by Hostile Stranger'],
                     ['root certificate of this issuer into certs/', 'Select Root Certificate'])

    def test_connect_reports_unknown_issuer_of_the_chain_s_end(self):
        issuing = self.pki.stranger.authority('Stranger Issuing')
        leaf = issuing.server(NAME, names=['IP:' + HOST])
        self.refused(leaf, NOT_TRUSTED, 1, ['"Stranger Issuing"', 'issued by Hostile Stranger'], 'into certs/')

    def test_connect_reports_self_signed_certificate(self):
        for kind in ('ec:P-256', 'rsa:2048'):
            with self.subTest(kind):
                leaf = Authority(NAME, self.pki.sub('self'), key=kind,
                                 extensions=SERVER_EXTENSIONS.replace('authorityKeyIdentifier = keyid\n', '') +
                                 'subjectAltName = IP:%s\n' % HOST)
                self.refused(leaf, NOT_TRUSTED, 0, 'self-signed by ' + NAME, 'into certs/')

    def test_connect_refuses_another_key_with_the_root_s_name(self):
        """The same name as a trusted root, another key: as the leaf, as its issuer, with and without identifiers."""
        bare = 'basicConstraints = critical,CA:TRUE\n'
        full = CA_EXTENSIONS.replace('keyUsage = critical,', 'keyUsage = critical,digitalSignature,')
        for kind, root in (('ec:P-256', self.pki.root), ('rsa:2048', self.pki.rsa_root)):
            for extensions in (full, bare):
                fake = Authority(root.subject, self.pki.sub('fake'), key=kind, extensions=extensions +
                                 'subjectAltName = IP:%s\n' % HOST)
                leaf = fake.server(NAME, names=['IP:' + HOST], key=kind, extensions='basicConstraints = CA:FALSE\n')
                with self.subTest(kind + ' itself', extensions=extensions):
                    self.refused(fake, NOT_TRUSTED, 0, root.subject, 'another key')
                with self.subTest(kind + ' as issuer', extensions=extensions):
                    self.refused(leaf, NOT_TRUSTED, 0, 'issued by ' + root.subject, 'another key')
                with self.subTest(kind + ' as issuer, sent along', extensions=extensions):
                    chain = chain_file(leaf, fake)
                    self.refused(leaf, NOT_TRUSTED, 1, root.subject, 'another key', chain=chain)

    def test_connect_refuses_another_key_with_the_intermediate_s_name(self):
        fake = Authority(self.pki.issuing.subject, self.pki.sub('fake'))
        leaf = fake.server(NAME, names=['IP:' + HOST])
        self.refused(leaf, NOT_TRUSTED, 0, 'issued by Hostile EC Issuing', '',
                     chain=chain_file(leaf, self.pki.issuing))

    def test_connect_reports_missing_intermediate(self):
        self.refused(self.pki.server, NOT_TRUSTED, 0, 'issued by Hostile EC Issuing', 'into certs/',
                     chain=chain_file(self.pki.server))

    def test_connect_refuses_certificate_issued_by_a_leaf(self):
        for name, extensions in (('no CA', NOT_A_CA), ('no constraints', NO_CONSTRAINTS)):
            with self.subTest(name):
                issuing = self.pki.root.authority('Hostile ' + name, extensions=extensions)
                leaf = issuing.server(NAME, names=['IP:' + HOST])
                self.refused(leaf, NOT_TRUSTED, 0, 'issued by Hostile ' + name, '')

    def test_connect_refuses_certificate_issued_by_another_server(self):
        leaf = self.pki.server
        victim = Authority.server(leaf, 'victim.test', names=['IP:' + HOST])
        self.refused(victim, NOT_TRUSTED, 0, 'issued by ' + NAME, '')

    def test_connect_refuses_issuer_without_key_cert_sign(self):
        issuing = self.pki.root.authority('Hostile No Sign', extensions=NO_CERT_SIGN)
        leaf = issuing.server(NAME, names=['IP:' + HOST])
        self.refused(leaf, NOT_TRUSTED, 0, 'issued by Hostile No Sign', '')

    def test_connect_refuses_chain_above_its_path_length(self):
        short = self.pki.root.authority('Hostile Path Zero', extensions=PATH_ZERO)
        below = short.authority('Hostile Below')
        self.check_accepted(short.server(NAME, names=['IP:' + HOST]))
        leaf = below.server(NAME, names=['IP:' + HOST])
        self.refused(leaf, NOT_TRUSTED, 1, ['"Hostile Below"', 'issued by Hostile Path Zero'], '')

    def test_connect_refuses_chain_that_never_ends(self):
        """More certificates than the engine follows: an error, no endless work."""
        issuer = self.pki.root
        for i in range(12):
            issuer = issuer.authority('Hostile Level %d' % i)
        leaf = issuer.server(NAME, names=['IP:' + HOST])
        with Server(leaf) as server:
            result = self.connect(server)
        self.assertLess(result['ret'], 0)
        self.assertEqual((result['stage'], result['fd']), ('connect', -1))
        self.assertNotIn(common.SUCCESSES[0], result['output'])
        self.check_time(result, 3000)

    # Usage, keys and hashes.

    def test_connect_reports_wrong_extended_key_usage(self):
        for usage in ('clientAuth', 'codeSigning', 'emailProtection'):
            with self.subTest(usage):
                leaf = self.pki.issuing.server(NAME, names=['IP:' + HOST], extensions=SERVER_EXTENSIONS.replace(
                    'serverAuth', usage))
                with Server(leaf) as server:
                    result = self.connect(server)
                self.check_failed(result, result['ret'], 'certificate', 'certificate check', flags=EXT_KEY_USAGE,
                                  depth=0, log=[MANUAL, 'verification info: ! ' + SENTENCES[EXT_KEY_USAGE]],
                                  what='"%s"' % NAME, remedy='issued for TLS servers')

    def test_connect_reports_wrong_key_usage(self):
        """A server that uses the key in spite of its usage, which OpenSSL refuses."""
        leaf = self.pki.issuing.server(NAME, names=['IP:' + HOST], extensions=SERVER_EXTENSIONS.replace(
            'digitalSignature,keyEncipherment', 'keyAgreement,keyCertSign'))
        with Rogue(leaf) as server:
            result = self.connect(server)
        self.check_failed(result, result['ret'], 'certificate', 'certificate check', flags=KEY_USAGE, depth=0,
                          log=[MANUAL, 'verification info: ! ' + SENTENCES[KEY_USAGE]], what='"%s"' % NAME,
                          remedy='issued for TLS servers')

    def test_connect_reports_short_rsa_key(self):
        leaf = self.pki.rsa_issuing.server(NAME, names=['IP:' + HOST], key='rsa:1024')
        # The sentence in full: it was cut once.
        self.refused(leaf, BAD_KEY, 0, ['"%s"' % NAME, 'RSA too short)'], 'key is too short')

    def test_connect_reports_short_rsa_key_of_an_issuer(self):
        issuing = self.pki.rsa_root.authority('Hostile Short Issuing', key='rsa:1024')
        leaf = issuing.server(NAME, names=['IP:' + HOST])
        # The engine flags the certificate that this key has signed: the report names the owner of the key.
        self.refused(leaf, BAD_KEY, 0, 'Hostile Short Issuing', 'too short')

    def test_connect_reports_curve_that_is_not_compiled_in(self):
        leaf = self.pki.issuing.server(NAME, names=['IP:' + HOST], key='ec:secp521r1')
        with Server(leaf) as server:
            result = self.connect(server)
        # The server may find no signature in common, or the device no curve for the key.
        self.assertLess(result['ret'], 0)
        self.assertEqual(result['fd'], -1)
        self.assertNotIn(common.SUCCESSES[0], result['output'])
        self.assertIn('menuconfig', result['remedy'], result['what'])

    def sha1_chains(self):
        issuing = self.pki.root.authority('Hostile SHA-1 Issuing', digest='sha1')
        return [('leaf', 0, self.pki.issuing.server(NAME, names=['IP:' + HOST], digest='sha1')),
                ('RSA leaf', 0, self.pki.rsa_issuing.server(NAME, names=['IP:' + HOST], digest='sha1', key='rsa:2048')),
                ('issuer', 1, issuing.server(NAME, names=['IP:' + HOST]))]

    def test_connect_reports_sha1_signature(self):
        """With SHA-1 compiled in, and refused for what a server sends."""
        for name, depth, leaf in self.sha1_chains():
            with self.subTest(name):
                with Server(leaf) as server:
                    result = common.variant().case(host=HOST, port=server.port)
                self.check_failed(result, VERIFY_FAILED, 'certificate', 'certificate check', depth=depth,
                                  flags=BAD_MD, log=[MANUAL, 'verification info: ! ' + SENTENCES[BAD_MD]],
                                  remedy='hash')

    def test_connect_reports_signature_that_is_not_compiled_in(self):
        """Neither a wrong name nor a missing root: the engine skips certificates that it cannot read."""
        for name, depth, leaf in self.sha1_chains():
            with self.subTest(name):
                with Server(leaf) as server:
                    result = self.connect(server)
                self.check_failed(result, VERIFY_FAILED, 'unreadable', 'certificate check', depth=depth, flags=0,
                                  what=['cannot be read: its signature: ', 'SHA1, 1.2.840.'],
                                  remedy='PKG_MBEDTLS_SHA1')

    def test_damaged_certificates_are_read_within_their_bounds(self):
        """What the report reads once more: any byte of a certificate may be wrong."""
        root = Issuer('Test Root')
        own = extension('1.3.6.1.4.1.55738.1', b'\5\0', True)
        good = root.leaf(NAME, key=FileKey(self.pki.server.key, 'ec'), more=[own]).der
        random = Random(1)
        damaged = []
        for _ in range(150):
            der = bytearray(good)
            for _ in range(random.choice((1, 1, 2, 5))):
                der[random.randrange(len(der))] = random.choice((0, 1, 0x30, 0x7F, 0x80, 0x82, 0x84, 0xFF))
            damaged.append(bytes(der[:random.randrange(130, len(der))] if random.random() < 0.3 else der))

        def attempt(der):
            with Rogue(self.pki.server, chain=[der, root.der]) as server:
                return self.connect(server)

        for result in common.parallel(attempt, damaged):
            self.assertLess(result['ret'], 0)
            self.assertNotIn(common.SUCCESSES[0], result['output'])
            self.assertNotEqual(result['remedy'], '')

    def test_certificate_with_several_faults_shows_each(self):
        leaf = self.pki.stranger.server(NAME, names=['IP:127.0.0.9'], start=-30, end=-3)
        self.refused(leaf, EXPIRED | CN_MISMATCH | NOT_TRUSTED, 0, '"%s"' % NAME, '')

    # Certificates that do not match the key, or are damaged.

    def test_connect_refuses_certificate_with_a_flipped_bit(self):
        """Each certificate of a good chain, damaged in its signature and in its body."""
        for depth, certificate in enumerate(self.pki.server.path()):
            der = der_of(certificate)
            for name, at in (('signature', len(der) - 8), ('key', der.index(b'\x03\x42\x00\x04') + 20)):
                with self.subTest(name, depth=depth):
                    damaged = bytearray(der)
                    damaged[at] ^= 0x10
                    chain = [der_of(each) for each in self.pki.server.path()]
                    chain[depth] = bytes(damaged)
                    self.damaged_chain_refused(chain)

    def damaged_chain_refused(self, chain):
        with Rogue(self.pki.server, chain=chain) as server:
            result = self.connect(server, connect_timeout=3000)
        self.assertLess(result['ret'], 0, result['what'])
        self.assertNotIn(result['reason'], ('none', 'timeout', 'closed', 'reset', 'no-memory'), result['what'])
        self.assertEqual(result['fd'], -1)
        self.assertNotIn(common.SUCCESSES[0], result['output'])

    # What must still work.

    def check_accepted(self, certificate, **keys):
        with Server(certificate) as server:
            result = self.connect(server, read='all', **keys)
        self.check_connected(result)
        self.assertNotIn('[E/tls]', result['output'])

    def test_good_certificates_are_accepted(self):
        for certificate in (self.pki.server, self.pki.rsa_server, self.pki.brief_server):
            with self.subTest(certificate.subject):
                self.check_accepted(certificate)

    def test_certificate_without_extensions_but_a_name_is_accepted(self):
        leaf = self.pki.issuing.server(NAME, names=['IP:' + HOST], extensions='')
        self.check_accepted(leaf)

    def test_verify_nothing_connects_whatever_the_certificate_and_warns(self):
        expired = self.pki.stranger.server('elsewhere.test', start=-30, end=-3)
        for certificate, options in ((expired, ()), (self.pki.stranger_server, ('--clock', '1970')),
                                     (self.pki.server, ('--clock', 'none'))):
            with self.subTest(certificate.subject, options=options):
                with Server(certificate) as server:
                    result = self.connect(server, options=options, verify='nothing', read='all')
                self.assertEqual(result['ret'], common.SSL_CLOSE_NOTIFY, result['what'])
                self.assertIn('[W/tls] the server is not verified', result['output'])
                self.assertNotIn(common.SUCCESSES[0], result['output'])
                self.assertNotIn('[E/tls]', result['output'])

    def test_session_connects_after_a_refused_certificate(self):
        """again=1: the first server is not trusted, the second one is."""
        certificates = [self.pki.stranger_server, self.pki.server]

        class Changing(Server):
            def serve(self, connection):
                with Server(certificates[min(self.connections - 1, 1)]).context.wrap_socket(
                        connection, server_side=True) as tls:
                    self.talk(tls)

        with Changing(self.pki.server) as server:
            result = self.connect(server, again=1, read='all')
        self.assertEqual(result['ret'], common.SSL_CLOSE_NOTIFY, result['what'])
        self.assertEqual(result['fd'], -1)
        self.assertIn(MANUAL, result['output'])
        self.assertIn(common.SUCCESSES[0], result['output'])


def der_of(certificate):
    path = certificate.pem + '.der'
    openssl('x509', '-in', certificate.pem, '-outform', 'DER', '-out', path)
    with open(path, 'rb') as source:
        return source.read()


def patch(certificate, replacements):
    """Put bytes into names that openssl's command line cannot write, and sign the certificate again."""
    der = der_of(certificate)
    for old, new in replacements:
        old, new = old.encode('latin-1'), new.encode('latin-1')
        assert len(old) == len(new)
        der = der.replace(old, new)
    assert der[:2] == b'\x30\x82' and der[4:6] == b'\x30\x82'
    end = 8 + int.from_bytes(der[6:8], 'big')
    body, algorithm = der[4:end], der[end:end + 2 + der[end + 1]]
    signature = subprocess.run(['openssl', 'dgst', '-sha256', '-sign', certificate.issuer.key], input=body,
                               stdout=subprocess.PIPE, check=True).stdout
    whole = body + algorithm + bytes([3, len(signature) + 1, 0]) + signature
    whole = b'\x30\x82' + len(whole).to_bytes(2, 'big') + whole
    with open(certificate.pem, 'wb') as output:
        output.write(b'-----BEGIN CERTIFICATE-----\n' + base64.encodebytes(whole) + b'-----END CERTIFICATE-----\n')
    certificate.chain = chain_file(*certificate.path())


if __name__ == '__main__':
    unittest.main()
