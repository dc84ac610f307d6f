# SPDX-License-Identifier: Apache-2.0
"""Buffers of 4096 bytes, and the maximum fragment length that they announce (RFC 6066 4)."""
import json

from interop import fixtures
from interop.fixtures import Case, gnutls_with_body
from interop.recorders import HelloRecorder, Recorder, RecordTap
from tools.mbedtls_host.servers import Nginx, OpenSSL

BODY = 100000
MAX_FRAGMENT_LENGTH = 1         # the extension's number
CODE_4096 = b'\x04'
SUITE = 'ECDHE-ECDSA-AES256-GCM-SHA384'
EXPANSION = 24                  # of a record with it: 8 bytes of nonce, 16 of tag


def heap_of(device, server):
    """Bytes that a session has while it is connected, its thread's included."""
    code, output = device.run('tls_threads host=%s port=%d' % (server.host, server.port))
    lines = [line for line in output.splitlines() if line.startswith('HEAP ')]
    if code != 0 or len(lines) != 1 or '"sessions": 1' not in output:
        raise AssertionError('exit code %d\n%s' % (code, output))
    return json.loads(lines[0][5:])['connected']


class ShortBuffers(Case):

    build = 'short'

    def test_the_client_announces_4096(self):
        with HelloRecorder() as recorder:
            self.session(recorder)
        self.assertEqual(recorder.hellos[0].extensions[MAX_FRAGMENT_LENGTH], CODE_4096)

    def test_openssl_and_nginx_respect_the_fragment_length(self):
        body = fixtures.pattern(BODY)
        servers = {
            'openssl': OpenSSL(self.pki.ec, files={'body': body}, options=['-cipher', SUITE]),
            'nginx': Nginx(self.pki.ec, files={'body': body},
                           settings=fixtures.SHORT_HEADER + 'ssl_ciphers %s;' % SUITE),
        }
        for name, server in servers.items():
            with self.subTest(server=name), server, RecordTap(server) as tap:
                self.check_body(self.connect(tap, get='/body', read='all'), body)
                self.assertEqual(max(tap.from_server), 4096 + EXPANSION)

    def test_a_server_that_ignores_the_fragment_length_is_reported_with_the_size_that_it_needs(self):
        """gnutls-serv acknowledges the extension and sends records of 16384."""
        with gnutls_with_body(self.pki.ec, fixtures.pattern(BODY)) as server:
            result = self.session(server, get='/', read='all')
        self.assertEqual((result['stage'], result['reason'], result['number']), ('read', 'too-long', 16384),
                         result['output'])

    def test_records_of_4096_go_out(self):
        with Recorder(self.pki.ec) as server, RecordTap(server) as tap:
            result = self.connect(tap, send=BODY, chunk=4096, read=BODY)
        self.assertEqual((result['received'], result['intact']), (BODY, 1))
        self.assertEqual(max(tap.from_client), 4096 + EXPANSION)

    def test_the_longest_chain_connects(self):
        for chain in ('RSA-2048, P-384, RSA-2048, RSA-4096 root', 'RSA-4096, RSA-2048, RSA-4096 root'):
            with self.subTest(chain=chain), Nginx(self.pki.chains[chain]) as server:
                self.connect(server)

    def test_an_idle_session_uses_the_same_memory_with_it(self):
        """Neither has its buffers then: test_buffers.py."""
        with Recorder(self.pki.ec) as server:
            self.assertEqual(heap_of(fixtures.device('default'), server), heap_of(self.device, server))


class FullBuffers(Case):

    def test_the_client_announces_nothing(self):
        with HelloRecorder() as recorder:
            self.session(recorder)
        self.assertNotIn(MAX_FRAGMENT_LENGTH, recorder.hellos[0].extensions)
