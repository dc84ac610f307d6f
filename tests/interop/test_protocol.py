# SPDX-License-Identifier: Apache-2.0
"""Versions, cipher suites and curves, agreed with real servers."""
from interop.fixtures import Case, gnutls_with_body
from interop.recorders import HelloRecorder, Recorder
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL

ALERT_HANDSHAKE_FAILURE = 40
ALERT_PROTOCOL_VERSION = 70
# Without a common suite GnuTLS sends the first, OpenSSL either.
NO_COMMON_VERSION = (ALERT_HANDSHAKE_FAILURE, ALERT_PROTOCOL_VERSION)
BODY = b'x' * 2000

# OpenSSL's name, GnuTLS's name.
CIPHERS = {
    'AES128-GCM-SHA256': 'AES-128-GCM',
    'AES256-GCM-SHA384': 'AES-256-GCM',
    'CHACHA20-POLY1305': 'CHACHA20-POLY1305',
}
CIPHERS_TLS13 = {
    'TLS_AES_128_GCM_SHA256': 'AES-128-GCM',
    'TLS_AES_256_GCM_SHA384': 'AES-256-GCM',
    'TLS_CHACHA20_POLY1305_SHA256': 'CHACHA20-POLY1305',
}
# OpenSSL's name, GnuTLS's name, the name that nginx reports.
CURVES = {
    'P-256': ('SECP256R1', 'prime256v1'),
    'P-384': ('SECP384R1', 'secp384r1'),
    'X25519': ('X25519', 'X25519'),
}
ONLY_TLS12 = 'NORMAL:-VERS-ALL:+VERS-TLS1.2'
ONLY_TLS13 = 'NORMAL:-VERS-ALL:+VERS-TLS1.3'


def suites_of(key):
    """TLS 1.2 suites for a kind of key, each with one of the ciphers."""
    return ['ECDHE-%s-%s' % (key, cipher) for cipher in CIPHERS]


