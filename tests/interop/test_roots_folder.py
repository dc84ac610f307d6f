# SPDX-License-Identifier: Apache-2.0
"""Roots that the device loads from its file system (PKG_USING_MBEDTLS_CERTS_FROM_FS)."""
import os
import shutil
import tempfile
import unittest

from tools.mbedtls_host.device import BUILD, Device
from tools.mbedtls_host.pki import Authority
from tools.mbedtls_host.servers import OpenSSL

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
        self.assertIn('unreadable files', result['output'])


if __name__ == '__main__':
    unittest.main()
