# SPDX-License-Identifier: Apache-2.0
"""make demo: engine, certificates and ways to connect of each profile, its last line, wrong arguments.

The builds are those of interop/test_profiles.py; "make demo-profiles" shows them all."""
import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from targets.posix import demo

# Engine, kind of key, ways to connect.
PROFILES = {
    'default': ('3.6', 'ec:P-256', 'tls'),
    'everything': ('3.6', 'ec:P-256', 'tls dtls key'),
    'everything-2.28': ('2.28', 'ec:P-256', 'tls dtls key'),
    'legacy': ('2.28', 'ec:P-256', 'tls'),
    'lowest-ram': ('3.6', 'ec:P-256', 'tls'),
    'manual-default': ('2.28', 'ec:P-256', 'tls'),
    'manual-optimised': ('2.28', 'rsa:2048', 'tls'),
    'manual-optimised-3.6': ('3.6', 'rsa:2048', 'tls'),
    'minimal-dtls-ecdsa': ('3.6', 'ec:P-256', 'tls dtls'),
    'minimal-dtls-psk': ('3.6', 'rsa:2048', 'key'),
    'minimal-ecdsa': ('3.6', 'ec:P-256', 'tls'),
    'minimal-ecdsa-rsa': ('3.6', 'ec:P-256', 'tls'),
    'minimal-rsa': ('3.6', 'rsa:2048', 'tls'),
    'modern': ('3.6', 'ec:P-256', 'tls'),
}


class Demo(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = os.path.join(folder.name, 'config')
        for name, value in (('FOLDER', os.path.join(folder.name, 'demo')), ('CONFIG', self.config)):
            patch = mock.patch.object(demo, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_each_profile_has_the_engine_the_certificates_and_the_ways_that_it_is_for(self):
        self.assertEqual(sorted(PROFILES), sorted(os.listdir(demo.PROFILES)))
        for name, wanted in PROFILES.items():
            with self.subTest(name):
                settings = demo.Settings(name, name, [])
                self.assertEqual((settings.engine(), settings.key_kind(), ' '.join(settings.ways())), wanted)

    def test_the_settings_of_make_menuconfig_are_used(self):
        with open(os.path.join(demo.HERE, 'defconfig')) as defaults, open(self.config, 'w') as config:
            config.write(defaults.read() + 'CONFIG_PKG_MBEDTLS_ALPN=y\n')
        settings = demo.Settings('config', None, [])
        self.assertTrue(settings.has('PKG_MBEDTLS_ALPN'))
        self.assertEqual(settings.config, self.config)

    def last_line(self, is_connected, **given):
        arguments = argparse.Namespace(**{**dict.fromkeys(('host', 'clock', 'name', 'key', 'profile')), **given})
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            code = demo.conclude(arguments, is_connected)
        return code, shown.getvalue()

    def test_a_refusal_that_was_asked_for_is_a_success_and_says_so(self):
        for given, word in (({'key': 'replaced'}, 'impostor'), ({'name': 'other.example'}, 'other.example'),
                            ({'clock': '1970'}, '1970')):
            code, said = self.last_line(False, **given)
            self.assertEqual(code, 0)
            self.assertIn('refused to connect, as it should', said)
            self.assertIn(word, said)
        self.assertEqual(self.last_line(True), (0, ''))
        self.assertEqual(self.last_line(False)[0], 1)
        self.assertEqual(self.last_line(False, host='localhost', clock='1970')[0], 1)
        self.assertEqual(self.last_line(True, key='replaced')[0], 1)

    def test_wrong_arguments_get_a_sentence(self):
        for arguments, said in ((['--profile', 'nonsense'], '  minimal-ecdsa '), (['--key', 'other'], 'KEY=replaced')):
            done = subprocess.run([sys.executable, '-B', '-m', 'targets.posix.demo', *arguments], cwd=demo.REPOSITORY,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stdout)
            self.assertNotIn('Traceback', done.stdout)


if __name__ == '__main__':
    unittest.main()
