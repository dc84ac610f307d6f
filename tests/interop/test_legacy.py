# SPDX-License-Identifier: Apache-2.0
"""Protocols before TLS 1.2, on Mbed TLS 2.28: SSL 3.0, TLS 1.0 and 1.1 connect where they are
selected, and nowhere else; their countermeasures are visible on the wire."""
import re
import time
import types

from hostile.peer import Fault, Proxy, replace, reset
from interop import fixtures, test_profiles
from interop.fixtures import Case, gnutls_with_body
from interop.recorders import HelloRecorder, RecordTap
from interop.test_trust import pin
from tools.mbedtls_host.device import Device
from lib.engine_server import EngineServer
from tools.mbedtls_host.pki import SERVER_EXTENSIONS, Authority
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL
from tools.mbedtls_host.shared import shared

BODY = fixtures.pattern(20000)
REQUEST = len('GET /x HTTP/1.0\r\n\r\n')
BAD_VERSION = -0x6E80
HANDSHAKE_FAILURE, PROTOCOL_VERSION, INAPPROPRIATE_FALLBACK = 40, 70, 86

SSL3, TLS1_0, TLS1_1, TLS1_2 = range(4)             # the minor number of the version 3

# OpenSSL's option, GnuTLS's name, the engine's.
VERSIONS = {TLS1_0: ('-tls1', 'TLS1.0', 'TLSv1.0'), TLS1_1: ('-tls1_1', 'TLS1.1', 'TLSv1.1')}
NAMES = {SSL3: 'SSL 3.0', TLS1_0: 'TLS 1.0', TLS1_1: 'TLS 1.1'}
SYMBOLS = {SSL3: 'PKG_MBEDTLS_SSL3', TLS1_0: 'PKG_MBEDTLS_TLS1_0', TLS1_1: 'PKG_MBEDTLS_TLS1_1'}

# Extensions and signals of a ClientHello.
TRUNCATED_HMAC, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET = 4, 22, 23
FALLBACK_SCSV = 0x5600
TRIPLE_DES = {0x000A, 0x0016, 0xC008, 0xC012}
RC4 = {0x0004, 0x0005, 0xC007, 0xC011}

WARNING = 'obsolete and weak'


def openssl(certificate, *options, suites='DEFAULT'):
    """s_server with the old suites that it still has, and a body for a GET of /x."""
    versions = [] if [option for option in options if option.startswith('-tls')] else ['-no_tls1_3']
    return OpenSSL(certificate, files={'x': BODY}, mode='-HTTP',
                   options=['-cipher', suites + ':@SECLEVEL=0', *versions, *options])


class Telling(GnuTLS):
    """gnutls-serv, which prints what was agreed in each session."""

    def command(self):
        return [word for word in super().command() if word != '--quiet']

    def agreed(self):
        deadline = time.monotonic() + 5
        while '- Options:' not in self.output() and time.monotonic() < deadline:
            time.sleep(0.02)
        return re.search('- Options:.*', self.output()).group()


def priority(version, rest=''):
    return 'NORMAL:-VERS-ALL:+VERS-%s:+SIGN-RSA-SHA1%s' % (version, rest)


def gnutls(certificate, version, rest=''):
    return gnutls_with_body(certificate, BODY, priority=priority(version, rest))


class LegacyCase(Case):
    """A build that trusts the profiles' roots."""

    build = None

    @classmethod
    def setUpClass(cls):
        cls.pki = types.SimpleNamespace(ec=test_profiles.pki('ec').good, rsa=test_profiles.pki('rsa').good)
        cls.device = cls.built()

    def fetch(self, server, **keys):
        """The body, whole."""
        result = self.connect(server, get='/x', read='all', **keys)
        self.assertEqual((result['received'], result['sum']), (len(BODY), fixtures.sum_of(BODY)), result['output'])
        return result

    def warns(self, result, version, suite=''):
        self.assertIn('%s: %s with %s' % (WARNING, version, suite), result['output'])

    def hello(self, **keys):
        with HelloRecorder() as recorder:
            self.session(recorder, **keys)
        return recorder.hellos[0]

    def records(self, server, **keys):
        """The lengths of the records that bring a request of REQUEST bytes."""
        with server, RecordTap(server) as tap:
            result = self.connect(tap, get='/x', read='all', **keys)
            return tap.from_client, result

    def told(self, version, **keys):
        """GnuTLS's output about extensions."""
        with Telling(self.pki.rsa, priority=priority(version)) as server:
            self.connect(server, **keys)
            return server.agreed()

    def refused(self, server, version, **keys):
        """The session refuses the version that the server has chosen, and the report names the remedy."""
        result = self.session(server, **keys)
        self.assertEqual((result['stage'], result['ret'], result['reason'], result['number'], result['fd']),
                         ('connect', BAD_VERSION, 'version', 0x0300 + version, -1), result['output'])
        self.assertIn(NAMES[version], result['what'])
        self.assertIn(SYMBOLS[version], result['remedy'])
        self.assertNotIn('verified success', result['output'])
        return result


