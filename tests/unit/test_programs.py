# SPDX-License-Identifier: Apache-2.0
"""Builds and runs the C programs of this folder (test_*.c, with cmocka)."""
import glob
import os
import subprocess
import tempfile
import unittest

from lib.device import Device
from lib.pki import Authority

HERE = os.path.dirname(os.path.abspath(__file__))


def run(program):
    return subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=120, text=True, errors='replace')


class UnitTest(unittest.TestCase):
    """One method per program, added below."""

    folder = None

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            device = Device.build('unit', [Authority('Unit Test Root', folder).pem])
        cls.folder = os.path.join(os.path.dirname(device.program), 'unit')


def method_for(name):
    def method(self):
        done = run(os.path.join(self.folder, name))
        self.assertEqual(0, done.returncode, done.stdout[-6000:])
    return method


for source in sorted(glob.glob(os.path.join(HERE, 'test_*.c'))):
    stem = os.path.splitext(os.path.basename(source))[0]
    setattr(UnitTest, stem, method_for(stem))
