# SPDX-License-Identifier: Apache-2.0
"""
Each harness over its corpus and some inputs made from it, in the builds "everything" of
the interop tests; make fuzz runs them for longer, with libFuzzer.
"""
import glob
import os
import resource
import subprocess
import unittest

from fuzz import harnesses
from interop import fixtures
from tools.mbedtls_host.shared import new_folder

SEED = 1
RUNS = {'session': 120}                  # a handshake takes longer than a parser
RUNS_OF_PARSERS = 4000


def run(program, name, runs, files, folder):
    return subprocess.run([program, '--harness=' + name, str(runs), str(SEED), *files], cwd=folder,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


class Quick:
    build = None

    @classmethod
    def setUpClass(cls):
        cls.program = fixtures.harnesses(cls.build)

    def check(self, name):
        files = sorted(glob.glob(os.path.join(harnesses.CORPUS, name, '*')))
        runs = RUNS.get(name, RUNS_OF_PARSERS)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = run(self.program, name, runs, files, new_folder('findings'))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = done.stdout.decode('utf-8', 'replace')
        self.assertEqual(done.returncode, 0, said[-6000:])
        self.assertIn('%d executions' % (len(files) + runs), said)
        print('%s %s: %d executions, %.1f s' % (self.build, name, len(files) + runs, after.ru_utime - before.ru_utime))


for each in harnesses.names():
    setattr(Quick, 'test_' + each, lambda self, name=each: self.check(name))


class Current(Quick, unittest.TestCase):
    build = 'everything'

    def test_each_kind_of_failure_is_found_and_its_input_kept(self):
        for first in b'ctbr':
            with self.subTest(kind=chr(first)):
                folder = new_folder('findings')
                with open(os.path.join(folder, 'in'), 'wb') as output:
                    output.write(bytes([first, 0]))
                done = run(self.program, 'fault', 0, ['in'], folder)
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stdout, b'does not hold|AddressSanitizer')
                with open(os.path.join(folder, 'fuzz-fault.input'), 'rb') as kept:
                    self.assertEqual(kept.read(), bytes([first, 0]))


class Legacy(Quick, unittest.TestCase):
    """Mbed TLS 2.28."""
    build = 'everything-2.28'
