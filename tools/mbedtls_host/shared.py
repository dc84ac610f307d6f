# SPDX-License-Identifier: Apache-2.0
"""What several test processes of one run share: made by the first that asks, read by the others.

    @shared
    def pki(): ...          # certificates; what it returns has to be picklable

    with lock('name'): ...

The run's folder is TMPDIR, which tests/run.py makes and removes. A process that was started by hand
has a folder of its own.
"""
import atexit
import contextlib
import fcntl
import functools
import os
import pickle
import re
import shutil
import tempfile

VARIABLE = 'MBEDTLS_TEST_RUN'


@functools.lru_cache(None)
def folder():
    """The folder of this run."""
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    path = tempfile.mkdtemp(prefix='mbedtls-tests-')
    atexit.register(shutil.rmtree, path, True)
    return path


def new_folder(name):
    """A folder of this run that no other call gets."""
    return tempfile.mkdtemp(prefix=name + '-', dir=folder())


@contextlib.contextmanager
def lock(path):
    """Keeps other processes out of a with statement for the same path."""
    with open(path, 'w') as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def shared(function):
    """Like functools.lru_cache, for all processes of the run."""

    @functools.lru_cache(None)
    def get(*arguments):
        words = [function.__module__.replace('__main__', 'main'), function.__name__, *map(str, arguments)]
        path = os.path.join(folder(), re.sub(r'[^\w.=-]+', '_', '-'.join(words)) + '.shared')
        with lock(path + '.lock'):
            if not os.path.exists(path):
                result = function(*arguments)
                with open(path + '.part', 'wb') as output:
                    pickle.dump(result, output)
                os.rename(path + '.part', path)
                return result
            with open(path, 'rb') as stored:
                return pickle.load(stored)

    return functools.wraps(function)(get)
