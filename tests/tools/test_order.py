# SPDX-License-Identifier: Apache-2.0
"""The parts of the device code use each other in one direction only.

Two readings must agree with the order of the parts in CONTRIBUTING.md: the
include lines of the sources, and the symbols that the compiled objects need
from each other. An arrow upwards, an arrow between two parts of one floor, and
a circle of files inside a part are failures.
"""
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PORTS = os.path.join(REPOSITORY, 'ports')
PARTS = os.path.join(REPOSITORY, 'ports', 'src')
PUBLIC = os.path.join(REPOSITORY, 'ports', 'inc')

# The parts from the bottom up. A part may use those of lower floors.
FLOORS = (('base',), ('net', 'random'), ('alt',), ('engine',), ('diagnose', 'path', 'trust'), ('client', 'server'), ('sal',))
FLOOR = {part: number for number, floor in enumerate(FLOORS) for part in floor}

# The part whose interface a public header is; '': the engine's configuration, which every part may read.
HEADERS = {
    'base': 'tls_clock tls_memory tls_text tls_error',
    'net': 'tls_net',
    'random': 'tls_random',
    'path': 'tls_path',
    'trust': 'tls_trust tls_certificate',
    'diagnose': 'tls_diagnose tls_report',
    'client': 'tls_client tls_client_resume tls_psk',
    'server': 'tls_server',
    'sal': 'tls_sal',
    '': 'tls_config tls_config_default tls_config_modules tls_suites threading_alt timing_alt '
        'alt/aes_alt alt/ecp_alt alt/gcm_alt alt/rsa_alt mbedtls/config mbedtls/mbedtls_config',
}
PART_OF = {name + '.h': part for part, names in HEADERS.items() for name in names.split()}

# Builds that together compile every source, and leave every feature out: (profile, settings on top of it).
BUILDS = (
    ('everything', 'PKG_MBEDTLS_PINNING=y,PKG_MBEDTLS_TRUST_FILE=y,PKG_USING_MBEDTLS_CERTS_FROM_FS=y,'
                   'PKG_MBEDTLS_RANDOM_SEED=y,PKG_MBEDTLS_SAL=y'),
    ('default', ''),
    ('default', 'PKG_MBEDTLS_SERVER=y,PKG_MBEDTLS_SSL_VARIABLE_BUFFER=n'),
    ('modern', 'PKG_MBEDTLS_TLS1_2=n'),
    ('minimal-dtls-ecdsa', 'RT_USING_LWIP=y'),
    ('minimal-dtls-psk', ''),
    ('minimal-dtls-psk', 'PKG_MBEDTLS_SERVER=y,PKG_MBEDTLS_DIAGNOSE=n,PKG_MBEDTLS_SSL_OUT_CONTENT_LEN=1024'),
    ('minimal-ecdsa-rsa', 'PKG_MBEDTLS_ECDSA_SIGN=y,PKG_MBEDTLS_RANDOM_MIN_ENTROPY=8,PKG_MBEDTLS_RANDOM_DIRECT=y'),
    ('minimal-ecdsa', 'PKG_MBEDTLS_AES_FAST=y'),
    ('legacy', ''),
)
# Compiled in none of these: a driver framework that the Linux target lacks.
ELSEWHERE = {'tls_random_hwcrypto.c'}
# Functions of the engine that a source outside alt/ replaces.
REPLACED = {'mbedtls_ssl_read'}


def part_of(path):
    """The part that a file below ports/ belongs to, or None for a header that is in no part's list."""
    inside = os.path.relpath(path, PARTS)
    if not inside.startswith('..'):
        return inside.split(os.sep)[0]
    return PART_OF.get(os.path.relpath(path, PUBLIC))


def may_use(user, used):
    if user == '':
        return used in ('', 'base')
    return used in ('', user) or FLOOR[used] < FLOOR[user]


