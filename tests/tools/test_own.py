# SPDX-License-Identifier: Apache-2.0
"""tools/mbedtls_roots/own.py: the device's own certificate and key in certs/client/ and certs/server/."""
import os
import shutil
import tempfile
import unittest

from tools.mbedtls_host.pki import Authority, openssl
from tools.mbedtls_roots import RootsError, own


class Own(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.pki)
        cls.root = Authority('Root', cls.pki)
        cls.issuer = cls.root.authority('Issuer')
        cls.device = cls.issuer.server('device', names=[])

    def build(self, *files):
        """The C text and the lines of a build with these files, (name, content)."""
        package = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, package)
        os.makedirs(os.path.join(package, 'certs', 'client'))
        for name, content in files:
            with open(os.path.join(package, 'certs', 'client', name), 'wb') as output:
                output.write(content)
        lines = []
        path, _ = own.build(package, 'client', os.path.join(package, 'build'), lines.append)
        with open(path) as source:
            return source.read(), lines

    def data(self, path):
        with open(path, 'rb') as source:
            return source.read()

    def numbers(self, text, name):
        inside = text.partition('char %s[] = {' % name)[2].partition('};')[0]
        return bytes(int(number, 16) for number in inside.replace(',', ' ').split())

    def der(self, certificate):
        openssl('x509', '-in', certificate.pem, '-outform', 'DER', '-out', certificate.pem + '.der')
        return self.data(certificate.pem + '.der')

    def test_the_devices_certificate_comes_first_and_the_root_is_left_out(self):
        text, lines = self.build(('a.pem', self.data(self.root.pem)), ('b.pem', self.data(self.issuer.pem)),
                                 ('c.pem', self.data(self.device.pem)), ('d.key', self.data(self.device.key)))
        self.assertEqual(self.numbers(text, 'certificate'), self.der(self.device) + self.der(self.issuer))
        self.assertEqual(len(lines), 1)
        self.assertIn('warning: the private key certs/client/d.key is compiled into the image', lines[0])

    def test_forms_of_a_key(self):
        forms = {}
        for name, command in (('pkcs8.der', ('pkcs8', '-topk8', '-nocrypt', '-outform', 'DER')),
                              ('sec1.pem', ('ec',)), ('sec1.der', ('ec', '-outform', 'DER'))):
            forms[name] = os.path.join(self.pki, name)
            openssl(*command, '-in', self.device.key, '-out', forms[name])
        for name, path in forms.items():
            with self.subTest(name):
                text, _ = self.build(('chain.pem', self.data(self.device.chain)), (name, self.data(path)))
                self.assertGreater(len(self.numbers(text, 'key')), 100)

    def test_an_empty_folder_gives_nothing(self):
        text, lines = self.build(('README.md', b'text'))
        self.assertIn('tls_client_own = { NULL, 0, NULL, 0 };', text)
        self.assertEqual(lines, [])

    def test_a_certificate_without_a_key_is_for_a_key_elsewhere(self):
        text, lines = self.build(('chain.pem', self.data(self.device.chain)))
        self.assertIn('sizeof(certificate), NULL, 0 };', text)
        self.assertEqual(lines, [])

    def test_what_cannot_be_used_stops_the_build(self):
        encrypted = os.path.join(self.pki, 'encrypted.pem')
        openssl('pkcs8', '-topk8', '-in', self.device.key, '-passout', 'pass:x', '-out', encrypted)
        chain, key = ('chain.pem', self.data(self.device.chain)), ('x.key', self.data(self.device.key))
        other = self.issuer.server('other', names=[])
        for files, words in (
                ((chain, ('y.key', self.data(encrypted))), 'certs/client/y.key is encrypted'),
                ((chain, key, ('y.key', self.data(other.key))), 'it holds 2 keys'),
                ((key,), 'needs one certificate and one key'),
                ((chain, ('y.pem', self.data(other.pem))), 'more than one certificate'),
                ((('y.der', b'text'),), 'certs/client/y.der is neither a certificate nor a key'),
                ((('y.pem', self.data(self.device.pem).replace(b'MII', b'M!I', 1)),), 'certs/client/y.pem')):
            with self.subTest(words), self.assertRaisesRegex(RootsError, words):
                self.build(*files)


if __name__ == '__main__':
    unittest.main()