class Legacy(LegacyCase):
    """The profile of that name: countermeasures are on, weak options are off."""

    @staticmethod
    def built():
        return test_profiles.device('legacy')

    def test_openssl_with_each_key_exchange(self):
        suites = {'AES128-SHA': 'rsa', 'DHE-RSA-AES256-SHA': 'rsa', 'ECDHE-RSA-AES128-SHA': 'rsa',
                  'ECDHE-ECDSA-AES256-SHA': 'ec'}
        for option, _, name in VERSIONS.values():
            for suite, key in suites.items():
                with self.subTest(version=name, suite=suite), \
                        openssl(getattr(self.pki, key), option, suites=suite) as server:
                    self.warns(self.fetch(server), name, 'TLS-')

    def test_gnutls_with_each_key_exchange(self):
        for _, version, name in VERSIONS.values():
            for exchange, key in (('RSA', 'rsa'), ('DHE-RSA', 'rsa'), ('ECDHE-RSA', 'rsa'), ('ECDHE-ECDSA', 'ec')):
                for cipher, ours in (('AES-128-CBC', 'AES-128'), ('3DES-CBC', '3DES')):
                    rest = ':-KX-ALL:+%s:-CIPHER-ALL:+%s' % (exchange, cipher)
                    with self.subTest(version=name, exchange=exchange, cipher=cipher), \
                            gnutls(getattr(self.pki, key), version, rest) as server:
                        result = self.connect(server, get='/', read='all')
                        self.check_body(result, BODY)
                        self.warns(result, name, 'TLS-%s-WITH-%s' % (exchange, ours))

    def test_ssl_3_0_with_the_engines_server(self):
        for suite in ('TLS-RSA-WITH-AES-128-CBC-SHA', 'TLS-DHE-RSA-WITH-AES-256-CBC-SHA',
                      'TLS-RSA-WITH-3DES-EDE-CBC-SHA'):
            with self.subTest(suite=suite), \
                    EngineServer(self.pki.rsa, suite=suite, options=['force_version=ssl3']) as server:
                result = self.connect(server, get='/x', read='all')
                self.assertEqual(result['received'], 10000)
                self.warns(result, 'SSLv3.0', suite)

    def test_the_certificate_is_verified_in_each_version(self):
        bad, flags = test_profiles.pki('rsa').bad['another name']
        for option, _, _ in VERSIONS.values():
            with openssl(bad, option) as server:
                self.refuse(server, flags)
        with EngineServer(bad, options=['force_version=ssl3']) as server:
            self.refuse(server, flags)

    def test_a_server_that_has_tls_1_2_gets_it_without_a_warning(self):
        with openssl(self.pki.rsa) as server:
            self.assertNotIn(WARNING, self.fetch(server)['output'])
        with GnuTLS(self.pki.rsa, priority='NORMAL:+VERS-ALL') as server:
            self.assertNotIn(WARNING, self.connect(server)['output'])
        settings = 'ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers DEFAULT:@SECLEVEL=0;'
        with Nginx(self.pki.rsa, files={'x': b''}, settings=settings) as server:
            self.connect(server, get='/x', read='all')
            self.assertEqual(server.sessions()[0][0], 'TLSv1.2')

    def test_3des_in_tls_1_2_is_warned_of(self):
        with gnutls(self.pki.rsa, 'TLS1.2', ':-CIPHER-ALL:+3DES-CBC') as server:
            self.warns(self.connect(server, get='/', read='all'), 'TLSv1.2', 'TLS-')

    def test_a_tls_1_2_server_that_signs_with_sha_1_alone(self):
        with openssl(self.pki.rsa, '-tls1_2', '-sigalgs', 'RSA+SHA1') as server:
            self.fetch(server)

    def test_what_the_hello_offers(self):
        hello = self.hello()
        self.assertEqual(hello.version, 0x0303)
        self.assertLessEqual({ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET}, set(hello.extensions))
        self.assertNotIn(TRUNCATED_HMAC, hello.extensions)
        self.assertLessEqual(TRIPLE_DES, set(hello.suites))
        self.assertEqual(RC4 & set(hello.suites), set())
        self.assertNotIn(FALLBACK_SCSV, hello.suites)

    def test_the_defences_are_agreed_on(self):
        for _, version, _ in VERSIONS.values():
            with self.subTest(version=version):
                said = self.told(version)
                self.assertIn('extended master secret', said)
                self.assertIn('EtM', said)

    def test_records_of_tls_1_0_come_in_two_parts(self):
        """The first has one byte. TLS 1.1 does not need it."""
        lengths, _ = self.records(openssl(self.pki.rsa, '-tls1', suites='AES128-SHA'))
        self.assertEqual(lengths, [record_length(1, TLS1_0), record_length(REQUEST - 1, TLS1_0)])
        lengths, _ = self.records(openssl(self.pki.rsa, '-tls1_1', suites='AES128-SHA'))
        self.assertEqual(lengths, [record_length(REQUEST, TLS1_1)])

    def test_records_of_ssl_3_0_come_in_two_parts(self):
        lengths, _ = self.records(EngineServer(self.pki.rsa, options=['force_version=ssl3']))
        self.assertEqual(len(lengths), 2)