def includes(path):
    """The files below ports/ that a file includes."""
    with open(path, encoding='utf-8') as source:
        for name in re.findall(r'^\s*#\s*include\s*(["<][^">\n]*[">]|\w+)', source.read(), re.MULTILINE):
            if name[0] not in '"<':
                yield name, None        # a macro hides the file
                continue
            name = name.strip('"<>')
            for folder in (os.path.dirname(path), PUBLIC):
                found = os.path.normpath(os.path.join(folder, name))
                # The part engine also includes private headers of the engine itself.
                if os.path.isfile(found) and (part_of(path) != 'engine' or found.startswith(PORTS)):
                    yield name, found
                    break


def include_faults(paths):
    """A line for each include that the order forbids."""
    faults = []
    for path in paths:
        user = part_of(path)
        for name, found in includes(path):
            used = part_of(found) if found else None
            is_private = found is not None and found.startswith(PARTS)
            if used is None or user is None or not may_use(user, used):
                faults.append('%s (%s) includes %s (%s)' % (os.path.relpath(path, REPOSITORY), user, name, used))
            elif user != used and is_private and not name.startswith('../'):
                faults.append('%s includes %s without its part' % (os.path.relpath(path, REPOSITORY), name))
            elif is_private and path.startswith(PUBLIC):
                faults.append('%s is public and includes %s' % (os.path.relpath(path, REPOSITORY), name))
    return faults


