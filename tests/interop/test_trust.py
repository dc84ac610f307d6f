# SPDX-License-Identifier: Apache-2.0
"""Roots in every form in which a device can have them, and pinned keys, against real servers."""
import base64
import hashlib
import os
import re
import shutil
import subprocess
import types
import unittest

from interop import fixtures
from interop.fixtures import CN_MISMATCH, HERE, NAME, NOT_TRUSTED, VERIFY_FAILED
from tools.mbedtls_host.device import BUILD, REPOSITORY, Device
from tools.mbedtls_host.pki import SERVER_EXTENSIONS, Authority, Certificate, make_key, openssl
from tools.mbedtls_host.servers import OpenSSL
from tools.mbedtls_host.shared import new_folder, shared
from tools.mbedtls_roots import collection, store
from tools.mbedtls_roots.presets import preset_dir

EXPIRED = 0x01
BADCERT_PIN = 0x10000000
PINS_WRONG = -0x9014

# The build's setting names the folder, so it stays where it is from run to run.
FOLDER = os.path.join(BUILD, 'trust-folder', 'certs')
ALL_WAYS = ['PKG_USING_MBEDTLS_USE_ALL_CERTS=y', 'PKG_MBEDTLS_TRUST_FILE=y', 'PKG_MBEDTLS_PINNING=y',
            'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y']
ENGINES = {'3.6': [], '2.28': ['PKG_MBEDTLS_ENGINE_2_28=y'], '3.6, TLS 1.3': ['PKG_MBEDTLS_TLS1_3=y']}

KINDS = {'RSA 2048': 'rsa:2048', 'RSA 4096': 'rsa:4096', 'EC P-256': 'ec:P-256', 'EC P-384': 'ec:P-384'}
CA_IN_ITSELF = SERVER_EXTENSIONS.replace('CA:FALSE', 'CA:TRUE').replace('digitalSignature',
                                                                       'keyCertSign,digitalSignature')


class Double(Authority):
    """A root with the name of another one, and a key of the same kind."""

    def __init__(self, original, folder, kind):
        self.subject, self.folder, self.issuer = original.owner, folder, None
        name = os.path.join(folder, 'double-' + re.sub(r'\W', '-', original.owner))
        self.pem, self.key = name + '.pem', name + '.key'
        subject = subprocess.run(['openssl', 'x509', '-inform', 'DER', '-noout', '-subject', '-nameopt', 'compat'],
                                 input=original.der, check=True, stdout=subprocess.PIPE).stdout.decode()
        make_key(self.key, kind)
        openssl('req', '-x509', '-new', '-utf8', '-key', self.key, '-subj', subject.strip().partition('=')[2],
                '-days', '300', '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', self.pem)


@shared
def pki():
    folder = new_folder('trust')
    presets = collection.collect(collection.certificate_files(preset_dir(REPOSITORY))).roots
    doubles = {}
    for name, kind in KINDS.items():
        # A root whose name openssl's command line can take.
        original = next(root.certificate for root in presets
                        if root.certificate.key == name and root.certificate.owner.isascii() and
                        not set(root.certificate.owner) & set('/,+=.'))
        doubles[name] = Double(original, folder, kind)
    return types.SimpleNamespace(
        folder=folder, doubles=doubles, presets=presets,
        good={kind: Authority('Named Root', folder, kind) for kind in ('rsa:2048', 'ec:P-256')},
        evil={kind: Authority('Named Root', folder, kind) for kind in ('rsa:2048', 'ec:P-256')},
        compiled=Authority('Compiled Root', folder, 'ec:P-256'),
        other=Authority('Compiled Root', folder, 'ec:P-256'))


@shared
def device(engine):
    """A build with all presets, a double of one for each kind of key, and a root of the tests."""
    name = 'trust-' + ''.join(c for c in engine if c.isalnum())
    roots = [double.pem for double in pki().doubles.values()] + [pki().compiled.pem]
    return Device.build(name, roots, ALL_WAYS + ENGINES[engine])


@shared
def folder_device(engine):
    name = 'trust-folder-' + ''.join(c for c in engine if c.isalnum())
    return Device.build(name, [], ENGINES[engine] + ['PKG_USING_MBEDTLS_USER_CERTS=n',
                                                     'PKG_USING_MBEDTLS_CERTS_FROM_FS=y',
                                                     'PKG_MBEDTLS_CERTS_DIR=' + FOLDER])


def der(certificate):
    return subprocess.run(['openssl', 'x509', '-in', certificate.pem, '-outform', 'DER'], check=True,
                          stdout=subprocess.PIPE).stdout


