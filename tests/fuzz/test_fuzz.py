# SPDX-License-Identifier: Apache-2.0
"""Each harness over its corpus and some thousand inputs made from it; make fuzz runs them for longer."""
import os
import shutil
import unittest

from fuzz import harnesses
from tools.mbedtls_host.device import REPOSITORY
from tools.mbedtls_host.shared import new_folder

QUICK = ['opt=-O0']                       # builds three times as fast
SEED = 1
RUNS = 4000

FAULTY = 'ports/src/server/tls_hello.c'
CHECK = ' || datagram[cookie] >= end - cookie'


class Harnesses(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        # One build for both: the fault costs a file and a program.
        with open(os.path.join(REPOSITORY, FAULTY)) as source:
            text = source.read()
        if text.count(CHECK) != 1:
            raise RuntimeError('the check that this test takes out is not in ' + FAULTY)
        folder = harnesses.build('fuzz-quick', {FAULTY: text.replace(CHECK, '')}, ['hello'], QUICK)
        cls.faulty = new_folder('faulty')
        shutil.copy(os.path.join(folder, 'fuzz_hello'), cls.faulty)
        cls.folder = harnesses.build('fuzz-quick', arguments=QUICK)

    def run_one(self, name, folder):
        return harnesses.run(folder, name, new_folder('findings'), new_folder('grown'), seed=SEED, runs=RUNS)

    def check(self, name):
        result = self.run_one(name, self.folder)
        self.assertFalse(result.failed, result.output[-6000:])
        self.assertGreaterEqual(result.executions, RUNS)
        print('count: fuzz %s: %d executions, %d branches, %.1f s' % (
            name, result.executions, result.coverage, result.seconds))

    def test_a_check_that_is_left_out_is_found(self):
        result = self.run_one('hello', self.faulty)
        self.assertTrue(result.failed)
        self.assertRegex(result.output, 'does not hold|AddressSanitizer')


for each in harnesses.names():
    setattr(Harnesses, 'test_' + each, lambda self, name=each: self.check(name))
