# SPDX-License-Identifier: Apache-2.0
"""Clients of other libraries, to be measured by the code that measures the package.

    for name, peer in peers.PEERS.items():
        root, certificate = bench_server.chain(peer.chains[0], 2)
        folder = peers.build(name, root)            # rtthread.elf, empty.elf and their maps, as of measure.build()
        usage = rom.of(folder)
        peers.engine(name)                          # 'BearSSL 0.6'

The libraries are those of Debian's source packages, brought to build/bench/peers on first use: apt authenticates them,
and what is known must have the checksum noted here. fetch() is that step alone. It must run in the main thread, as
tools/engine's does, since it minds signals; build() may run in any once it has been done.
"""
import collections
import fcntl
import os
import re
import subprocess
import tempfile

from tools import debian_sources
from tools.mbedtls_roots import certificate, der, pem
from tools.mbedtls_roots.source import write_if_changed

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, 'build', 'bench', 'peers')

# known, checksum: of the original tarball; a newer release is taken too, since apt vouches for it
Library = collections.namedtuple('Library', 'title package suite known checksum kept')

LIBRARIES = {
    'bearssl': Library(
        'BearSSL', 'bearssl', 'bookworm', '0.6',
        '102a625bd8f6155260867a50c508df8d8c3f796985dd744df1a68e5cd1a79004', ('inc', 'src')),
    'wolfssl': Library(
        'wolfSSL', 'wolfssl', 'sid', '5.9.2',
        '2f4ef3d4fd387a9b3191d36a6316d69116c46ff69bb9583b6c82b36d7b8ca114', ('src', 'wolfcrypt/src', 'wolfssl')),
    'mbedtls': Library(
        'Mbed TLS', 'mbedtls', 'forky', '3.6.7',
        'a7e8bcbec0e6f761b4af24f25677626b35f762f68eef79c08677a363212d11f6', ('include', 'library')),
}

# title: for the tables; product: of LIBRARIES; variant: for its SConscript; chains: kinds of bench_server.chain() that
# it can verify
Peer = collections.namedtuple('Peer', 'title product variant chains')

EC, RSA = ('ec',), ('rsa',)

PEERS = {
    'bearssl-ec': Peer('BearSSL', 'bearssl', 'ec', EC),
    'bearssl-ec-small': Peer('BearSSL, smallest', 'bearssl', 'ec_small', EC),
    'bearssl-rsa': Peer('BearSSL', 'bearssl', 'rsa', RSA),
    'bearssl-rsa-small': Peer('BearSSL, smallest', 'bearssl', 'rsa_small', RSA),
    'wolfssl-ec': Peer('wolfSSL', 'wolfssl', 'ec', EC),
    'wolfssl-ec-assembly': Peer('wolfSSL, Cortex-M assembly', 'wolfssl', 'ec_assembly', EC),
    'wolfssl-rsa': Peer('wolfSSL', 'wolfssl', 'rsa', RSA),
    'wolfssl-rsa-assembly': Peer('wolfSSL, Cortex-M assembly', 'wolfssl', 'rsa_assembly', RSA),
    'mbedtls-stock': Peer('Mbed TLS as it comes', 'mbedtls', 'default', EC + RSA),
    'mbedtls-stock-tls1.2': Peer('Mbed TLS as it comes, TLS 1.2', 'mbedtls', 'tls1_2', EC + RSA),
}


class PeerError(Exception):
    """A peer cannot be built; says why."""


def engine(name):
    """A peer's library and its version."""
    library = LIBRARIES[PEERS[name].product]
    return '%s %s' % (library.title, read_stamp(source_folder(library)) or library.known)


def source_folder(library):
    return os.path.join(BUILD, 'sources', library.package)


def is_fetched(name):
    """Whether build() needs no network."""
    return read_stamp(source_folder(LIBRARIES[PEERS[name].product])) is not None


def fetch(name):
    """Brings the sources of a peer's library, if they are not there; returns their folder."""
    library = LIBRARIES[PEERS[name].product]
    folder = source_folder(library)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with locked(folder + '.lock'):
        if not read_stamp(folder):
            scratch = debian_sources.Scratch()
            try:
                with debian_sources.stopping_on_signals():
                    bring(library, folder, scratch)
            except debian_sources.SourceError as error:
                raise PeerError('%s: %s' % (library.title, error))
            except debian_sources.Interrupted:
                raise KeyboardInterrupt
            finally:
                scratch.remove()
    return folder


