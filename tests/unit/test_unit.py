# SPDX-License-Identifier: Apache-2.0
"""Builds and runs the C programs of this folder, each in several
configurations of the package, with sanitizers."""
import glob
import os
import re
import subprocess
import unittest

from tools.mbedtls_host.device import BUILD, link_package, scons

FOLDER = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77

# Short limits, so that waiting for them is short; a console as small as a device's.
SHORT = ['RT_CONSOLEBUF_SIZE=128', 'PKG_MBEDTLS_CONNECT_TIMEOUT=1200', 'PKG_MBEDTLS_IO_TIMEOUT=700']


def programs():
    return sorted(os.path.basename(path)[:-2] for path in glob.glob(os.path.join(FOLDER, 'test_*.c')))


class Build:
    """Builds the programs; a subclass says how."""
    settings = []
    profile = 'default'
    only = ()                               # programs to build; empty: all
    how = ['sanitize=1']

    @classmethod
    def setUpClass(cls):
        cls.build = os.path.join(BUILD, cls.__name__.lower(), 'build')
        package = os.path.join(BUILD, cls.__name__.lower(), 'package')
        link_package(package, [])           # the same paths as in other builds, whose objects then serve here
        code, said = scons('tests=1', *cls.how, 'package=' + package, 'build=' + cls.build,
                           'profile=' + cls.profile, 'set=' + ','.join(SHORT + cls.settings),
                           *(os.path.join(cls.build, 'unit', name) for name in cls.only))
        if code != 0:
            raise RuntimeError('build failed:\n' + said[-6000:])

    def run_program(self, name):
        done = subprocess.run([os.path.join(self.build, 'unit', name)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        output = done.stdout.decode('utf-8', 'replace')
        if done.returncode == SKIPPED:
            self.skipTest('not in this configuration')
        if done.returncode != 0:
            said = re.findall(r'^(?:\[  (?:ERROR|FAILED)|\[   LINE|Could not|.*Sanitizer|.*runtime error).*', output,
                              re.MULTILINE)
            self.fail('exit code %d\n%s' % (done.returncode, '\n'.join(said) or output[-4000:]))
        self.assertIn('[  PASSED  ]', output)


class Programs(Build):
    """A test for each program."""


for program in programs():
    setattr(Programs, program, lambda self, name=program: self.run_program(name))


class UnitTls12(Programs, unittest.TestCase):
    """The defaults."""


class UnitSeed(Programs, unittest.TestCase):
    """
    A stored seed as the only random source, TLS 1.3, a server, failures in numbers, ticks that are no whole
    milliseconds; all roots and all ways to trust, without the
    rules for paths; the fast AES with keys of 256 bits, and the engine's own tests.
    """
    settings = ['PKG_USING_MBEDTLS_USE_ALL_CERTS=y', 'PKG_MBEDTLS_SHA1=y', 'PKG_MBEDTLS_TRUST_FILE=y',
                'PKG_MBEDTLS_PINNING=y', 'PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_PATH_RULES=n',
                'PKG_MBEDTLS_RANDOM_BOARD=n', 'PKG_MBEDTLS_RANDOM_SEED=y', 'PKG_MBEDTLS_TLS1_3=y',
                'PKG_MBEDTLS_DIAGNOSE=n', 'RT_TICK_PER_SECOND=128', 'PKG_MBEDTLS_SERVER=y', 'PKG_MBEDTLS_DTLS=y',
                'PKG_MBEDTLS_AES_DECRYPT=n', 'PKG_MBEDTLS_AES_SMALL=y', 'PKG_MBEDTLS_AES_FAST=y',
                'PKG_MBEDTLS_SELF_TEST=y']


class UnitMinimal(Programs, unittest.TestCase):
    """The smallest profile for both kinds of keys: the kernel for P-256, with its signing, RSA with public keys, small AES and
    GCM; and the random source without a generator."""
    profile = 'minimal-ecdsa-rsa'
    settings = ['PKG_MBEDTLS_ECDSA_SIGN=y', 'PKG_MBEDTLS_RANDOM_MIN_ENTROPY=8', 'PKG_MBEDTLS_RANDOM_DIRECT=y']


class Options(Build):
    """What to select for an option whose feature is not in the build."""
    only = ('test_options',)

    def test_options(self):
        self.run_program('test_options')


class OptionsTls13(Options, unittest.TestCase):
    """TLS 1.3 only: the menu shows neither DTLS nor a key exchange."""
    settings = ['PKG_MBEDTLS_TLS1_3=y', 'PKG_MBEDTLS_TLS1_2=n', 'PKG_MBEDTLS_TLS1_3_SESSIONS=1', 'PKG_MBEDTLS_SERVER=y']


class OptionsPsk(Options, unittest.TestCase):
    """No certificates."""
    settings = ['PKG_MBEDTLS_KEY_EXCHANGE_PSK=y', 'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA=n',
                'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA=n', 'PKG_MBEDTLS_SERVER=y', 'PKG_MBEDTLS_DTLS=y',
                'PKG_MBEDTLS_CCM=y']


class UnitThreads(Build, unittest.TestCase):
    """The thread sanitizer, in a build that compiles quickly."""
    only = ('test_trust_threads',)
    how = ['sanitize=thread']
    profile = 'minimal-ecdsa'

    def test_trust_threads(self):
        self.run_program('test_trust_threads')


if __name__ == '__main__':
    unittest.main()
