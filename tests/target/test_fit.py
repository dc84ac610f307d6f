# SPDX-License-Identifier: Apache-2.0
"""tools/fit from a server's address to a proven result, with two servers; the others run in make fit-test.

    make test ONLY=target/test_fit.py
"""
import json
import os
import subprocess
import tempfile
import unittest

from lib.pki import Authority
from lib.servers import Nginx, OpenSSL
from tools.mbedtls_fit import choose

NAME = 'www.example.test'
KEY = '00112233445566778899aabbccddeeff'
BODY = bytes(range(256)) * 160
# ROM of the best profile by hand for this server, with the floor's path rules: minimal-ecdsa PKG_MBEDTLS_PATH_RULES=y
BY_HAND = 43568


def fit(server, *arguments):
    """Runs the command; returns (its output, the result)."""
    name = 'test-%d' % server.port
    done = subprocess.run([os.path.join(choose.ROOT, 'tools', 'fit'), 'fit', '127.0.0.1:%d' % server.port, '--host-name', NAME,
                           '--name', name, '--idle', '1', '--steps', '0', *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise AssertionError('exit code %d\n%s' % (done.returncode, done.stdout[-4000:]))
    with open(os.path.join(choose.ROOT, 'build', 'fit', name, 'result.json'), encoding='utf-8') as source:
        return done.stdout, json.load(source)


class Fit(unittest.TestCase):

    def test_nginx_with_p_256_gets_a_proven_result_as_small_as_the_best_by_hand(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Authority('Fit Root', folder)
            with Nginx(root.authority('Fit Issuing').server(NAME), {'index.html': BODY}) as server:
                _, found = fit(server, '--root', root.pem, '--level', 'exact')
        self.assertTrue(found['figures']['verified'])
        self.assertLess(found['figures']['rom'], BY_HAND * 1.03)
        self.assertEqual(len(found['refused']), 5)
        self.assertEqual([one for one in found['refused'] if not one['is_refused']], [])
        self.assertEqual(choose.below_floor(found['settings']), [])
        self.assertIn('works after', found['idle'])

    def test_a_pre_shared_key_gets_a_build_without_certificates_and_the_result_has_no_key(self):
        server = OpenSSL(None, {'body': BODY})
        server.command = lambda: ['openssl', 's_server', '-accept', '127.0.0.1:%d' % server.port, '-nocert', '-tls1_2',
                                  '-psk_identity', 'device 1', '-psk', KEY, '-cipher', 'PSK', '-WWW']
        with server:
            output, found = fit(server, '--psk', 'device 1:' + KEY, '--path', '/body', '--level', 'exact')
        self.assertEqual([one['is_refused'] for one in found['refused']], [True, True])
        self.assertLess(found['figures']['rom'], 20000)
        self.assertNotIn(KEY, output + json.dumps(found))


if __name__ == '__main__':
    unittest.main()