def pin(certificate):
    key = subprocess.run(['openssl', 'pkey', '-in', certificate.key, '-pubout', '-outform', 'DER'], check=True,
                         stdout=subprocess.PIPE).stdout
    return 'sha256//' + base64.b64encode(hashlib.sha256(key).digest()).decode()


def put(data, name):
    path = os.path.join(pki().folder, name)
    with open(path, 'wb') as output:
        output.write(data)
    return path


def certificates(roots):
    return put(b''.join(der(root) for root in roots), 'roots.der')


def full_store(roots):
    """As many as there are presets, with these among them."""
    entries = collection.collect([root.pem for root in roots]).roots
    assert len(entries) == len(roots), 'refused by the generator'
    return put(store.encode(pki().presets + entries), 'roots.store')


class Base(unittest.TestCase):

    engine = '3.6'

    def forms(self, roots):
        """For every form, a function that connects to a server with a device that has its roots in this form."""
        for form, path in (('added', certificates(roots)), ('session', certificates(roots)),
                           ('store', full_store(roots)), ('file', full_store(roots))):
            yield form, lambda server, form=form, path=path, **keys: self.session(server, roots=path, form=form, **keys)
        yield 'folder', lambda server, **keys: self.from_folder(roots, server, **keys)

    def session(self, server, options=(), **keys):
        return device(self.engine).case(host=server.host, port=server.port, options=options, **keys)

    def from_folder(self, roots, server, **keys):
        shutil.rmtree(FOLDER, ignore_errors=True)
        os.makedirs(FOLDER)
        for root in roots:
            shutil.copy(root.pem, FOLDER)
        return folder_device(self.engine).case(host=server.host, port=server.port, **keys)

    def assert_connected(self, result):
        self.assertEqual(('none', 0), (result['reason'], result['code']), result['output'][-4000:])

    def assert_refused(self, result, flags):
        self.assertEqual((VERIFY_FAILED, 'certificate', flags), (result['code'], result['reason'], result['flags']),
                         result['output'][-4000:])


class Roots(Base):

    def test_a_root_of_each_kind_is_found_in_the_full_store(self):
        for kind, double in pki().doubles.items():
            with self.subTest(kind=kind), OpenSSL(double.authority('Issuing').server(NAME, HERE)) as server:
                self.assert_connected(self.session(server))

    def test_a_root_of_the_same_name_and_another_key_is_refused_in_every_form(self):
        for kind in pki().good:
            good, evil = pki().good[kind], pki().evil[kind]
            for form, connect in self.forms([good]):
                with self.subTest(kind=kind, form=form):
                    with OpenSSL(good.server(NAME, HERE)) as server:
                        self.assert_connected(connect(server))
                    for certificate in (evil.server(NAME, HERE), fixtures.with_root(evil.server(NAME, HERE)),
                                        evil.authority('Issuing').server(NAME, HERE)):
                        with OpenSSL(certificate) as server:
                            result = connect(server)
                            self.assert_refused(result, NOT_TRUSTED)
                            self.assertIn('another key', result['remedy'])

    def test_a_compiled_in_root_does_not_vouch_for_another_of_its_name(self):
        with OpenSSL(pki().compiled.server(NAME, HERE)) as server:
            self.assert_connected(self.session(server))
        with OpenSSL(fixtures.with_root(pki().other.server(NAME, HERE))) as server:
            self.assert_refused(self.session(server), NOT_TRUSTED)

    def test_two_roots_of_one_name_are_both_trusted_in_every_form(self):
        roots = [pki().good['ec:P-256'], pki().evil['rsa:2048'], pki().evil['ec:P-256']]
        for form, connect in self.forms(roots):
            for root in roots:
                with self.subTest(form=form), OpenSSL(root.server(NAME, HERE)) as server:
                    self.assert_connected(connect(server))

    def test_a_server_may_be_its_own_root_in_every_form(self):
        for kind in ('rsa:2048', 'ec:P-256'):
            own = Certificate(NAME, pki().folder, kind, CA_IN_ITSELF + 'subjectAltName = IP:127.0.0.1\n')
            for form, connect in self.forms([own]):
                with self.subTest(kind=kind, form=form), OpenSSL(own) as server:
                    self.assert_connected(connect(server))

    def test_a_self_signed_certificate_that_is_not_a_ca_is_trusted_for_itself_only(self):
        own = Certificate(NAME, pki().folder, 'ec:P-256', SERVER_EXTENSIONS + 'subjectAltName = IP:127.0.0.1\n')
        twin = Certificate(NAME, pki().folder, 'ec:P-256', SERVER_EXTENSIONS + 'subjectAltName = IP:127.0.0.1\n',
                           key_of=own)
        path = certificates([own])
        with OpenSSL(own) as server:
            self.assert_connected(self.session(server, roots=path, form='session'))
            self.assert_connected(self.from_folder([own], server))
            # A root for all sessions has to be a CA.
            self.assertEqual('no-roots', self.session(server, roots=path, form='added')['reason'])
        with OpenSSL(twin) as server:
            self.assert_refused(self.session(server, roots=path, form='session'), NOT_TRUSTED)

    def test_an_expired_root_is_reported(self):
        old = Authority('Old Root', pki().folder, start=-20, end=-1)
        with OpenSSL(old.server(NAME, HERE)) as server:
            for form in ('added', 'session'):
                result = self.session(server, roots=certificates([old]), form=form)
                self.assert_refused(result, EXPIRED)
                self.assertIn('Old Root', result['what'])
                self.assertIn('root of this device', result['remedy'])

    def test_a_path_length_that_a_root_allows_is_kept(self):
        extensions = 'basicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = critical,keyCertSign\n'
        root = Authority('Short Root', pki().folder, extensions=extensions)
        for form, connect in self.forms([root]):
            with self.subTest(form=form):
                with OpenSSL(root.server(NAME, HERE)) as server:
                    self.assert_connected(connect(server))
                with OpenSSL(root.authority('Too deep').server(NAME, HERE)) as server:
                    self.assert_refused(connect(server), NOT_TRUSTED)


