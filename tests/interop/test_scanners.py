# SPDX-License-Identifier: Apache-2.0
"""The package's server, looked at by the scanners of Debian: they find what the configuration names, and no more."""
import json
import os
import subprocess
import unittest
import xml.etree.ElementTree

from interop import fixtures
from lib.device_server import HOST, DeviceServer
from tools.mbedtls_host.shared import new_folder

LIMIT = 600
WEAKNESSES = ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')       # testssl's; others are about itself, or no fault

SUITES = {'ECDHE-%s-AES256-GCM-SHA384', 'ECDHE-%s-AES128-GCM-SHA256', 'ECDHE-%s-CHACHA20-POLY1305'}
# Of the settings in fixtures.SERVER; RFC 7251 has them for ECDSA only.
CCM = {'ECDHE-ECDSA-AES256-CCM', 'ECDHE-ECDSA-AES128-CCM', 'ECDHE-ECDSA-AES256-CCM8', 'ECDHE-ECDSA-AES128-CCM8'}
GROUPS = {'secp256r1 (NIST P-256)', 'secp384r1 (NIST P-384)', 'x25519'}


class Scanners(fixtures.Case):

    build = 'server'

    def serve(self, chain):
        one = self.pki.chains[chain]
        return DeviceServer(self.device, cert=one.chain, key=one.key, clients=20, handshakes=10)

    def sslscan(self, port):
        done = subprocess.run(['sslscan', '--no-colour', '--xml=-', '%s:%d' % (HOST, port)], stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=LIMIT, check=True)
        return xml.etree.ElementTree.fromstring(done.stdout).find('ssltest')

    def test_sslscan_finds_the_protocol_suites_and_curves_of_the_configuration(self):
        for chain, kind, more in (('P-256, P-256 root', 'ECDSA', CCM), ('RSA-2048, RSA-4096 root', 'RSA', set())):
            with self.subTest(chain), self.serve(chain) as server:
                found = self.sslscan(server.port)
                self.assertEqual([(each.get('type'), each.get('version')) for each in found.iter('protocol')
                                  if each.get('enabled') == '1'], [('tls', '1.2')])
                self.assertEqual({each.get('cipher') for each in found.iter('cipher')},
                                 {suite % kind for suite in SUITES} | more)
                groups = {each.get('name') for each in found.iter('group')}
                # With an ECDSA certificate it tries the certificate's curve only.
                self.assertEqual(groups, GROUPS if kind == 'RSA' else GROUPS & {'secp256r1 (NIST P-256)'})
                self.assertEqual(found.find('renegotiation').get('supported'), '0')
                self.assertEqual([each.get('sslversion') for each in found.iter('heartbleed')
                                  if each.get('vulnerable') != '0'], [])

    def test_testssl_finds_no_weakness(self):
        path = os.path.join(new_folder('testssl'), 'findings.json')
        with self.serve('P-256, P-256 root') as server:
            done = subprocess.run(['testssl', '--quiet', '--warnings', 'off', '--color', '0', '--nodns', 'none',
                                   '--jsonfile', path, '-p', '-U', '%s:%d' % (HOST, server.port)],
                                  stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                                  timeout=LIMIT)
        with open(path, encoding='utf-8') as source:
            findings = json.load(source)
        said = done.stdout.decode('utf-8', 'replace')
        self.assertEqual([each for each in findings if each['severity'] in WEAKNESSES], [], said)
        finding = {each['id']: each['finding'] for each in findings}
        self.assertEqual(finding['TLS1_2'], 'offered', said)
        self.assertIn('heartbleed', finding, said)


if __name__ == '__main__':
    unittest.main()
