# SPDX-License-Identifier: Apache-2.0
"""The package on Mbed TLS 2.28."""
from interop import fixtures
from interop.fixtures import CN_MISMATCH, NAME, NOT_TRUSTED, Case, resolve
from interop.recorders import HelloRecorder, Recorder, sender
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL

MEGABYTE = 1 << 20
ALERT_PROTOCOL_VERSION = 70


class Engine228(Case):

    build = 'legacy'

    def test_every_key_and_chain_connects(self):
        for chain, certificate in self.pki.chains.items():
            for server_class in (OpenSSL, GnuTLS, Nginx):
                with self.subTest(chain=chain, server=server_class.__name__), server_class(certificate) as server:
                    self.connect(server)

    def test_p_256_is_the_first_curve_that_is_offered(self):
        """The kernel for it is faster than the engine's arithmetic for the others."""
        with HelloRecorder() as recorder:
            self.session(recorder)
        self.assertEqual(recorder.hellos[0].extensions[10][2:].hex(), '0017' '001d' '0018')

    def test_an_unknown_ca_is_refused(self):
        with OpenSSL(self.pki.stranger) as server:
            self.refuse(server, NOT_TRUSTED)

    def test_a_wrong_name_is_refused(self):
        with OpenSSL(self.pki.server) as server:
            self.connect(server, host=NAME, options=resolve(NAME, '127.0.0.1'))
            self.refuse(server, CN_MISMATCH, host='other.test', options=resolve('other.test', '127.0.0.1'))

    def test_an_address_has_to_be_in_the_certificate(self):
        for here, right, wrong in (('127.0.0.1', 'IP:127.0.0.1', 'IP:127.0.0.2'), ('::1', 'IP:::1', 'IP:::2')):
            for name, meets in ((right, True), (wrong, False)):
                certificate = self.pki.root.server('address.test', [name])
                with self.subTest(name=name), OpenSSL(certificate, host=here) as server:
                    if meets:
                        self.connect(server)
                    else:
                        self.refuse(server, CN_MISMATCH)

    def test_a_body_of_1_mb_arrives_complete(self):
        with Recorder(self.pki.ec, talk=sender(fixtures.pattern(MEGABYTE))) as server:
            result = self.connect(server, read='all', reads=4096)
        self.assertEqual((result['received'], result['intact']), (MEGABYTE, 1))

    def test_200_kb_are_echoed_without_waiting_and_in_steps(self):
        with Recorder(self.pki.ec) as server:
            result = self.connect(server, send=200000, chunk=4096, read=200000, nonblocking=1, step=1)
        self.assertEqual((result['received'], result['intact']), (200000, 1))

    def test_a_server_that_only_has_tls_1_3_is_refused(self):
        with OpenSSL(self.pki.ec, options=['-tls1_3']) as server:
            result = self.session(server)
        self.assertEqual((result['reason'], result['number']), ('alert', ALERT_PROTOCOL_VERSION), result['output'])

    def test_nothing_before_tls_1_2_is_offered(self):
        with HelloRecorder() as recorder:
            self.session(recorder)
        self.assertEqual(recorder.hellos[0].version, 0x0303)
        with OpenSSL(self.pki.rsa, options=['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0']) as server:
            self.assertLess(self.session(server)['ret'], 0)

    def test_five_sessions_in_a_row_leak_nothing(self):
        with Recorder(self.pki.server) as server:
            results = self.device.cases(host=server.host, port=server.port, times=5, send=5000, read=5000)
        self.assertEqual([(result['received'], result['intact'], result['heap'], result['fds']) for result in results],
                         [(5000, 1, 0, 0)] * 5)
