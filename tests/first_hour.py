# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of docs/linux.md, as they are printed there, in a copy of the files under version control.

make menuconfig is interactive and left out: tests/tools/test_menuconfig.py drives it.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT = 540
CONNECTED = ('Certificate verified success', 'MbedTLS connection close success.')


def commands(document):
    with open(document, encoding='utf-8') as source:
        blocks = re.findall(r'^```sh\n(.*?)^```', source.read(), re.MULTILINE | re.DOTALL)
    return ''.join(blocks).replace('make menuconfig\n', '')


def copy(folder):
    names = subprocess.run(['git', 'ls-files', '-z'], cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True)
    for name in filter(None, names.stdout.split('\0')):
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        shutil.copy(os.path.join(REPOSITORY, name), os.path.join(folder, name))
    shutil.copytree(os.path.join(REPOSITORY, 'mbedtls'), os.path.join(folder, 'mbedtls'))


def main():
    with tempfile.TemporaryDirectory() as folder:
        copy(folder)
        shell = subprocess.Popen(['sh', '-c', commands(os.path.join(REPOSITORY, 'docs', 'linux.md'))], cwd=folder,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            said, _ = shell.communicate(timeout=LIMIT)
        finally:
            try:
                os.killpg(shell.pid, signal.SIGTERM)    # the server of the document is still running
            except ProcessLookupError:
                pass
    missing = [line for line in CONNECTED if line not in said]
    print(said if missing else 'docs/linux.md: every command works')
    return 'missing: ' + ', '.join(missing) if missing else 0


if __name__ == '__main__':
    sys.exit(main())
