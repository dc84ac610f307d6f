# SPDX-License-Identifier: Apache-2.0
"""The package compiled with clang."""
from interop.fixtures import NOT_TRUSTED, Case
from tools.mbedtls_host.servers import OpenSSL


class Clang(Case):

    build = 'clang'

    def test_a_clang_build_connects_and_refuses(self):
        with OpenSSL(self.pki.server, files={'body': b'x' * 20000}, mode='-HTTP') as server:
            self.assertEqual(self.connect(server, get='/body', read='all')['received'], 20000)
        with OpenSSL(self.pki.stranger) as server:
            self.refuse(server, NOT_TRUSTED)
