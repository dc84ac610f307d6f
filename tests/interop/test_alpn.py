# SPDX-License-Identifier: Apache-2.0
"""Application protocols (RFC 7301): which one is chosen, and the report if there is none."""
from interop.fixtures import Case, gnutls_with_body
from interop.recorders import HelloRecorder
from tools.mbedtls_host.servers import GnuTLS, Nginx, OpenSSL

ALPN = -0x9015
NO_APPLICATION_PROTOCOL = 120
EXTENSION = 16


class Alpn(Case):

    build = 'extras'
    versions = ('TLSv1.2', 'TLSv1.3')

    def servers(self, version, protocol):
        number = version[-1]
        return {
            'openssl': OpenSSL(self.pki.ec, options=['-tls1_' + number, '-alpn', protocol]),
            'gnutls': GnuTLS(self.pki.ec, options=['--echo', '--alpn', protocol],
                             priority='NORMAL:-VERS-ALL:+VERS-TLS1.' + number),
        }

    def test_the_protocol_that_both_support_is_chosen(self):
        for version in self.versions:
            for name, server in self.servers(version, 'mqtt').items():
                with self.subTest(version=version, server=name), server:
                    self.assertEqual(self.connect(server, alpn='h2,mqtt,x-amzn-mqtt-ca')['alpn'], 'mqtt')
            with self.subTest(version=version, server='nginx'), \
                    Nginx(self.pki.ec, files={'x': b''}, settings='ssl_protocols %s;' % version) as server:
                result = self.connect(server, alpn='h3,http/1.1', get='/x', read='all')
                self.assertEqual(result['alpn'], 'http/1.1')

    def test_a_refusal_for_lack_of_a_common_protocol_is_reported(self):
        for version in self.versions:
            for name, server in self.servers(version, 'mqtt').items():
                if name == 'gnutls':
                    server.options.append('--alpn-fatal')
                with self.subTest(version=version, server=name), server:
                    result = self.session(server, alpn='h2,coap')
                    self.assertEqual((result['stage'], result['reason'], result['number']),
                                     ('connect', 'alert', NO_APPLICATION_PROTOCOL), result['output'])
                    self.assertIn('no_application_protocol', result['what'])
                    self.assertIn('options.alpn', result['remedy'])

    def test_a_server_without_alpn_connects_without_a_protocol(self):
        for version in self.versions:
            with self.subTest(version=version), \
                    gnutls_with_body(self.pki.ec, b'x' * 9, priority='NORMAL:-VERS-ALL:+VERS-TLS1.' + version[-1]) \
                    as server:
                self.assertEqual(self.connect(server, alpn='h2,mqtt', get='/', read='all')['alpn'], '')

    def test_without_the_option_nothing_is_offered(self):
        with HelloRecorder() as recorder:
            self.session(recorder)
            self.session(recorder, alpn='h2,mqtt')
        self.assertNotIn(EXTENSION, recorder.hellos[0].extensions)
        self.assertEqual(recorder.hellos[1].extensions[EXTENSION], b'\x00\x08\x02h2\x04mqtt')

    def test_a_list_that_cannot_be_sent_is_refused(self):
        for wrong in ('-', ',h2', 'h2,', 'x' * 256, ','.join(['x' * 200] * 6)):
            with self.subTest(wrong[:10]):
                result = self.device.case(host='127.0.0.1', port=1, alpn=wrong)
                self.assertEqual((result['stage'], result['ret'], result['reason']), ('context', ALPN, 'alpn'))
                self.assertIn('application protocols', result['what'])
                self.assertIn('1 to 255 bytes', result['remedy'])

    def test_the_longest_list_is_sent(self):
        names = ','.join(['x' * 200] * 5)       # 1005 of the output buffer's 2048 bytes
        with HelloRecorder() as recorder:
            self.session(recorder, alpn=names)
        self.assertEqual(len(recorder.hellos[0].extensions[EXTENSION]), 1007)


class Alpn228(Alpn):

    build = 'extras-legacy'
    versions = ('TLSv1.2',)