class Protocol(Case):
    """What both builds with the 3.6 engine do in TLS 1.2."""

    def certificates(self):
        return {'ECDSA': self.pki.ec, 'RSA': self.pki.rsa}

    keys_of_servers_with_an_order = certificates

    def test_each_cipher_on_its_own_with_openssl(self):
        for key, certificate in self.certificates().items():
            for suite in suites_of(key):
                with self.subTest(suite=suite), \
                        OpenSSL(certificate, options=['-tls1_2', '-cipher', suite]) as server:
                    self.connect(server)

    def test_each_cipher_on_its_own_with_gnutls(self):
        for key, certificate in self.certificates().items():
            for cipher in CIPHERS.values():
                priority = '%s:-CIPHER-ALL:+%s' % (ONLY_TLS12, cipher)
                with self.subTest(cipher=cipher, key=key), \
                        gnutls_with_body(certificate, BODY, priority=priority) as server:
                    self.check_body(self.connect(server, get='/', read='all'), BODY)

    def test_each_cipher_on_its_own_with_nginx(self):
        for key, certificate in self.certificates().items():
            for suite in suites_of(key):
                settings = 'ssl_protocols TLSv1.2; ssl_ciphers %s;' % suite
                with self.subTest(suite=suite), \
                        Nginx(certificate, files={'x': BODY}, settings=settings) as server:
                    self.assertGreater(self.connect(server, get='/x', read='all')['received'], 2000)
                    self.assertEqual(server.sessions()[0][:2], ['TLSv1.2', suite])

    def test_a_server_with_a_preference_uses_its_own_first_suite(self):
        for key, certificate in self.keys_of_servers_with_an_order().items():
            suites = suites_of(key)
            for first in range(len(suites)):
                order = suites[first:] + suites[:first]
                settings = 'ssl_protocols TLSv1.2; ssl_prefer_server_ciphers on; ssl_ciphers %s;' % ':'.join(order)
                with self.subTest(order=order), Nginx(certificate, files={'x': b''}, settings=settings) as server:
                    self.connect(server, get='/x', read='all')
                    self.assertEqual(server.sessions()[0][1], order[0])

    def test_a_server_without_a_preference_uses_the_clients_first_suite(self):
        with HelloRecorder() as recorder:
            self.session(recorder)
        names = {0xC02B: 'ECDHE-ECDSA-AES128-GCM-SHA256', 0xC02C: 'ECDHE-ECDSA-AES256-GCM-SHA384',
                 0xCCA9: 'ECDHE-ECDSA-CHACHA20-POLY1305'}
        offered = [names[suite] for suite in recorder.hellos[0].suites if suite in names]
        self.assertEqual(len(offered), 3)
        settings = 'ssl_protocols TLSv1.2; ssl_ciphers %s;' % ':'.join(reversed(offered))
        with Nginx(self.pki.ec, files={'x': b''}, settings=settings) as server:
            self.connect(server, get='/x', read='all')
            self.assertEqual(server.sessions()[0][1], offered[0])

    def test_p_256_is_the_first_curve_that_is_offered(self):
        """The kernel for it is faster than the engine's arithmetic for the others."""
        with HelloRecorder() as recorder:
            self.session(recorder)
        self.assertEqual(recorder.hellos[0].extensions[10][2:4], b'\x00\x17')

    def test_each_curve_on_its_own_with_openssl(self):
        for key, certificate in self.certificates().items():
            for curve in CURVES:
                with self.subTest(curve=curve, key=key), \
                        OpenSSL(certificate, options=['-tls1_2', '-groups', curve]) as server:
                    self.connect(server)

    def test_each_curve_on_its_own_with_gnutls(self):
        for curve, _ in CURVES.values():
            priority = '%s:-GROUP-ALL:+GROUP-%s' % (ONLY_TLS12, curve)
            with self.subTest(curve=curve), GnuTLS(self.pki.rsa, priority=priority) as server:
                self.connect(server)

    def test_each_curve_on_its_own_with_nginx(self):
        for curve, reported in CURVES.values():
            settings = 'ssl_protocols TLSv1.2; ssl_ecdh_curve %s;' % reported
            with self.subTest(curve=curve), Nginx(self.pki.rsa, files={'x': b''}, settings=settings) as server:
                self.connect(server, get='/x', read='all')
                self.assertEqual(server.sessions()[0][2], reported)

    def test_a_suite_without_forward_secrecy_is_refused(self):
        with OpenSSL(self.pki.rsa, options=['-tls1_2', '-cipher', 'AES128-GCM-SHA256:AES256-SHA']) as server:
            result = self.session(server)
        self.assertEqual((result['stage'], result['reason'], result['number']),
                         ('connect', 'alert', ALERT_HANDSHAKE_FAILURE), result['output'])

    def test_a_server_that_stops_at_tls_1_1_is_refused(self):
        with OpenSSL(self.pki.rsa, options=['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0']) as server:
            result = self.session(server)
        self.assertEqual((result['stage'], result['reason']), ('connect', 'alert'), result['output'])
        self.assertIn(result['number'], NO_COMMON_VERSION)


class Tls12Only(Protocol):

    def test_a_server_with_both_versions_speaks_tls_1_2(self):
        with Nginx(self.pki.server, files={'x': b''}) as server:
            self.connect(server, get='/x', read='all')
            self.assertEqual(server.sessions()[0][0], 'TLSv1.2')
        with Recorder(self.pki.server) as server:
            self.connect(server, send=100, read=100)
        self.assertEqual([session.version for session in server.sessions], ['TLSv1.2'])
        with OpenSSL(self.pki.server) as server:
            self.connect(server)
        with GnuTLS(self.pki.server) as server:
            self.connect(server)

    def test_a_server_that_only_has_tls_1_3_is_refused(self):
        servers = {
            'openssl': OpenSSL(self.pki.server, options=['-tls1_3']),
            'gnutls': GnuTLS(self.pki.server, priority=ONLY_TLS13),
            'nginx': Nginx(self.pki.server, settings='ssl_protocols TLSv1.3;'),
        }
        for name, server in servers.items():
            with self.subTest(server=name), server:
                result = self.session(server)
                self.assertEqual((result['stage'], result['reason']), ('connect', 'alert'), result['output'])
                self.assertIn(result['number'], NO_COMMON_VERSION)

    def test_the_client_offers_nothing_but_forward_secret_aead_suites(self):
        with HelloRecorder() as recorder:
            self.session(recorder)
        allowed = {0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9, 0x00FF}
        self.assertEqual(set(recorder.hellos[0].suites), allowed)
        self.assertEqual(recorder.hellos[0].version, 0x0303)


