# SPDX-License-Identifier: Apache-2.0
"""Keys and chains that real servers show."""
from interop import fixtures
from interop.fixtures import Case
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL

SERVERS = (OpenSSL, GnuTLS, Nginx)
ALERT_HANDSHAKE_FAILURE = 40
ALERT_CERTIFICATE_REQUIRED = 116


class Certificates(Case):

    def test_every_key_and_chain_connects_to_every_server(self):
        for chain, certificate in self.pki.chains.items():
            for server_class in SERVERS:
                with self.subTest(chain=chain, server=server_class.__name__), server_class(certificate) as server:
                    self.connect(server)

    def test_a_server_may_send_its_root(self):
        for chain in ('P-256, P-256 root', 'P-384, RSA-2048, P-384, P-256 root', 'RSA-4096, RSA-2048, RSA-4096 root'):
            certificate = fixtures.with_root(self.pki.chains[chain])
            for server_class in SERVERS:
                with self.subTest(chain=chain, server=server_class.__name__), server_class(certificate) as server:
                    self.connect(server)

    def test_a_root_that_is_not_compiled_in_is_refused(self):
        for certificate in (self.pki.stranger, fixtures.with_root(self.pki.stranger)):
            for server_class in SERVERS:
                with self.subTest(server=server_class.__name__), server_class(certificate) as server:
                    self.refuse(server, fixtures.NOT_TRUSTED)

    def test_no_certificate_is_verified_if_the_application_disables_it(self):
        with OpenSSL(self.pki.stranger) as server:
            self.connect(server, verify='nothing')

    def test_a_server_may_ask_for_a_certificate_that_it_does_not_need(self):
        servers = {
            'openssl': OpenSSL(self.pki.rsa, options=['-verify', '1']),
            'gnutls': GnuTLS(self.pki.rsa, options=['--echo', '--verify-client-cert']),
            'nginx': Nginx(self.pki.rsa, settings='ssl_verify_client optional_no_ca;'),
        }
        for name, server in servers.items():
            with self.subTest(server=name), server:
                self.connect(server)

    def test_a_server_that_needs_a_certificate_ends_the_session_with_an_alert(self):
        with OpenSSL(self.pki.rsa, options=['-Verify', '1']) as server:
            result = self.session(server)
        self.assertEqual((result['stage'], result['reason'], result['number']),
                         ('connect', 'alert', ALERT_HANDSHAKE_FAILURE), result['output'])


class CertificatesOverTls13(Certificates):

    build = 'tls13'

    def test_a_server_that_needs_a_certificate_ends_the_session_with_an_alert(self):
        """In TLS 1.3 the client is done before the server can object: the first read reports it."""
        with OpenSSL(self.pki.rsa, options=['-Verify', '1']) as server:
            result = self.session(server, read='all')
        self.assertEqual((result['stage'], result['reason'], result['number']),
                         ('read', 'alert', ALERT_CERTIFICATE_REQUIRED), result['output'])