class RootsIn228(Roots):

    engine = '2.28'


class RootsOverTls13(Roots):

    engine = '3.6, TLS 1.3'


class Curves(Base):

    def test_a_root_on_a_curve_that_is_not_compiled_in_is_reported_when_it_is_needed(self):
        strange = Authority('Strange Root', pki().folder, 'ec:P-384')
        known = Authority('Known Root', pki().folder, 'ec:P-256')
        built = Device.build('trust-curve', [strange.pem, known.pem], ['PKG_MBEDTLS_CURVE_SECP384R1=n'],
                             sanitize=False)
        with OpenSSL(known.server(NAME, HERE)) as server:
            self.assert_connected(built.case(host=server.host, port=server.port))
        with OpenSSL(strange.server(NAME, HERE)) as server:
            result = built.case(host=server.host, port=server.port)
        self.assert_refused(result, NOT_TRUSTED)
        self.assertIn('"P-384" in menuconfig, Curves', result['remedy'])


class Heap(Base):

    def peak(self, count):
        shutil.rmtree(FOLDER, ignore_errors=True)
        os.makedirs(FOLDER)
        shutil.copy(pki().compiled.pem, FOLDER)
        for root in pki().presets[:count]:
            shutil.copy(root.path, FOLDER)
        with OpenSSL(pki().compiled.server(NAME, HERE)) as server:
            _, output = folder_device('3.6').run('tls_case host=127.0.0.1 port=%d; free' % server.port)
        self.assertIn('"code":0', output.replace(' ', ''))
        return int(re.findall(r'maximum allocated memory: (\d+)', output)[-1])

    def test_the_roots_of_a_folder_are_not_in_the_heap_at_once(self):
        self.assertLess(self.peak(100), self.peak(5) + 4000)