def symbols_of(objects):
    """{object: (symbols that it defines, symbols that it needs)}"""
    found = {path: (set(), set()) for path in objects}
    done = subprocess.run(['nm', '-A', '-g'] + objects, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        path, _, rest = line.partition(':')
        kind, name = rest.split()[-2:]
        found[path][1 if kind in 'Uw' else 0].add(name)
    return found


def uses_of(symbols):
    """{object: {other object: symbols that it needs from there}}"""
    owner = {name: path for path, (defined, _) in symbols.items() for name in defined}
    uses = {path: collections.defaultdict(set) for path in symbols}
    for path, (_, needed) in symbols.items():
        for name in needed:
            if owner.get(name, path) != path:
                uses[path][owner[name]].add(name)
    return uses


def link_faults(uses, part_of_object):
    """A line for each use between parts that the order forbids."""
    return ['%s (%s) needs %s of %s (%s)' % (os.path.basename(path), part_of_object(path), ' '.join(sorted(names)),
                                             os.path.basename(other), part_of_object(other))
            for path, others in uses.items() for other, names in others.items()
            if not may_use(part_of_object(path), part_of_object(other))]


def circles(uses):
    """Files that use each other, directly or through others: a sorted list of names for each circle."""
    reached = {}
    for start in uses:
        seen, left = set(), list(uses[start])
        while left:
            path = left.pop()
            if path not in seen:
                seen.add(path)
                left += uses[path]
        reached[start] = seen
    return sorted({tuple(sorted(os.path.basename(other) for other in reached[path] if path in reached[other]))
                   for path in uses if path in reached[path]})


class Includes(unittest.TestCase):

    def sources(self):
        found = [path for pattern in (PARTS + '/**/*.[ch]', PUBLIC + '/**/*.h') for path in
                 glob.glob(pattern, recursive=True)]
        self.assertGreater(len(found), 80)
        return found

    def test_every_part_stands_in_the_order(self):
        self.assertEqual(sorted(os.listdir(PARTS)), sorted(FLOOR))

    def test_every_public_header_belongs_to_a_part_or_to_the_configuration(self):
        headers = {os.path.relpath(path, PUBLIC) for path in self.sources() if path.startswith(PUBLIC)}
        self.assertEqual(sorted(headers), sorted(PART_OF))

    def test_no_include_goes_upwards_or_sideways(self):
        self.assertEqual(include_faults(self.sources()), [])

    def test_an_include_upwards_is_found(self):
        with tempfile.TemporaryDirectory(prefix='order-') as folder:
            shutil.copytree(os.path.dirname(PARTS), folder, dirs_exist_ok=True)
            with mock.patch.multiple(sys.modules[__name__], PARTS=folder + '/src', PUBLIC=folder + '/inc'):
                os.mkdir(folder + '/src/base/deep')
                for name, lines in (('tls_sneak.c', '#include "tls_memory.h"\n  # include "../engine/tls_engine.h"\n'
                                                    '#include <tls_trust.h>\n#include"../client/tls_session.h"\n'
                                                    '#include <../src/client/tls_session.h>\n#include HEADER\n'),
                                    ('deep/tls_sneak.c', '#include "../../server/tls_hello.h"\n')):
                    with open(folder + '/src/base/' + name, 'w') as source:
                        source.write(lines)
                self.assertEqual(sorted(fault.partition(' includes ')[2] for fault in include_faults(self.sources())),
                                 ['../../server/tls_hello.h (server)', '../client/tls_session.h (client)',
                                  '../engine/tls_engine.h (engine)', '../src/client/tls_session.h (client)',
                                  'HEADER (None)', 'tls_trust.h (trust)'])

    def test_no_files_include_each_other_in_a_circle(self):
        uses = {path: {found for _, found in includes(path) if found} for path in self.sources()}
        self.assertEqual(circles(uses), [])


class Links(unittest.TestCase):
    """What the linker would resolve, from objects of the Linux build without optimisation."""

    @classmethod
    def setUpClass(cls):
        cls.builds = []
        for number, (profile, settings) in enumerate(BUILDS):
            build = os.path.join(REPOSITORY, 'build', 'test', 'order', str(number))
            target = os.path.join(build, 'obj', 'package', 'ports')
            shutil.rmtree(target, ignore_errors=True)       # objects of an earlier run
            done = subprocess.run(['scons', '-s', '-f', os.path.join(REPOSITORY, 'targets', 'posix', 'SConstruct'),
                                   'build=' + build, 'sanitize=1', 'profile=' + profile, 'set=PKG_MBEDTLS_RANDOM_BOARD=y,' + settings,
                                   target], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0:
                raise RuntimeError('build failed:\n' + done.stdout[-6000:])
            symbols = symbols_of(glob.glob(os.path.join(target, 'src', '*', '*.o')))
            cls.builds.append((profile, symbols, uses_of(symbols)))

    @staticmethod
    def part_of_object(path):
        return os.path.basename(os.path.dirname(path))

    def test_the_builds_have_every_source(self):
        built = {os.path.basename(path)[:-2] + '.c' for _, symbols, _ in self.builds for path in symbols}
        sources = {os.path.basename(path) for path in glob.glob(os.path.join(PARTS, '*', '*.c'))}
        self.assertEqual(sorted(sources - built), sorted(ELSEWHERE))

    def test_no_symbol_is_needed_from_a_higher_or_a_neighbouring_part(self):
        self.assertEqual([fault for _, _, uses in self.builds for fault in link_faults(uses, self.part_of_object)], [])

    def test_no_files_of_a_part_need_each_other_in_a_circle(self):
        self.assertEqual([circle for _, _, uses in self.builds for circle in circles(uses)], [])

    def test_no_build_needs_a_symbol_of_a_source_that_it_leaves_out(self):
        """A call stands under TLS_HAS() in the same function: at -O0 a compiler keeps any other."""
        ours = {name for _, symbols, _ in self.builds for path, (defined, _) in symbols.items() for name in defined
                if self.part_of_object(path) != 'alt'} - REPLACED       # the engine defines the same symbols
        missing = set()
        for profile, symbols, _ in self.builds:
            here = {name for defined, _ in symbols.values() for name in defined}
            missing |= {'%s: %s needs %s' % (profile, os.path.basename(path), name)
                        for path, (_, needed) in symbols.items() for name in needed & ours - here}
        self.assertEqual(sorted(missing), [])

    def test_a_symbol_needed_from_a_higher_part_is_found(self):
        symbols = {'x/base/low.o': ({'low'}, {'high', 'printf'}), 'x/client/high.o': ({'high'}, {'low'})}
        self.assertEqual(link_faults(uses_of(symbols), self.part_of_object),
                         ['low.o (base) needs high of high.o (client)'])
        self.assertEqual(circles(uses_of(symbols)), [('high.o', 'low.o')])


if __name__ == '__main__':
    unittest.main()