class Tls13(Protocol):

    build = 'tls13'

    def keys_of_servers_with_an_order(self):
        """With an RSA key such a server prefers PSS: see the test below."""
        return {'ECDSA': self.pki.ec}

    def test_tls_1_3_is_agreed_on_with_servers_that_have_nothing_else(self):
        for key, certificate in self.certificates().items():
            with self.subTest(server='openssl', key=key), \
                    OpenSSL(certificate, files={'x': BODY}, options=['-tls1_3'], mode='-HTTP') as server:
                self.assertEqual(self.connect(server, get='/x', read='all')['received'], 2000)
            with self.subTest(server='gnutls', key=key), \
                    gnutls_with_body(certificate, BODY, priority=ONLY_TLS13) as server:
                self.check_body(self.connect(server, get='/', read='all'), BODY)
            with self.subTest(server='nginx', key=key), \
                    Nginx(certificate, files={'x': BODY}, settings='ssl_protocols TLSv1.3;') as server:
                self.connect(server, get='/x', read='all')
                self.assertEqual(server.sessions()[0][0], 'TLSv1.3')

    def test_tls_1_3_is_preferred_if_a_server_has_both(self):
        with Recorder(self.pki.server) as server:
            self.connect(server, send=100, read=100)
        self.assertEqual([session.version for session in server.sessions], ['TLSv1.3'])

    def test_a_server_that_only_has_tls_1_2_speaks_it(self):
        with Nginx(self.pki.server, files={'x': b''}, settings='ssl_protocols TLSv1.2;') as server:
            self.connect(server, get='/x', read='all')
            self.assertEqual(server.sessions()[0][0], 'TLSv1.2')

    def test_each_cipher_of_tls_1_3_on_its_own(self):
        for suite, cipher in CIPHERS_TLS13.items():
            with self.subTest(suite=suite, server='openssl'), OpenSSL(
                    self.pki.ec, files={'x': BODY}, mode='-HTTP',
                    options=['-tls1_3', '-ciphersuites', suite]) as server:
                self.assertEqual(self.connect(server, get='/x', read='all')['received'], 2000)
            priority = '%s:-CIPHER-ALL:+%s' % (ONLY_TLS13, cipher)
            with self.subTest(suite=suite, server='gnutls'), \
                    gnutls_with_body(self.pki.ec, BODY, priority=priority) as server:
                self.check_body(self.connect(server, get='/', read='all'), BODY)
            settings = 'ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites %s;' % suite
            with self.subTest(suite=suite, server='nginx'), \
                    Nginx(self.pki.ec, files={'x': b''}, settings=settings) as server:
                self.connect(server, get='/x', read='all')
                self.assertEqual(server.sessions()[0][:2], ['TLSv1.3', suite])

    def test_each_curve_on_its_own_in_tls_1_3(self):
        """A curve without a key share from the client takes a HelloRetryRequest (RFC 8446 4.1.4)."""
        for curve, (gnutls, reported) in CURVES.items():
            with self.subTest(curve=curve, server='openssl'), \
                    OpenSSL(self.pki.ec, options=['-tls1_3', '-groups', curve]) as server:
                self.connect(server)
            priority = '%s:-GROUP-ALL:+GROUP-%s' % (ONLY_TLS13, gnutls)
            with self.subTest(curve=curve, server='gnutls'), GnuTLS(self.pki.ec, priority=priority) as server:
                self.connect(server)
            settings = 'ssl_protocols TLSv1.3; ssl_ecdh_curve %s;' % reported
            with self.subTest(curve=curve, server='nginx'), \
                    Nginx(self.pki.ec, files={'x': b''}, settings=settings) as server:
                self.connect(server, get='/x', read='all')
                self.assertEqual(server.sessions()[0][2], reported)

    def test_a_tls_1_2_server_may_sign_with_what_the_client_offers(self):
        for algorithm in ('RSA+SHA256', 'RSA+SHA384', 'RSA+SHA512'):
            with self.subTest(algorithm=algorithm), \
                    OpenSSL(self.pki.rsa, options=['-tls1_2', '-sigalgs', algorithm]) as server:
                self.connect(server)

    def test_a_tls_1_2_server_may_sign_with_pss_only(self):
        """RFC 8446 4.2.3: a client that offers PSS for TLS 1.3 takes it in TLS 1.2 as well."""
        for algorithm in ('rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'):
            with self.subTest(algorithm=algorithm), \
                    OpenSSL(self.pki.rsa, options=['-tls1_2', '-sigalgs', algorithm]) as server:
                self.connect(server)

    def test_the_client_offers_both_versions(self):
        with HelloRecorder() as recorder:
            self.session(recorder)
        self.assertEqual(recorder.hellos[0].extensions[43], bytes.fromhex('0403040303'))


del Protocol