def bring(library, folder, scratch):
    mirror = debian_sources.debian_mirror()
    if mirror is None:
        raise PeerError('%s is fetched with apt from a Debian mirror, and this machine has none' % library.title)
    path = debian_sources.fetch(library.package, library.suite, mirror, scratch.make(tempfile.gettempdir()))
    version = re.match(r'[^_]+_(\d+(?:\.\d+)*)', os.path.basename(path)).group(1)
    if numbers(version) < numbers(library.known):
        raise PeerError('%s %s is older than the known %s' % (library.title, version, library.known))
    if version == library.known and debian_sources.sha256_of(path) != library.checksum:
        raise PeerError('%s %s has another checksum than it had' % (library.title, version))
    sources = os.path.join(scratch.make(os.path.dirname(folder)), 'new')
    debian_sources.unpack(path, os.path.basename(path), sources, lambda file: file.startswith(
        tuple(kept + '/' for kept in library.kept)))
    write_if_changed(os.path.join(sources, '.version'), version)
    os.rename(sources, folder)


def numbers(version):
    return [int(number) for number in version.split('.')]


def read_stamp(folder):
    try:
        with open(os.path.join(folder, '.version'), encoding='utf-8') as stamp:
            return stamp.read()
    except OSError:
        return None


def locked(path):
    lock = open(path, 'w')
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def build(name, root, opt='-Os', lto=False):
    """Builds a peer's image with one root compiled in, and the empty one; returns their folder."""
    peer = PEERS[name]
    folder = os.path.join(BUILD, name + opt + ('-lto' if lto else ''))
    package = os.path.join(folder, 'package')
    source = fetch(name)
    os.makedirs(package, exist_ok=True)
    with locked(os.path.join(folder, 'lock')):
        write_if_changed(os.path.join(package, 'root.h'), root_header(root.pem))
        if not os.path.islink(os.path.join(package, 'source')):
            os.symlink(os.path.relpath(source, package), os.path.join(package, 'source'))
        done = subprocess.run(
            ['scons', '-s', '-f', os.path.join(ROOT, 'targets', 'mps2-an500', 'SConstruct'),
             'peer=%s/%s' % (peer.product, peer.variant), 'package=' + package,
             'build=' + os.path.join(folder, 'build'), 'opt=' + opt, 'lto=%d' % lto],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
    if done.returncode != 0:
        raise PeerError('build of %s failed:\n%s' % (name, done.stdout[-6000:]))
    return os.path.join(folder, 'build')


def root_header(path):
    """C: the root in the forms that the libraries take: PEM, DER, or name and key alone."""
    with open(path, 'rb') as source:
        text = source.read()
    (data,) = pem.split(text)
    arrays = [('pem', text + b'\0'), ('der', data), ('name', certificate.Certificate(data).subject)]
    arrays += public_key(data)
    lines = ['/* Generated by peers.py: the root to trust. A file uses the form that its library takes. */']
    for name, content in arrays:
        lines.append('static const unsigned char root_%s[] = {' % name)
        lines += ['    ' + ' '.join('0x%02x,' % byte for byte in content[at:at + 16])
                  for at in range(0, len(content), 16)]
        lines.append('};')
    return '\n'.join(lines) + '\n'


def public_key(data):
    """[(name, bytes)]: an uncompressed point, or modulus and exponent."""
    fields = der.Reader(data).enter(der.SEQUENCE, 'certificate').enter(der.SEQUENCE, 'signed part')
    fields.element(der.context(0), 'version')
    fields.element(der.INTEGER, 'serial number')
    for what in ('signature algorithm', 'issuer', 'validity', 'subject'):
        fields.element(der.SEQUENCE, what)
    info = fields.enter(der.SEQUENCE, 'public key')
    algorithm = info.enter(der.SEQUENCE, 'key algorithm').oid('key algorithm')
    key = info.bits('public key')
    if algorithm == certificate.EC:
        return [('point', key)]
    numbers = der.Reader(key).enter(der.SEQUENCE, 'RSA key')
    return [(name, bytes(numbers.integer(name)).lstrip(b'\0')) for name in ('modulus', 'exponent')]
