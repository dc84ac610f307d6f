# SPDX-License-Identifier: Apache-2.0
"""The engine's own server program, for features that no server of Debian's packages has: SSL 3.0,
and suites and curves that OpenSSL and GnuTLS have removed.

    with EngineServer(certificate, options=['force_version=ssl3']) as server:
        server.port

It is ssl_server2 of Mbed TLS 2.28 out of mbedtls-2.28/, which has every suite before TLS 1.3,
built once into build/test/engine-server/. It takes one connection after the other and answers
whatever ends with a line feed, such as a request over HTTP, with response_size bytes.
"""
import concurrent.futures
import fcntl
import functools
import glob
import hashlib
import os
import shutil
import subprocess

from tools.mbedtls_host.device import BUILD, REPOSITORY
from tools.mbedtls_host.servers import Server

ENGINE = os.path.join(REPOSITORY, 'mbedtls-2.28')
CONFIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'engine_server.h')
SOURCES = ('programs/ssl/ssl_server2.c', 'programs/ssl/ssl_test_lib.c', 'programs/test/query_config.c',
           'tests/src/helpers.c', 'library/*.c')
FLAGS = ['-O1', '-w', '-I' + os.path.join(ENGINE, 'include'), '-I' + os.path.join(ENGINE, 'tests', 'include'),
         '-DMBEDTLS_CONFIG_FILE="%s"' % CONFIG]


class EngineServer(Server):
    """ssl_server2 with a certificate (mbedtls_host.pki.Certificate), or without.

    options: command-line arguments of ssl_server2, NAME=VALUE
    psk: the key in bytes; identity: its name
    suite: this one only, in the engine's words ("TLS-RSA-WITH-RC4-128-MD5")
    All versions are spoken unless options have min_version, max_version or force_version.
    """

    def __init__(self, certificate=None, psk=None, identity='device', suite=None, size=10000, options=(), **place):
        super().__init__(**place)
        self.options = ['arc4=1', 'allow_sha1=1', 'min_version=ssl3', 'response_size=%d' % size]
        if certificate:
            self.options += ['crt_file=' + certificate.chain, 'key_file=' + certificate.key]
        else:
            self.options += ['crt_file=none', 'key_file=none']
        if psk:
            self.options += ['psk=' + psk.hex(), 'psk_identity=' + identity]
        if suite:
            self.options.append('force_ciphersuite=' + suite)
        self.options += options

    def command(self):
        return [program(), 'server_addr=' + self.host, 'server_port=%d' % self.port, 'ca_file=none', *self.options]

    def is_ready(self):
        """From its output: the server would take a probing connection for a client."""
        return 'Waiting for a remote connection' in self.output()


def answer(suite, size):
    """The bytes of an answer, over HTTP, to a session with this suite."""
    head = ('HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<h2>mbed TLS Test Server</h2>\r\n'
            '<p>Successful connection using: %s</p>\r\n' % suite).encode()
    return head + b'B' * (size - len(head))


@functools.lru_cache(None)
def program():
    """The built program's path."""
    folder = os.path.join(BUILD, 'engine-server')
    path, stamp = os.path.join(folder, 'ssl_server2'), os.path.join(folder, 'stamp')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = state()
        if not os.path.exists(path) or read(stamp) != wanted:
            build(folder, path)
            with open(stamp, 'wb') as output:
                output.write(wanted)
    return path


def state():
    """What a build depends on: what tools/engine brought, our configuration and the flags."""
    known = hashlib.sha256(repr(FLAGS).encode())
    for name in (os.path.join(ENGINE, '.engine'), CONFIG):
        known.update(read(name))
    return known.hexdigest().encode()


def read(path):
    if not os.path.exists(path):
        return b''
    with open(path, 'rb') as source:
        return source.read()


def build(folder, program_path):
    objects = os.path.join(folder, 'objects')
    shutil.rmtree(objects, ignore_errors=True)
    os.makedirs(objects)
    sources = [path for names in SOURCES for path in sorted(glob.glob(os.path.join(ENGINE, names)))]
    compiler = ['ccache', 'gcc'] if shutil.which('ccache') else ['gcc']

    def compiled(source):
        result = os.path.join(objects, os.path.basename(source)[:-1] + 'o')
        run(compiler + FLAGS + ['-c', source, '-o', result])
        return result

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        run(['gcc', '-o', program_path] + list(pool.map(compiled, sources)))


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError("the engine's server does not build:\n" + done.stdout[-4000:])
