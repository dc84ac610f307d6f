# SPDX-License-Identifier: Apache-2.0
"""Data arrives complete and in order, in pieces of every size."""
import functools

from interop import fixtures
from interop.fixtures import Case, gnutls_with_body
from interop.recorders import Recorder, RecordTap, sender
from tools.mbedtls_host.servers import Nginx, OpenSSL

MEGABYTE = 1 << 20
OUT_CONTENT_LEN = 2048          # PKG_MBEDTLS_SSL_OUT_CONTENT_LEN
EXPANSION = 24                  # of a record with AES-GCM in TLS 1.2: 8 bytes of nonce, 16 of tag


@functools.lru_cache(None)
def megabyte():
    return fixtures.pattern(MEGABYTE)


class Transfer(Case):

    def test_a_body_of_1_mb_from_openssl_arrives_complete(self):
        with OpenSSL(self.pki.ec, files={'body': megabyte()}, mode='-HTTP') as server:
            for keys in ({}, {'reads': 4096}, {'nonblocking': 1}):
                with self.subTest(**keys):
                    result = self.connect(server, get='/body', read='all', **keys)
                    self.assertEqual((result['received'], result['intact']), (MEGABYTE, 1))

    def test_a_body_of_1_mb_from_nginx_arrives_complete(self):
        with Nginx(self.pki.ec, files={'body': megabyte()}, settings=fixtures.SHORT_HEADER) as server:
            self.check_body(self.connect(server, get='/body', read='all'), megabyte())

    def test_a_body_of_1_mb_from_gnutls_arrives_complete(self):
        with gnutls_with_body(self.pki.ec, megabyte()) as server:
            self.check_body(self.connect(server, get='/', read='all'), megabyte())

    def test_1_mb_from_python_arrives_complete_and_ends_with_close_notify(self):
        with Recorder(self.pki.ec, talk=sender(megabyte())) as server:
            result = self.connect(server, read='all', reads=4096)
        self.assertEqual((result['received'], result['intact']), (MEGABYTE, 1))
        self.assertEqual(result['ret'], fixtures.PEER_CLOSE_NOTIFY)

    def test_a_body_that_differs_in_one_byte_is_detected(self):
        body = bytearray(megabyte())
        body[700000] ^= 1
        with Recorder(self.pki.ec, talk=sender(body)) as server:
            result = self.connect(server, read='all', reads=4096)
        self.assertEqual((result['received'], result['intact']), (MEGABYTE, 0))
        self.assertNotEqual(result['sum'], fixtures.sum_of(megabyte()))

    def test_many_small_writes_are_echoed(self):
        with Recorder(self.pki.ec) as server:
            result = self.connect(server, send=2000, chunk=1, read=2000)
        self.assertEqual((result['sent'], result['received'], result['intact']), (2000, 2000, 1))

    def test_200_kb_are_echoed(self):
        for keys in ({'chunk': 4096}, {'chunk': 1000, 'reads': 4096}, {'chunk': 4096, 'nonblocking': 1}):
            with self.subTest(**keys), Recorder(self.pki.ec) as server:
                result = self.connect(server, send=200000, read=200000, **keys)
                self.assertEqual((result['sent'], result['received'], result['intact']), (200000, 200000, 1))

    def test_reads_of_1_byte_get_every_byte(self):
        with OpenSSL(self.pki.ec, files={'body': megabyte()[:50000]}, mode='-HTTP') as server:
            result = self.connect(server, get='/body', read='all', reads=1)
        self.assertEqual((result['received'], result['intact']), (50000, 1))

    def test_small_writes_and_reads_of_1_byte_without_waiting(self):
        with Recorder(self.pki.ec) as server:
            result = self.connect(server, send=1000, chunk=1, read=1000, reads=1, nonblocking=1)
        self.assertEqual((result['received'], result['intact']), (1000, 1))


class TransferOverTls13(Transfer):

    build = 'tls13'


class Records(Case):

    def test_no_record_is_longer_than_the_output_buffer(self):
        with Recorder(self.pki.ec) as server, RecordTap(server) as tap:
            self.connect(tap, send=50000, chunk=4096, read=50000)
        self.assertLessEqual(max(tap.from_client), OUT_CONTENT_LEN + EXPANSION)
        self.assertGreaterEqual(max(tap.from_client), OUT_CONTENT_LEN)

    def test_a_full_buffer_takes_the_longest_record_there_is(self):
        with Recorder(self.pki.ec, talk=sender(megabyte()[:100000])) as server, RecordTap(server) as tap:
            result = self.connect(tap, read='all')
        self.assertEqual((result['received'], result['intact']), (100000, 1))
        self.assertEqual(max(tap.from_server), 16384 + EXPANSION)
