# SPDX-License-Identifier: Apache-2.0
"""For the tests of tools/roots: certificates with any date and extension, and a
folder to put them in."""
import datetime
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = os.path.join(PROJECT, 'tools')

from tools import mbedtls_roots as roots  # noqa: E402
from tools.mbedtls_roots.collection import REFUSED  # noqa: E402

NOW = datetime.datetime(2026, 11, 23)

# For what runs in a process of its own.
AS_OF_NOW = dict(os.environ, SOURCE_DATE_EPOCH=str(int((NOW - datetime.datetime(1970, 1, 1)).total_seconds())))

CA_EXTENSIONS = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n'


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **options).stdout


def content(*path):
    with open(os.path.join(*path), 'rb') as stream:
        return stream.read()


class Maker:
    """Makes self-signed certificates in a folder, all with the same key."""

    def __init__(self, folder):
        self.folder = folder
        self.key = self.path('key')
        run('openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', self.key)

    def path(self, name):
        return os.path.join(self.folder, name)

    def der(self, name, extensions=CA_EXTENSIONS, start='20200101000000Z', end='20400101000000Z',
            key=None, digest='sha256', subject=None):
        """DER of a self-signed certificate; openssl ca alone sets both dates."""
        key = key or self.key
        config = self.path('config')
        with open(config, 'w', encoding='utf-8') as stream:
            stream.write('[ca]\ndefault_ca=d\n[d]\ndatabase=%(at)s/index\nserial=%(at)s/serial\n'
                         'new_certs_dir=%(at)s\npolicy=p\nunique_subject=no\nemail_in_dn=yes\n'
                         'preserve=yes\n[p]\ncommonName=optional\norganizationName=optional\n'
                         'organizationalUnitName=optional\n[v3]\n%(extensions)s\n'
                         '[req]\ndistinguished_name=dn\n[dn]\n'
                         % {'at': self.folder, 'extensions': extensions or ''})
        open(self.path('index'), 'w').close()
        with open(self.path('serial'), 'w') as stream:
            stream.write('01\n')
        run('openssl', 'req', '-new', '-utf8', '-config', config, '-key', key,
            '-subj', subject or '/O=Test/CN=%s' % name, '-out', self.path('request'))
        command = ['openssl', 'ca', '-batch', '-notext', '-config', config, '-selfsign',
                   '-keyfile', key, '-in', self.path('request'), '-md', digest,
                   '-startdate', start, '-enddate', end, '-out', self.path('made')]
        run(*command + (['-extensions', 'v3'] if extensions is not None else []))
        return run('openssl', 'x509', '-in', self.path('made'), '-outform', 'DER')


class Case(unittest.TestCase):
    """A folder of its own for each test, and certificates made once for all."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.shared)
        cls.maker = Maker(cls.shared)
        cls.good = cls.maker.der('Good Root')
        cls.other = cls.maker.der('Other Root')

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as stream:
            stream.write(data if isinstance(data, bytes) else data.encode('utf-8'))
        return path

    def collect(self, *files):
        return roots.collect(files, base=self.folder, now=NOW)

    def only(self, name, data):
        """The entry of a file that holds one."""
        entries = self.collect(self.write(name, data)).entries
        self.assertEqual(1, len(entries))
        return entries[0]

    def assert_refused(self, reason, name, data, status=REFUSED):
        entry = self.only(name, data)
        self.assertEqual(status, entry.status)
        self.assertEqual('mbedtls: %s: %s, %s' % (name, reason, status), entry.line())

    def copy_package(self):
        """What tools/roots needs of the package, in the test's folder."""
        package = os.path.join(self.folder, 'package')
        ignore = shutil.ignore_patterns('__pycache__')
        for name in ('tools/mbedtls_roots', 'certs/default'):
            shutil.copytree(os.path.join(PROJECT, name), os.path.join(package, name), ignore=ignore)
        for name in ('tools/roots', 'Kconfig'):
            shutil.copy(os.path.join(PROJECT, name), os.path.join(package, name))
        return package

    def roots(self, *arguments, package=PROJECT, **options):
        """Exit status, output and error output of tools/roots."""
        result = subprocess.run([sys.executable, os.path.join(package, 'tools', 'roots')] + list(arguments),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                universal_newlines=True, **options)
        return result.returncode, result.stdout, result.stderr
