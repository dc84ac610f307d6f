# SPDX-License-Identifier: Apache-2.0
"""Roots that the device loads from its file system (PKG_USING_MBEDTLS_CERTS_FROM_FS)."""
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import unittest

from tools.mbedtls_host.device import BUILD, Device
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import OpenSSL

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The build's setting names the folder, so it stays where it is from run to run.
CERTS = os.path.join(BUILD, 'roots-folder', 'certs')


class RootsFolderTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='tls-roots-folder-')
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.root = Authority('Folder Root', cls.folder)
        cls.server = cls.root.server('folder.example', names=['IP:127.0.0.1'])
        cls.device = Device.build('roots-folder', [], ['PKG_USING_MBEDTLS_USER_CERTS=n',
                                                       'PKG_USING_MBEDTLS_CERTS_FROM_FS=y',
                                                       'PKG_MBEDTLS_CERTS_DIR=' + CERTS])

    def setUp(self):
        shutil.rmtree(CERTS, ignore_errors=True)
        os.makedirs(CERTS)

    def test_a_root_in_the_folder_is_trusted(self):
        shutil.copy(self.root.pem, CERTS)
        with OpenSSL(self.server) as server:
            result = self.device.case(host='127.0.0.1', port=server.port)
        self.assertEqual('none', result['reason'], result['output'])

    def test_an_empty_folder_has_no_roots(self):
        result = self.device.case(host='127.0.0.1', port=1)
        self.assertEqual(('context', 'no-roots'), (result['stage'], result['reason']), result['output'])
        self.assertIn('certs/', result['remedy'])

    def test_a_file_that_is_not_a_certificate_is_skipped(self):
        shutil.copy(self.root.pem, CERTS)
        with open(os.path.join(CERTS, 'readme.txt'), 'w') as output:
            output.write('not a certificate')
        with OpenSSL(self.server) as server:
            result = self.device.case(host='127.0.0.1', port=server.port)
        self.assertEqual('none', result['reason'], result['output'])
        self.assertIn('unreadable: readme.txt is neither PEM nor DER', result['output'])
        self.assertIn('unreadable files: 1', result['output'])

    def write(self, name, data):
        with open(os.path.join(CERTS, name), 'wb') as output:
            output.write(data)

    def tool(self, name):
        """Whether tools/roots takes a file for a build."""
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(['/usr/bin/python3', os.path.join(REPOSITORY, 'tools', 'roots'), 'compile', '--store',
                                   os.path.join(folder, 'store'), os.path.join(CERTS, name)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def test_the_folder_takes_what_the_tool_takes(self):
        with open(self.root.pem) as source:
            text = source.read()
        lines = text.splitlines()
        der = ssl.PEM_cert_to_DER_cert(text)
        for name, data in {
                'cr.pem': text.replace('\n', '\r'), 'crlf.pem': text.replace('\n', '\r\n'),
                'indented.pem': ''.join('\t ' + line + '\n' for line in lines),
                'blanks.pem': text.replace('\n', '  \n'), 'no-end.pem': text.rstrip('\n'),
                'x509.pem': text.replace('CERTIFICATE', 'X509 CERTIFICATE'), 'blank-lines.pem': text.replace('\n', '\n\n'),
                'one-line.pem': '%s\n%s\n%s\n' % (lines[0], ''.join(lines[1:-1]), lines[-1]),
                'bom.pem': '\ufeff' + text, 'with-text.pem': 'Certificate:\n    Data:\n' + text, 'der.der': der}.items():
            with self.subTest(name):
                self.setUp()
                self.write(name, data if isinstance(data, bytes) else data.encode())
                self.assertTrue(self.tool(name))
                with OpenSSL(self.server) as server:
                    result = self.device.case(host='127.0.0.1', port=server.port)
                self.assertEqual('none', result['reason'], result['output'])
                self.assertNotIn('unreadable', result['output'])

    @classmethod
    def brainpool(cls):
        with open(Authority('Brainpool Root', cls.folder, 'ec:brainpoolP256r1').pem, 'rb') as source:
            return source.read()

    def test_a_certificate_that_makes_nothing_trusted_is_named(self):
        shutil.copy(self.root.pem, CERTS)
        shutil.copy(self.server.pem, os.path.join(CERTS, 'own.pem'))
        shutil.copy(Authority('Old Root', self.folder, start=-40, end=-20).pem, os.path.join(CERTS, 'old.pem'))
        with OpenSSL(self.server) as server:
            result = self.device.case(host='127.0.0.1', port=server.port)
        self.assertEqual('none', result['reason'], result['output'])
        self.assertIn('not used: own.pem holds a certificate that may not issue others (CA:FALSE)', result['output'])
        self.assertRegex(result['output'], r'not used: old\.pem holds a certificate that expired on \d{4}-\d\d-\d\d')

    def test_each_file_that_cannot_be_used_is_named_with_its_reason(self):
        with open(self.root.pem) as source:
            text = source.read()
        files = {
            'utf16.pem': (text.encode('utf-16'), 'is UTF-16 text; save it as UTF-8'),
            'zero.pem': (b'', 'is empty'),
            'html.pem': (b'<html>404</html>', 'is neither PEM nor DER'),
            'trusted.pem': (text.replace('CERTIFICATE', 'TRUSTED CERTIFICATE').encode(), 'is a TRUSTED CERTIFICATE'),
            'key.pem': (text.replace('CERTIFICATE', 'PRIVATE KEY').encode(), 'holds a key or something else'),
            'broken.pem': (text.replace(text.splitlines()[2], '!!!!').encode(), 'damaged PEM: between BEGIN'),
            'c-string.pem': (''.join('"%s\\n"\n' % line for line in text.splitlines()).encode(), 'damaged PEM'),
            'broken.der': (b'\x30\x03\x02\x01\x00', 'no certificate, or a malformed one (-0x'),
            'brainpool.pem': (self.brainpool(), 'a certificate whose curve is not compiled in: see menuconfig, Curves'),
        }
        for name, (data, _) in files.items():
            self.write(name, data)
        result = self.device.case(host='127.0.0.1', port=1)
        self.assertEqual(('context', 'no-roots'), (result['stage'], result['reason']), result['output'])
        for name, (_, reason) in files.items():
            with self.subTest(name):
                self.assertFalse(self.tool(name))
                self.assertRegex(result['output'], 'unreadable: ' + re.escape(name) + ' (holds )?' + re.escape(reason))
        self.assertIn('unreadable files: %d' % len(files), result['output'])


if __name__ == '__main__':
    unittest.main()