class Pins(Base):

    def setUp(self):
        self.issuing = pki().compiled.authority('Issuing', 'rsa:2048')
        self.certificate = self.issuing.server(NAME, HERE)
        self.stranger = Certificate('somebody.example', pki().folder, 'ec:P-256', SERVER_EXTENSIONS)

    def test_a_pinned_key_may_be_any_of_the_chain(self):
        with OpenSSL(self.certificate) as server:
            for owner in (self.certificate, self.issuing, pki().compiled):
                with self.subTest(owner=owner.subject):
                    self.assert_connected(self.session(server, pins=pin(owner)))
                    self.assert_connected(self.session(server, pins=pin(self.stranger) + ',' + pin(owner)))

    def test_the_root_of_every_form_may_be_pinned(self):
        for form, connect in self.forms([pki().good['rsa:2048']]):
            if form != 'folder':
                with self.subTest(form=form), OpenSSL(pki().good['rsa:2048'].server(NAME, HERE)) as server:
                    self.assert_connected(connect(server, pins=pin(pki().good['rsa:2048'])))

    def test_a_chain_without_a_pinned_key_is_refused(self):
        with OpenSSL(self.certificate) as server:
            result = self.session(server, pins=pin(self.stranger))
        self.assert_refused(result, BADCERT_PIN)
        self.assertIn(pin(self.certificate), result['output'])

    def test_a_certificate_that_is_sent_but_not_in_the_chain_does_not_count(self):
        beside = types.SimpleNamespace(pem=self.certificate.pem, key=self.certificate.key,
                                       chain=self.certificate.chain + '.beside')
        with open(beside.chain, 'w') as output:
            for path in (self.certificate.chain, self.stranger.pem):
                with open(path) as source:
                    output.write(source.read())
        with OpenSSL(beside) as server:
            self.assert_refused(self.session(server, pins=pin(self.stranger)), BADCERT_PIN)

    def test_pins_do_not_replace_the_other_checks(self):
        with OpenSSL(self.stranger) as server:
            self.assert_refused(self.session(server, pins=pin(self.stranger)), NOT_TRUSTED | CN_MISMATCH)

    def test_a_pinned_key_alone_needs_neither_chain_nor_name_nor_clock(self):
        old = Certificate('old.example', pki().folder, 'rsa:2048', SERVER_EXTENSIONS, start=-20, end=-10)
        for certificate in (self.stranger, old, self.certificate):
            for options in ((), ('--clock', '1970')):
                with self.subTest(certificate=certificate.subject, options=options), OpenSSL(certificate) as server:
                    self.assert_connected(self.session(server, options, verify='pins', pins=pin(certificate)))

    def test_another_key_alone_is_refused(self):
        with OpenSSL(self.certificate) as server:
            for owner in (self.stranger, self.issuing, pki().compiled):
                with self.subTest(owner=owner.subject):
                    result = self.session(server, verify='pins', pins=pin(owner))
                    self.assert_refused(result, BADCERT_PIN)
                    self.assertIn(pin(self.certificate), result['output'])

    def test_malformed_pins_stop_the_session(self):
        with OpenSSL(self.certificate) as server:
            for keys in ({'pins': 'sha256//abc='}, {'verify': 'pins'}, {'verify': 'nothing', 'pins': pin(self.stranger)}):
                with self.subTest(**keys):
                    result = self.session(server, **keys)
                    self.assertEqual(('context', PINS_WRONG, 'pins'),
                                     (result['stage'], result['code'], result['reason']), result['output'])

    def test_a_pre_shared_key_beside_pins_stops_the_session(self):
        """A session with such a key sees no certificate, so that nothing would be pinned."""
        psk = {'psk': '00112233', 'identity': 'device'}
        with OpenSSL(self.certificate) as server:
            for keys in ({'pins': pin(self.certificate)}, {'verify': 'pins'},
                         {'verify': 'pins', 'pins': pin(self.certificate)}):
                for call in (0, 1):
                    with self.subTest(call=call, **keys):
                        result = self.session(server, call=call, **psk, **keys)
                        self.assertEqual(('context', PINS_WRONG, 'pins'),
                                         (result['stage'], result['code'], result['reason']), result['output'])
            self.assertEqual('connect', self.session(server, **psk)['stage'])


class PinsOfMenuconfig(Base):

    def test_pins_of_menuconfig_hold_for_sessions_without_their_own(self):
        certificate = pki().compiled.authority('Issuing', 'rsa:2048').server(NAME, HERE)
        stranger = Certificate('somebody.example', pki().folder, 'ec:P-256', SERVER_EXTENSIONS)
        # A semicolon separates shell commands, not settings.
        built = Device.build('trust-pins', [pki().compiled.pem],
                             ['PKG_MBEDTLS_PINNING=y',
                              'PKG_MBEDTLS_PINS=%s;%s' % (pin(stranger), pin(certificate))])
        with OpenSSL(certificate) as server:
            self.assert_connected(built.case(host=server.host, port=server.port))
            self.assert_refused(built.case(host=server.host, port=server.port, pins=pin(stranger)), BADCERT_PIN)
        with OpenSSL(pki().compiled.server(NAME, HERE)) as server:
            self.assert_refused(built.case(host=server.host, port=server.port), BADCERT_PIN)
            self.assert_connected(built.case(host=server.host, port=server.port, verify='nothing'))


class PinsIn228(Pins):

    engine = '2.28'


class PinsOverTls13(Pins):

    engine = '3.6, TLS 1.3'


if __name__ == '__main__':
    unittest.main()
