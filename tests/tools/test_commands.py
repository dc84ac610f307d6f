# SPDX-License-Identifier: Apache-2.0
"""What all host tools have in common: one interpreter, a sentence if a module is missing, and pipes."""
import glob
import os
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def first_line(path):
    with open(path, 'rb') as source:
        return source.readline().decode('utf-8', 'replace').rstrip()


def programs():
    """The package's Python files that are started by name."""
    found = [path for pattern in ('tools/*', 'tests/**/*', 'targets/**/*', 'bench/**/*', '.ci/*')
             for path in glob.glob(os.path.join(REPOSITORY, pattern), recursive=True) if os.path.isfile(path)]
    return {os.path.relpath(path, REPOSITORY): first_line(path) for path in found
            if first_line(path).startswith('#!') and 'python' in first_line(path)}


class Commands(unittest.TestCase):

    def test_every_program_uses_the_interpreter_for_which_setup_installs(self):
        """Debian's packages, such as python3-kconfiglib, are for /usr/bin/python3; another python3 may come first."""
        self.assertIn('tools/config', programs())
        self.assertEqual({name: line for name, line in programs().items() if line != '#!/usr/bin/python3'}, {})

    def test_a_reader_that_stops_early_causes_no_traceback(self):
        for command in ('tools/roots list', 'tools/roots price', 'tools/roots --help', 'tools/config profile',
                        'tools/config --help', 'tools/engine --help', 'tools/engine'):
            with self.subTest(command):
                done = subprocess.run(['sh', '-c', command + ' | true'], cwd=REPOSITORY, stderr=subprocess.PIPE)
                self.assertEqual(done.stderr, b'')

    def test_a_python_without_kconfiglib_is_named_with_the_remedy(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'kconfiglib.py'), 'w') as output:
                output.write('raise ImportError("no module")\n')
            environment = dict(os.environ, PYTHONPATH=folder)
            for command in (['tools/config', 'profile'], ['-m', 'targets.posix.menuconfig'],
                            ['-m', 'targets.posix.demo']):
                with self.subTest(command):
                    done = subprocess.run([sys.executable, '-B', *command], cwd=REPOSITORY, env=environment,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                    self.assertEqual(done.returncode, 1)
                    self.assertRegex(done.stdout, r'^mbedtls: \S+ lacks kconfiglib: .*python3-kconfiglib')


if __name__ == '__main__':
    unittest.main()
