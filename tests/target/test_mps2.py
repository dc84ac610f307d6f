# SPDX-License-Identifier: Apache-2.0
"""The package on a Cortex-M7 in QEMU: sessions with a real server, and figures that stay the same.

    make test ONLY=target/test_mps2.py
"""
import atexit
import functools
import os
import shutil
import tempfile
import unittest
from unittest import mock

from bench.measure import bench_server, measure, rom
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import OpenSSL
from tools.mps2_an500.board import Board

EXIT_COMMAND_FAILED = 1
CLOCK_UNSET = '-0x9004'
CONNECT_FAILED = '-0x44'
FILE = b'Bytes that came to a Cortex-M7.\n'


SMALLEST = [
    'PKG_MBEDTLS_DTLS=y', 'PKG_MBEDTLS_DTLS_CID=n', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_CCM=y',
    'PKG_MBEDTLS_GCM=n', 'PKG_MBEDTLS_CHACHAPOLY=n', 'PKG_MBEDTLS_SHA512=n', 'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA=n',
    'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA=n', 'PKG_USING_MBEDTLS_USER_CERTS=n', 'PKG_MBEDTLS_SESSION_DRBG=n',
    'PKG_MBEDTLS_DIAGNOSE=n', 'PKG_MBEDTLS_LOG_LEVEL=0', 'MBEDTLS_SSL_MAX_CONTENT_LEN=512']


@functools.lru_cache(None)
def impostor():
    """A server whose root has the name of the trusted one, and another key."""
    folder = tempfile.mkdtemp(prefix='mps2-an500-')
    atexit.register(shutil.rmtree, folder, True)
    return Authority('Bench Root', folder).server(bench_server.HOST)


class Sessions(unittest.TestCase):
    """The default configuration, which trusts one root on an elliptic curve."""

    @classmethod
    def setUpClass(cls):
        cls.root, cls.certificate = bench_server.chain('ec', 2)
        cls.folder = measure.build('test', cls.root)

    def run_image(self, commands, certificate=None, **options):
        image = os.path.join(self.folder, 'rtthread.elf')
        with OpenSSL(certificate or self.certificate, {'file.txt': FILE}) as server:
            return Board(image, (server.host, server.port)).run(commands, **options)

    def get(self, host=bench_server.HOST, **options):
        return self.run_image(['tls_test %s 443 /file.txt' % host], **options)

    def test_sample_verifies_the_server_and_prints_the_file(self):
        run = self.get()
        self.assertEqual(run.code, 0, run.output)
        for line in ('[I/tls] Certificate verified success...', 'MbedTLS connect success...', FILE.decode().strip(),
                     'MbedTLS connection close success.'):
            self.assertIn(line, run.output.splitlines())

    def test_another_root_is_refused(self):
        run = self.get(certificate=impostor())
        self.assertIn('The certificate is not correctly signed by the trusted CA', run.output)
        self.assertIn('MbedTLS test failed.', run.output)
        self.assertNotIn('MbedTLS connect success', run.output)

    def test_another_name_is_refused(self):
        run = self.get('other.example.test')
        self.assertIn('MbedTLS test failed.', run.output)
        self.assertNotIn('MbedTLS connect success', run.output)

    def test_an_unset_clock_is_refused(self):
        run = self.get(clock=None)
        self.assertIn(CLOCK_UNSET, run.output)
        self.assertIn('MbedTLS test failed.', run.output)

    def test_sessions_free_all_memory(self):
        get = 'tls_test %s 443 /file.txt' % bench_server.HOST
        run = self.run_image([get, 'wait', get, 'wait', 'free'])
        self.assertEqual(run.output.count('MbedTLS connection close success.'), 2, run.output)
        self.assertIn('used memory : 0', run.output.rpartition('free')[2])

    def test_a_port_without_a_server_is_reported(self):
        run = Board(os.path.join(self.folder, 'rtthread.elf')).run(['tls_test x 1 /'])
        self.assertIn('MbedTLSClientConnect err return : ' + CONNECT_FAILED, run.output)

    def test_shell_reports_a_failed_command(self):
        run = self.run_image(['nothing', 'echo still here'])
        self.assertEqual(run.code, EXIT_COMMAND_FAILED)
        self.assertEqual(run.line('still here'), [''])
        self.assertEqual(self.run_image(['exit 7']).code, 7)


class Figures(unittest.TestCase):
    SAME = ('rom', 'static', 'heap_peak', 'heap_after', 'stack', 'verified')

    @classmethod
    def setUpClass(cls):
        cls.row, cls.details = measure.measure('test')

    def test_two_runs_have_the_same_figures(self):
        rows = [self.row, measure.measure('test')[0]]
        self.assertTrue(rows[0]['verified'], rows)
        self.assertEqual(*[{key: row[key] for key in self.SAME} for row in rows])
        for key in ('minsn_handshake', 'insn_per_byte'):
            self.assertAlmostEqual(rows[0][key], rows[1][key], delta=rows[0][key] / 1000, msg=key)

    def test_a_session_over_datagrams_with_a_key_is_verified_and_small(self):
        """The smallest build that there is: no certificate, no curve."""
        row, details = measure.measure('test-keys', SMALLEST, chain='psk')
        self.assertTrue(row['verified'], details['output'])
        self.assertTrue(row['options']['suite'].startswith('PSK-'))
        self.assertLessEqual(row['heap_peak'], 5500)
        self.assertEqual(details['heap_left'], 0)
        self.assertNotIn('x509', ' '.join(details['rom_objects']))

    def test_parts_add_up_to_the_figures(self):
        row, details = self.row, self.details
        for figure, kinds in (('rom', rom.ROM_KINDS), ('static', rom.RAM_KINDS)):
            self.assertEqual(sum(part['size'] for part in details['rom_parts'] if part['kind'] in kinds), row[figure])
        self.assertEqual(sum(block['size'] for block in details['heap_at_peak']), row['heap_peak'])
        handshake = sum(details['phases'][phase] for phase in ('hello', 'certificate', 'key exchange', 'finished'))
        self.assertAlmostEqual(handshake / 1e6, row['minsn_handshake'], delta=row['minsn_handshake'] / 100)
        self.assertEqual(details['heap_left'], 0)

    def test_impostors_are_refused(self):
        folder = measure.build('test', bench_server.chain('ec', 2)[0])
        self.assertIsNone(measure.accepts(folder, 'ec'))
        sessions, _ = measure.run(folder, impostor(), sessions=1)
        self.assertIn('session 1 failed: -0x', measure.why_not(sessions, sessions=1))

    def test_a_client_that_accepts_any_server_is_detected(self):
        folder = measure.build('test', bench_server.chain('ec', 2)[0])
        good = bench_server.chain('ec', 2)[1]
        with mock.patch.object(bench_server, 'impostors', return_value={'of another root': good}):
            self.assertEqual(measure.accepts(folder, 'ec'), 'accepts a server of another root')


if __name__ == '__main__':
    unittest.main()