def record_length(data, version, mac=20, encrypt_then_mac=True):
    """Of a record of AES-CBC (RFC 5246 6.2.3.2, RFC 7366): vector, data, MAC, padding of 1 to 16."""
    vector = 0 if version <= TLS1_0 else 16
    if encrypt_then_mac:
        return vector + (data // 16 + 1) * 16 + mac
    return vector + ((data + mac) // 16 + 1) * 16


class Downgrade(LegacyCase):
    """A man in the middle cannot force a version that the session would not have chosen."""

    @staticmethod
    def built():
        return test_profiles.device('legacy')

    def test_a_session_limited_to_tls_1_2_refuses_each_older_one(self):
        for version, (option, _, _) in VERSIONS.items():
            with openssl(self.pki.rsa, option) as server:
                self.refused(server, version, oldest=TLS1_2)
        with EngineServer(self.pki.rsa, options=['force_version=ssl3']) as server:
            result = self.session(server, oldest=TLS1_2)
        self.assertEqual((result['stage'], result['fd']), ('connect', -1))
        self.assertIn(result['reason'], ('alert', 'version'), result['output'])
        with openssl(self.pki.rsa) as server:
            self.fetch(server, oldest=TLS1_2)

    def test_each_version_limit_is_respected(self):
        """TLS 1.1 at least, from a server that has TLS 1.0."""
        with openssl(self.pki.rsa, '-tls1') as server:
            self.refused(server, TLS1_0, oldest=TLS1_1)
        with openssl(self.pki.rsa, '-tls1_1') as server:
            self.fetch(server, oldest=TLS1_1)

    def meddle(self, side, change, server, **keys):
        """The first record of one side is changed on its way."""
        with server, Proxy(server.port, Fault(side, 0, change, on=True)) as proxy:
            return self.session(types.SimpleNamespace(host='127.0.0.1', port=proxy.port), **keys)

    def test_an_unmodified_handshake_connects(self):
        """Otherwise none of the refusals below would mean anything."""
        for side in ('client', 'server'):
            def act(link, record):
                link.other(side).sendall(record)
                return True
            result = self.meddle(side, act, openssl(self.pki.rsa), get='/x', read='all')
            self.assertEqual(result['received'], len(BODY), result['output'])

    def test_a_server_hello_that_is_changed_on_the_way_is_refused(self):
        """Whether the session would take such a version, or none but TLS 1.2."""
        for version in (SSL3, TLS1_0, TLS1_1):
            for suites in ('AES128-SHA', 'ECDHE-RSA-AES128-SHA'):
                with self.subTest(version=version, suites=suites):
                    change = replace(lambda record: record[:9] + bytes([3, version]) + record[11:])
                    result = self.meddle('server', change, openssl(self.pki.rsa, suites=suites), oldest=TLS1_2)
                    self.assertEqual((result['ret'], result['reason'], result['number']),
                                     (BAD_VERSION, 'version', 0x0300 + version), result['output'])
                    result = self.meddle('server', change, openssl(self.pki.rsa, suites=suites))
                    self.assertEqual((result['stage'], result['fd']), ('connect', -1), result['output'])
                    self.assertLess(result['ret'], 0)

    def test_a_client_hello_that_is_changed_on_the_way_is_refused(self):
        """The server really chooses the old version: the Finished messages verify it."""
        for version in VERSIONS:
            for suites in ('AES128-SHA', 'ECDHE-RSA-AES128-SHA'):
                def act(link, record):
                    link.ends['server'].sendall(record[:9] + bytes([3, version]) + record[11:])
                    return True
                with self.subTest(version=version, suites=suites):
                    result = self.meddle('client', act, openssl(self.pki.rsa, suites=suites))
                    self.assertEqual((result['stage'], result['fd']), ('connect', -1), result['output'])
                    self.assertLess(result['ret'], 0)

    def test_a_second_try_that_is_marked_is_refused_by_a_server_that_has_more(self):
        with openssl(self.pki.rsa) as server:
            self.warns(self.fetch(server, newest=TLS1_1), 'TLSv1.1')
            result = self.session(server, newest=TLS1_1, fallback=1)
        self.assertEqual((result['stage'], result['reason'], result['number']),
                         ('connect', 'alert', INAPPROPRIATE_FALLBACK), result['output'])
        self.assertIn('newer version than this second try', result['remedy'])
        with openssl(self.pki.rsa, '-tls1_1') as server:
            self.warns(self.fetch(server, newest=TLS1_1, fallback=1), 'TLSv1.1')
        hello = self.hello(newest=TLS1_1, fallback=1)
        self.assertEqual(hello.version, 0x0302)
        self.assertIn(FALLBACK_SCSV, hello.suites)

    def test_connect_tries_again_after_a_server_hangs_up_on_a_new_hello(self):
        """The same session, limited and marked (SCSV): a server with a newer version treats it as an attack."""
        def act(link, record):
            if record[9:11] == b'\3\3':
                return reset(link, record)
            link.ends['server'].sendall(record)
            return True
        second = {'again': 1, 'second': 1, 'newest': TLS1_0, 'fallback': 1}
        result = self.meddle('client', act, openssl(self.pki.rsa, '-tls1'), get='/x', read='all', **second)
        self.assertEqual((result['received'], result['sum']), (len(BODY), fixtures.sum_of(BODY)), result['output'])
        self.warns(result, 'TLSv1.0')
        result = self.meddle('client', act, openssl(self.pki.rsa), **second)
        self.assertEqual((result['stage'], result['reason'], result['number']),
                         ('again', 'alert', INAPPROPRIATE_FALLBACK), result['output'])


class Otherwise(LegacyCase):
    """A build with each of these options inverted."""

    @staticmethod
    def built():
        return device_otherwise()

    def test_what_the_hello_offers(self):
        hello = self.hello()
        self.assertEqual(hello.version, 0x0302)
        self.assertEqual({ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET} & set(hello.extensions), set())
        self.assertIn(TRUNCATED_HMAC, hello.extensions)
        self.assertEqual(TRIPLE_DES & set(hello.suites), set())
        self.assertLessEqual(RC4, set(hello.suites))

    def test_the_defences_are_not_agreed_on(self):
        for _, version, _ in VERSIONS.values():
            with self.subTest(version=version):
                said = self.told(version)
                self.assertNotIn('extended master secret', said)
                self.assertNotIn('EtM', said)

    def test_records_of_tls_1_0_are_whole(self):
        lengths, _ = self.records(openssl(self.pki.rsa, '-tls1', suites='AES128-SHA'))
        self.assertEqual(lengths, [record_length(REQUEST, TLS1_0, encrypt_then_mac=False)])

    def test_a_truncated_hmac_makes_records_shorter(self):
        """Where the server has it."""
        for enabled, mac in ((1, 10), (0, 20)):
            server = EngineServer(self.pki.rsa, suite='TLS-RSA-WITH-AES-128-CBC-SHA',
                                  options=['force_version=tls1_1', 'trunc_hmac=%d' % enabled])
            lengths, result = self.records(server)
            self.assertEqual(result['received'], 10000)
            self.assertEqual(lengths, [record_length(REQUEST, TLS1_1, mac, False)])

    def test_rc4_in_each_version(self):
        for name, version in (('ssl3', 'SSLv3.0'), ('tls1', 'TLSv1.0'), ('tls1_1', 'TLSv1.1')):
            with self.subTest(version=version), \
                    EngineServer(self.pki.rsa, suite='TLS-RSA-WITH-RC4-128-SHA',
                                 options=['force_version=' + name]) as server:
                result = self.connect(server, get='/x', read='all')
                self.assertEqual(result['received'], 10000)
                self.warns(result, version, 'TLS-RSA-WITH-RC4-128-SHA')

    def test_a_build_without_tls_1_2_reports_what_it_lacks(self):
        with openssl(self.pki.rsa) as server:
            self.warns(self.fetch(server), 'TLSv1.1')
        with openssl(self.pki.rsa, '-tls1_2') as server:
            result = self.session(server)
        self.assertEqual((result['stage'], result['reason'], result['number']),
                         ('connect', 'alert', PROTOCOL_VERSION), result['output'])

    def test_an_old_certificate_can_be_pinned(self):
        """RSA-1024 and SHA-1, self-signed: no valid chain, but a key that can be pinned."""
        old = Authority('old.test', self.pki.rsa.folder, 'rsa:1024', digest='sha1', extensions=SERVER_EXTENSIONS)
        with openssl(old, '-tls1') as server:
            result = self.session(server)
            self.assertEqual((result['stage'], result['reason']), ('connect', 'certificate'), result['output'])
            self.fetch(server, verify='pins', pins=pin(old))


@shared
def device_otherwise():
    return Device.build('interop-legacy-otherwise', [test_profiles.pki(kind).root.pem for kind in ('ec', 'rsa')],
                        profile='legacy', sanitize=False, settings=[
                            'PKG_MBEDTLS_CBC_RECORD_SPLITTING=n', 'PKG_MBEDTLS_TRUNCATED_HMAC=y',
                            'PKG_MBEDTLS_ENCRYPT_THEN_MAC=n', 'PKG_MBEDTLS_EXTENDED_MASTER_SECRET=n',
                            'PKG_MBEDTLS_RC4=y', 'PKG_MBEDTLS_DES=n', 'PKG_MBEDTLS_TLS1_2=n',
                            'PKG_MBEDTLS_SHA1_KEY_EXCHANGE=n', 'PKG_MBEDTLS_PINNING=y'])


class Refused(Case):
    """The defaults on Mbed TLS 3.6. Such servers know none of its suites either, and report that."""

    build = 'default'
    needs = 'old servers need PKG_MBEDTLS_ENGINE_2_28, PKG_MBEDTLS_TLS1_0'

    def servers(self):
        for option, version, _ in VERSIONS.values():
            yield openssl(self.pki.rsa, option)
            yield gnutls(self.pki.rsa, version)
        yield EngineServer(self.pki.rsa, options=['force_version=ssl3'])

    def test_a_server_with_nothing_newer(self):
        for server in self.servers():
            with server:
                result = self.session(server)
            self.assertEqual((result['stage'], result['reason'], result['fd']), ('connect', 'alert', -1),
                             result['output'])
            self.assertIn(result['number'], (HANDSHAKE_FAILURE, PROTOCOL_VERSION))
            self.assertIn(self.needs, result['remedy'])


class RefusedOn228(Refused):

    build = 'legacy'
    needs = 'old servers need PKG_MBEDTLS_TLS1_0'


class RefusedWithTls13(Refused):

    build = 'tls13'

    def test_a_session_limited_to_tls_1_3_refuses_older_versions(self):
        with openssl(self.pki.rsa) as server:
            self.connect(server)
            result = self.session(server, oldest=4)
        self.assertEqual((result['stage'], result['reason'], result['number']),
                         ('connect', 'alert', PROTOCOL_VERSION), result['output'])


del LegacyCase
