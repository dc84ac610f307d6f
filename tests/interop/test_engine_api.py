# SPDX-License-Identifier: Apache-2.0
"""Applications that call the engine's functions, as in the manual's chapter 7.2 (tests/device/tls_manual.c)."""
import re
import unittest

from interop import fixtures
from interop.fixtures import NAME, Case
from tools.mbedtls_host.servers import Nginx

BODY = 100 * 1024


class Manual(Case):
    """The settings are those of menuconfig's defaults: records of 16 KB are received, records of 2 KB are sent."""

    def check(self, *arguments):
        body = fixtures.pattern(BODY)
        with Nginx(self.pki.ec, files={'body': body}, settings=fixtures.SHORT_HEADER) as server:
            code, output = self.device.run(' '.join(('tls_manual', NAME, str(server.port), '/body') + arguments))
        found = re.search(r'^MANUAL (-?\d+) (\d+) (\d+)$', output, re.MULTILINE)
        self.assertTrue(found, output)
        ret, length, total = map(int, found.groups())
        self.assertIn(ret, (0, fixtures.PEER_CLOSE_NOTIFY), output)
        self.assertEqual((length, total, code), (BODY, fixtures.sum_of(body), 0), output)

    def test_the_program_of_the_manual_gets_100_kilobytes(self):
        self.check('0', 'handshake')

    def test_the_first_write_makes_the_handshake(self):
        self.check()

    def test_a_fragment_length_that_the_application_announces_is_kept_to(self):
        self.check('3', 'handshake')


class Manual228(Manual):

    build = 'legacy'


if __name__ == '__main__':
    unittest.main()
