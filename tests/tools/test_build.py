# SPDX-License-Identifier: Apache-2.0
"""The package's SConscript: what it builds, when it builds again, what it
refuses and how it reports it; and the C files under several compilers.

A scons build here runs in a board's folder as RT-Thread lays it out,
board/packages/mbedtls, mostly with a compiler that only records its arguments:
the tests check which files it gets, and with which options.
"""
import ast
import atexit
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from targets.rtthread import engine_guards      # noqa: E402
from tools.mbedtls_host import pki              # noqa: E402
from tools.mbedtls_settings import kconfig      # noqa: E402

ENGINE = os.path.join(REPOSITORY, 'mbedtls')
ENGINE_2_28 = os.path.join(REPOSITORY, 'mbedtls-2.28')
HAS_ENGINE = os.path.isdir(os.path.join(ENGINE, 'library'))
HAS_ENGINE_2_28 = os.path.isdir(os.path.join(ENGINE_2_28, 'library'))

# A board as RT-Thread's scons builds one: no dependency but those that scons'
# own scanner finds, objects below build/, definitions for the whole build.
SCONSTRUCT = '''\
import json, os, sys
sys.dont_write_bytecode = True
sys.path[:0] = [{posix!r}, {kernel!r}]
import building
SetOption('num_jobs', 2)
env = Environment(CC=ARGUMENTS['cc'], ENV=os.environ, CFLAGS='-std=gnu99', CCFLAGS=['-O0', '-pthread'],
                  CPPPATH=[{posix!r} + '/include', {kernel!r} + '/include', Dir('.').abspath],
                  LINKFLAGS=['-pthread', '-rdynamic'])
building.PrepareBuilding(env, {kernel!r}, Dir('.').abspath)
sources = SConscript('SConscript', variant_dir='build', duplicate=0)
with open('flags.json', 'w') as output:
    json.dump({{'defines': env.subst('$_CPPDEFFLAGS'), 'paths': [str(path) for path in env['CPPPATH']]}}, output)
objects = [env.Object(source) for source in building._flatten(sources)]
if 'program' in ARGUMENTS:
    for folder in ({kernel!r}, {posix!r}):
        objects.append([env.Object(source) for source in
                        SConscript(folder + '/SConscript', variant_dir='build/' + os.path.basename(folder),
                                   duplicate=0, exports={{'sanitize': False}})])
    Default(env.Program(ARGUMENTS['program'], objects))
else:
    Default(objects or env.Alias('nothing'))
'''
SCONSCRIPT = '''\
import os
objects = []
for name in sorted(os.listdir('packages')):
    objects += SConscript(os.path.join('packages', name, 'SConscript'))
Return('objects')
'''

# Notes its arguments, one call a line, and makes an empty output file.
COMPILER = '''\
#!/bin/sh
case " $* " in
*' -c '*) line=$(printf '%s\\037' "$@"); printf '%s\\n' "$line" >> {log} ;;
esac
while [ $# -gt 0 ]; do [ "$1" = -o ] && : > "$2"; shift; done
'''

# An rtconfig.h from a menu that knows nothing of this package's own symbols.
OLD_RTCONFIG = '''\
#ifndef RT_CONFIG_H__
#define RT_CONFIG_H__
#define RT_USING_FINSH
#define FINSH_USING_MSH
#define RT_USING_RTC
#define RT_USING_SAL
#define SAL_USING_POSIX
#define BOARD_USING_RANDOM
#define PKG_USING_MBEDTLS
#define PKG_USING_MBEDTLS_DST_ROOT_CA
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_ECP_WINDOW_SIZE 2
#define MBEDTLS_SSL_MAX_CONTENT_LEN 3584
#define PKG_USING_MBEDTLS_EXAMPLE
#define PKG_MBEDTLS_PATH "/packages/security/mbedtls"
#define PKG_MBEDTLS_VER "latest"
{more}
#endif
'''

_temporary = []


def temporary_folder():
    folder = tempfile.mkdtemp(prefix='mbedtls-test-')
    _temporary.append(folder)
    return folder


@atexit.register
def _remove_temporary():
    for folder in _temporary:
        shutil.rmtree(folder, ignore_errors=True)


def copy_targets():
    """Copies of the kernel and the board, which may be edited during a test."""
    folder = temporary_folder()
    for name in ('rtthread', 'posix'):
        shutil.copytree(os.path.join(REPOSITORY, 'targets', name), os.path.join(folder, name),
                        ignore=shutil.ignore_patterns('__pycache__'))
    return folder


TARGETS = copy_targets()
KERNEL = os.path.join(TARGETS, 'rtthread')
POSIX = os.path.join(TARGETS, 'posix')


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as output:
        output.write(text)
    return path


def read(path):
    with open(path) as source:
        return source.read()


def new_rtconfig(folder, settings='', profile=None):
    """What today's menu writes; settings as in scons set=, profile: a name in defconfig/."""
    kconfig.generate(os.path.join(POSIX, 'Kconfig'), os.path.join(POSIX, 'defconfig'), settings, folder,
                     {'RTT_ROOT': KERNEL, 'PACKAGE_ROOT': REPOSITORY, 'PKG_MBEDTLS_DIR': REPOSITORY},
                     profile and (os.path.join(REPOSITORY, 'defconfig'), profile))
    return read(os.path.join(folder, 'rtconfig.h'))


def snapshot(folder):
    """Every file and folder below, with its content; the engine's by name and size."""
    found = {}
    for path, folders, files in os.walk(folder):
        for name in folders + files:
            item = os.path.join(path, name)
            if os.path.islink(item):
                found[item] = os.readlink(item)
            elif os.path.isfile(item):
                with open(item, 'rb') as source:
                    found[item] = hashlib.sha256(source.read()).hexdigest()
            else:
                found[item] = 'folder'
    return found


def windows_arguments(line):
    """Splits a command line by the rules of CommandLineToArgvW."""
    arguments, current, quoted, i, begun = [], '', False, 0, False
    while i < len(line):
        backslashes = len(line) - i - len(line[i:].lstrip('\\'))
        i += backslashes
        if i < len(line) and line[i] == '"':
            current += '\\' * (backslashes // 2)
            if backslashes % 2:
                current += '"'
            else:
                quoted = not quoted
            begun = True
            i += 1
        elif backslashes:
            current += '\\' * backslashes
            begun = True
        elif i < len(line) and line[i] in ' \t' and not quoted:
            if begun:
                arguments.append(current)
            current, begun = '', False
            i += 1
        else:
            current += line[i]
            begun = True
            i += 1
    return arguments + [current] if begun else arguments


def without_trust(said):
    """The text on stderr without the line that says whom the firmware trusts (tested in test_roots_choice)."""
    return re.sub(r'^mbedtls: trusts .*\n', '', said, flags=re.MULTILINE)


class Board:
    """A board's folder with a copy of the package; the engine is a link."""

    def __init__(self, rtconfig=None, engine=ENGINE):
        self.folder = temporary_folder()
        self.package = os.path.join(self.folder, 'packages', 'mbedtls')
        self.log = os.path.join(self.folder, 'compiler.log')
        self.compiler = write(os.path.join(self.folder, 'cc'), COMPILER.format(log=self.log))
        os.chmod(self.compiler, 0o755)
        write(os.path.join(self.folder, 'SConstruct'), SCONSTRUCT.format(posix=POSIX, kernel=KERNEL))
        write(os.path.join(self.folder, 'SConscript'), SCONSCRIPT)
        self.set(rtconfig if rtconfig is not None else new_rtconfig(temporary_folder()))
        ignored = shutil.ignore_patterns('__pycache__')
        for name in ('ports', 'certs', 'samples', 'tools'):
            shutil.copytree(os.path.join(REPOSITORY, name), os.path.join(self.package, name), ignore=ignored)
        for name in ('SConscript', 'Kconfig'):
            shutil.copy(os.path.join(REPOSITORY, name), self.package)
        for name in glob.glob(os.path.join(self.package, 'certs', '*')):
            if os.path.isfile(name) and not name.endswith('.md'):
                os.remove(name)
        if engine is not None:
            os.symlink(engine, os.path.join(self.package, 'mbedtls'))
        if HAS_ENGINE_2_28:
            os.symlink(ENGINE_2_28, os.path.join(self.package, 'mbedtls-2.28'))

    def path(self, *names):
        return os.path.join(self.package, *names)

    def set(self, rtconfig):
        write(os.path.join(self.folder, 'rtconfig.h'), rtconfig)

    def define(self, old, new):
        text = read(os.path.join(self.folder, 'rtconfig.h'))
        assert old in text, old
        self.set(text.replace(old, new))

    def replace(self, name, old, new):
        text = read(self.path(name))
        assert old in text, old
        write(self.path(name), text.replace(old, new, 1))

    def run(self, *arguments, **environment):
        """Returns (exit code, output, error output without the line that every build prints)."""
        if os.path.exists(self.log):
            os.remove(self.log)
        done = subprocess.run(['scons', '-s', 'cc=' + self.compiler] + list(arguments), cwd=self.folder,
                              env=dict(os.environ, **environment), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout, without_trust(done.stderr)

    def build(self, *arguments, **environment):
        """Builds; returns the text on stderr, but for the line that each build has, about the roots."""
        code, output, said = self.run(*arguments, **environment)
        if code != 0:
            raise AssertionError('scons failed:\n%s%s' % (output[-3000:], said[-3000:]))
        return re.sub('^mbedtls: trusts .*\n', '', said, flags=re.MULTILINE)

    def calls(self):
        """Arguments of the compiler, by the source's base name."""
        found = {}
        if os.path.exists(self.log):
            for line in read(self.log).splitlines():
                arguments = line.rstrip('\037').split('\037')
                found[os.path.basename(arguments[-1])] = arguments
        return found

    def compiled(self):
        return set(self.calls())

    def generated(self, name):
        return os.path.join(self.folder, 'build', 'packages', 'mbedtls', name)

    def flags(self):
        return json.loads(read(os.path.join(self.folder, 'flags.json')))

    def value_of(self, macro, source='ssl_tls.c'):
        """The value of a macro in the build, with the arguments that the compiler got for a source."""
        arguments = [item for item in self.calls()[source] if item.startswith(('-I', '-D', '-std'))]
        done = subprocess.run(['gcc', '-E', '-P', '-x', 'c', '-'] + arguments, cwd=self.folder, text=True,
                              input='#include "mbedtls/ssl.h"\nVALUE %s\n' % macro, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return re.search(r'^VALUE (.*)$', done.stdout, re.MULTILINE).group(1)


def engine_files(engine=ENGINE):
    return {os.path.basename(path) for path in glob.glob(os.path.join(engine, 'library', '*.c'))}


def engine_without_config():
    """The engine as tools/engine brings it: without a configuration of its own."""
    folder = temporary_folder()
    for name in os.listdir(ENGINE):
        if name != 'include':
            os.symlink(os.path.join(ENGINE, name), os.path.join(folder, name))
    for path, _, files in os.walk(os.path.join(ENGINE, 'include')):
        target = os.path.join(folder, os.path.relpath(path, ENGINE))
        os.makedirs(target)
        for name in files:
            if name not in ('mbedtls_config.h', 'config.h'):
                os.symlink(os.path.join(path, name), os.path.join(target, name))
    return folder


def engine_with_config():
    """An engine from elsewhere: with the configuration that upstream ships, which is not ours."""
    folder = engine_without_config()
    write(os.path.join(folder, 'include', 'mbedtls', 'mbedtls_config.h'),
          '#error "this is not the configuration of the package"\n')
    return folder


def engine_of_version(version):
    """The engine, under another version's number."""
    folder = engine_without_config()
    header = os.path.join(folder, 'include', 'mbedtls', 'build_info.h')
    text = re.sub(r'(MBEDTLS_VERSION_STRING +)"[0-9.]+"', r'\1"%s"' % version, read(header))
    os.remove(header)
    write(header, text)
    return folder


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class Refusals(unittest.TestCase):
    """A build that lacks something reports it in one line."""

    def check_one_line(self, result, *words):
        code, output, said = result
        self.assertNotEqual(code, 0)
        self.assertEqual(said.count('\n'), 1, said)
        self.assertNotIn('Traceback', output + said)
        self.assertTrue(said.startswith('mbedtls: '), said)
        for word in words:
            self.assertIn(word, said)

    def test_a_missing_engine_is_reported_in_one_line_that_names_the_tool(self):
        board = Board(engine=None)
        self.check_one_line(board.run(), 'tools/engine', board.package)
        self.assertEqual(board.compiled(), set())

    def test_a_missing_2_28_engine_is_reported_with_its_own_command(self):
        board = Board(new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_ENGINE_2_28=y'))
        if HAS_ENGINE_2_28:
            os.remove(board.path('mbedtls-2.28'))
        self.check_one_line(board.run(), 'tools/engine 2.28')

    def test_a_missing_engine_stops_the_targets_build_too(self):
        board = Board(engine=None)
        done = subprocess.run(['scons', '-s', '-f', os.path.join(REPOSITORY, 'targets/posix/SConstruct'),
                               'package=' + board.package,
                               'build=' + os.path.join(board.folder, 'posix')], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        self.check_one_line((done.returncode, done.stdout, done.stderr), 'tools/engine')

    def test_a_build_without_roots_is_reported_in_one_line_that_names_both_remedies(self):
        rtconfig = new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_ROOT_COMMON=n')
        board = Board(rtconfig)
        self.check_one_line(board.run(), 'certs/', 'menuconfig', 'Select Root Certificate')

    def test_a_file_that_cannot_be_a_root_stops_the_build_after_the_reasons(self):
        board = Board(new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_ROOT_COMMON=n,PKG_USING_MBEDTLS_USER_CERTS=y'))
        write(board.path('certs', 'junk.pem'), 'no certificate\n')
        code, _, said = board.run()
        self.assertNotEqual(code, 0)
        self.assertIn('certs/junk.pem', said.splitlines()[0])
        self.assertIn('replace or remove', said.splitlines()[-1])
        self.assertEqual(len(said.splitlines()), 2)

    def test_an_unknown_root_is_reported_in_one_line_with_similar_names(self):
        settings = 'PKG_MBEDTLS_ROOT_COMMON=n,PKG_MBEDTLS_ROOTS=ISRG Root X9'
        self.check_one_line(Board(new_rtconfig(temporary_folder(), settings)).run(), 'PKG_MBEDTLS_ROOTS', 'ISRG Root X1')

    def test_no_random_source_stops_the_build_before_anything_is_compiled(self):
        for rtconfig in (new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_RANDOM_BOARD=n'), OLD_RTCONFIG.format(more='')):
            board = Board(rtconfig)
            self.check_one_line(board.run(), 'PKG_MBEDTLS_RANDOM_HWCRYPTO', 'PKG_MBEDTLS_RANDOM_BOARD',
                                'PKG_MBEDTLS_RANDOM_SEED', 'menuconfig')
            self.assertEqual(board.compiled(), set())

    def check_no_random(self, rtconfig):
        folder = temporary_folder()
        write(os.path.join(folder, 'rtconfig.h'), rtconfig)
        done = compile_one('gcc', os.path.join(REPOSITORY, 'ports/src/random/tls_random_source.c'), folder)
        self.assertNotEqual(done.returncode, 0)
        message = re.search(r'#error "(.*)"', done.stderr)
        self.assertIsNotNone(message, done.stderr)
        for word in ('menuconfig', 'hwcrypto', 'tls_random_board', 'non-volatile'):
            self.assertIn(word, message.group(1))

    def test_no_random_source_is_an_error_of_the_compiler_with_the_remedy(self):
        self.check_no_random(new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_RANDOM_BOARD=n'))

    def test_an_old_rtconfig_without_a_random_source_is_the_same_error(self):
        self.check_no_random(OLD_RTCONFIG.format(more=''))

    def test_without_the_package_nothing_is_asked_for(self):
        board = Board('#define RT_USING_FINSH\n', engine=None)
        self.assertEqual(board.build(), '')
        self.assertEqual(board.compiled(), set())


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class Roots(unittest.TestCase):
    """The certificates in certs/ and the presets."""

    @classmethod
    def setUpClass(cls):
        folder = temporary_folder()
        cls.first = pki.Authority('First Root', os.path.join(folder, 'first'))
        cls.second = pki.Authority('Second Root', os.path.join(folder, 'second'))
        cls.expired = pki.Authority('Expired Root', os.path.join(folder, 'expired'), start=-20, end=-10)
        cls.server = pki.Certificate('No CA', os.path.join(folder, 'server'), 'ec:P-256', pki.SERVER_EXTENSIONS
                                     .replace('authorityKeyIdentifier = keyid\n', ''))
        settings = 'PKG_MBEDTLS_ROOT_COMMON=n,PKG_USING_MBEDTLS_USER_CERTS=y'
        cls.board = Board(new_rtconfig(temporary_folder(), settings))

    def setUp(self):
        for name in glob.glob(self.board.path('certs', '*')):
            if os.path.isfile(name) and not name.endswith('.md'):
                os.remove(name)
        self.add(self.first, 'first.pem')

    def add(self, certificate, name):
        shutil.copy(certificate.pem, self.board.path('certs', name))

    def count(self):
        return int(re.search(r'tls_roots_count = (\d+);', read(self.board.generated('tls_roots.c'))).group(1))

    def test_an_expired_root_is_left_out_with_a_line(self):
        self.add(self.expired, 'old.pem')
        said, = self.board.build().splitlines()
        self.assertRegex(said, 'certs/old.pem: expired on 20.*, left out$')
        self.assertEqual(self.count(), 1)

    def test_files_that_can_never_be_roots_stop_the_build_with_their_reasons(self):
        self.add(self.server, 'server.crt')
        write(self.board.path('certs', 'junk.pem'), 'hello\n')
        with open(self.board.path('certs', 'junk.der'), 'wb') as output:
            output.write(bytes(range(256)))
        code, _, said = self.board.run()
        said = said.splitlines()
        self.assertNotEqual(code, 0)
        self.assertEqual(len(said), 4, said)
        for name, reason in (('certs/server.crt', 'not a CA certificate'), ('certs/junk.pem', 'unreadable'),
                             ('certs/junk.der', 'unreadable')):
            lines = [line for line in said if name in line]
            self.assertEqual(len(lines), 1, said)
            self.assertIn(reason, lines[0])
            self.assertTrue(lines[0].endswith('refused'), lines[0])
        self.assertIn('replace or remove', said[-1])

    def test_good_files_and_readmes_cause_no_message(self):
        write(self.board.path('certs', 'README'), 'hello\n')
        write(self.board.path('certs', 'notes.txt'), 'hello\n')
        self.add(self.second, 'second.cer')
        self.assertEqual(self.board.build(), '')
        self.assertEqual(self.count(), 2)

    def test_an_unchanged_build_does_nothing(self):
        self.board.build()
        times = {path: os.stat(path).st_mtime_ns for path in
                 glob.glob(os.path.join(self.board.folder, 'build', '**', '*.[oc]'), recursive=True)}
        self.assertGreater(len(times), 100)
        self.board.build()
        self.assertEqual(self.board.compiled(), set())
        self.assertEqual({path: os.stat(path).st_mtime_ns for path in times}, times)

    def test_an_added_certificate_rebuilds_the_roots_alone(self):
        self.board.build()
        self.add(self.second, 'second.pem')
        self.board.build()
        self.assertEqual(self.board.compiled(), {'tls_roots.c', 'tls_certificate.c'})
        self.assertEqual(self.count(), 2)

    def test_a_changed_certificate_rebuilds_the_roots_alone(self):
        self.board.build()
        self.add(self.second, 'first.pem')
        self.board.build()
        self.assertEqual(self.board.compiled(), {'tls_roots.c', 'tls_certificate.c'})
        self.assertIn('Second Root', read(self.board.generated('tls_roots.c')))

    def test_a_removed_certificate_rebuilds_the_roots_alone(self):
        self.add(self.second, 'second.pem')
        self.board.build()
        os.remove(self.board.path('certs', 'second.pem'))
        self.board.build()
        self.assertEqual(self.board.compiled(), {'tls_roots.c', 'tls_certificate.c'})
        self.assertEqual(self.count(), 1)

    def test_generated_files_are_the_same_bytes_in_any_order_of_files(self):
        self.add(self.second, 'aaa.pem')
        self.board.build(SOURCE_DATE_EPOCH='1800000000')
        before = [read(self.board.generated(name)) for name in ('tls_roots.c', 'tls_certificate.c')]
        for name in ('first.pem', 'aaa.pem'):
            os.remove(self.board.path('certs', name))
        shutil.rmtree(os.path.join(self.board.folder, 'build'))
        # Made in another order, at another time.
        self.add(self.second, 'aaa.pem')
        self.add(self.first, 'first.pem')
        self.board.build(SOURCE_DATE_EPOCH='1800000000', PYTHONHASHSEED='7')
        after = [read(self.board.generated(name)) for name in ('tls_roots.c', 'tls_certificate.c')]
        self.assertEqual(after, before)

    def test_the_date_of_a_reproducible_build_decides_what_has_expired(self):
        self.add(self.second, 'second.pem')
        code, _, said = self.board.run(SOURCE_DATE_EPOCH='4000000000')
        self.assertNotEqual(code, 0)
        self.assertEqual(said.count('expired on'), 2)


class Rebuilds:
    """The files that a change rebuilds, with the dependencies that scons finds by itself."""
    settings = ''
    sources = ENGINE

    @classmethod
    def setUpClass(cls):
        cls.board = Board(new_rtconfig(temporary_folder(), cls.settings), engine=cls.engine())
        cls.board.build()

    def setUp(self):
        self.board.build()

    def check_engine_rebuilt(self):
        files = engine_files(self.sources) - {'ecp_curves_new.c'}       # empty in Mbed TLS 3.6.7
        self.assertGreater(len(files), 80)
        self.assertEqual(files - self.board.compiled(), set())

    def test_an_unchanged_build_does_nothing(self):
        self.board.build()
        self.assertEqual(self.board.compiled(), set())

    def test_a_changed_content_length_rebuilds_the_engine(self):
        self.board.define('MBEDTLS_SSL_MAX_CONTENT_LEN 16384', 'MBEDTLS_SSL_MAX_CONTENT_LEN 5555')
        self.board.build()
        self.check_engine_rebuilt()
        self.assertEqual(self.board.value_of('MBEDTLS_SSL_IN_CONTENT_LEN'), '5555')
        self.board.define('MBEDTLS_SSL_MAX_CONTENT_LEN 5555', 'MBEDTLS_SSL_MAX_CONTENT_LEN 16384')
        self.board.build()
        self.assertEqual(self.board.value_of('MBEDTLS_SSL_IN_CONTENT_LEN'), '16384')

    def test_a_change_of_an_unrelated_symbol_still_builds(self):
        self.board.define('#define RT_NAME_MAX 8', '#define RT_NAME_MAX 12')
        self.board.build()
        self.board.build()
        self.assertEqual(self.board.compiled(), set())
        self.board.define('#define RT_NAME_MAX 12', '#define RT_NAME_MAX 8')

    def test_a_changed_tls_config_rebuilds_the_engine_and_the_package(self):
        self.board.replace('ports/inc/tls_config.h', '#define MBEDTLS_OID_C', '#define MBEDTLS_OID_C /* changed */')
        self.board.build()
        self.check_engine_rebuilt()
        self.assertIn('tls_client.c', self.board.compiled())

    def test_a_changed_header_rebuilds_only_what_includes_it(self):
        self.board.replace('ports/src/random/tls_health.h', 'Test the next', 'Check the next')
        self.board.build()
        self.assertEqual(self.board.compiled(), {'tls_health.c', 'tls_random_source.c'})

    def test_a_changed_source_rebuilds_itself_alone(self):
        self.board.replace('ports/src/base/tls_address.c', 'Internet', 'The internet')
        self.board.build()
        self.assertEqual(self.board.compiled(), {'tls_address.c'})

    def test_a_switched_feature_changes_the_list_of_files(self):
        self.board.define('#define PKG_MBEDTLS_DIAGNOSE\n', '')
        self.board.build()
        self.assertIn('tls_diagnose.c', self.board.compiled())
        self.assertNotIn('tls_diagnose_words.c', self.board.compiled())
        self.board.define('#define PKG_USING_MBEDTLS\n', '#define PKG_USING_MBEDTLS\n#define PKG_MBEDTLS_DIAGNOSE\n')


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class RebuildsWithoutConfig(Rebuilds, unittest.TestCase):
    """The engine as tools/engine brings it."""
    engine = staticmethod(lambda: engine_without_config())


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class RebuildsWithConfig(Rebuilds, unittest.TestCase):
    """An engine from elsewhere."""
    engine = staticmethod(lambda: engine_with_config())


@unittest.skipUnless(HAS_ENGINE_2_28, 'no engine 2.28: run tools/engine 2.28')
class Rebuilds228(Rebuilds, unittest.TestCase):
    settings = 'PKG_MBEDTLS_ENGINE_2_28=y'
    sources = ENGINE_2_28
    engine = staticmethod(lambda: None)


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class Configuration(unittest.TestCase):
    """How the engine gets its configuration."""

    def test_an_engine_without_its_own_configuration_takes_ours_without_a_macro(self):
        board = Board(engine=engine_without_config())
        board.define('MBEDTLS_SSL_MAX_CONTENT_LEN 16384', 'MBEDTLS_SSL_MAX_CONTENT_LEN 4321')
        board.build()
        self.assertNotIn('MBEDTLS_CONFIG_FILE', board.flags()['defines'])
        for name, arguments in board.calls().items():
            self.assertFalse([item for item in arguments if 'CONFIG_FILE' in item], name)
        self.assertEqual(board.value_of('MBEDTLS_SSL_IN_CONTENT_LEN'), '4321')

    def test_ours_is_found_in_any_order_of_the_include_paths(self):
        """Project generators sort them."""
        board = Board(engine=engine_without_config())
        board.define('MBEDTLS_SSL_MAX_CONTENT_LEN 16384', 'MBEDTLS_SSL_MAX_CONTENT_LEN 4321')
        board.build()
        arguments = ['-I' + path for path in reversed(board.flags()['paths'])]
        done = subprocess.run(['gcc', '-E', '-P', '-x', 'c', '-'] + arguments, cwd=board.folder, text=True,
                              input='#include "mbedtls/ssl.h"\nVALUE MBEDTLS_SSL_IN_CONTENT_LEN\n',
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertIn('VALUE 4321', done.stdout)

    def test_for_an_engine_with_its_own_configuration_the_macro_reaches_the_compiler_through_sh(self):
        board = Board(engine=engine_with_config())
        board.build()
        self.assertGreater(len(board.calls()), 100)
        for name, arguments in board.calls().items():
            self.assertIn('-DMBEDTLS_CONFIG_FILE="tls_config.h"', arguments, name)
        self.assertEqual(board.value_of('MBEDTLS_SSL_IN_CONTENT_LEN'), '16384')

    def test_the_macro_survives_the_argument_rules_of_windows(self):
        board = Board(engine=engine_with_config())
        board.build()
        self.assertIn('-DMBEDTLS_CONFIG_FILE="tls_config.h"', windows_arguments(board.flags()['defines']))

    def test_the_emulated_rules_of_windows_are_the_documented_ones(self):
        for line, arguments in (('"a b c" d e', ['a b c', 'd', 'e']), (r'"ab\"c" "\\" d', ['ab"c', '\\', 'd']),
                                (r'a\\\b d"e f"g h', [r'a\\\b', 'de fg', 'h']), (r'a\\\"b c d', [r'a\"b', 'c', 'd']),
                                (r'a\\\\"b c" d e', [r'a\\b c', 'd', 'e']), ('-DX=<a.h>', ['-DX=<a.h>'])):
            self.assertEqual(windows_arguments(line), arguments)

    def test_no_other_macro_is_defined_for_the_kernel(self):
        board = Board(engine=engine_without_config())
        board.build()
        self.assertEqual(board.flags()['defines'].strip(), '')

    @unittest.skipUnless(HAS_ENGINE_2_28, 'no engine 2.28: run tools/engine 2.28')
    def test_the_2_28_engine_takes_our_configuration_too(self):
        board = Board(new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_ENGINE_2_28=y,'
                                                       'MBEDTLS_SSL_MAX_CONTENT_LEN=4321'))
        board.build()
        self.assertEqual(engine_files(ENGINE_2_28) - board.compiled(), set())
        self.assertEqual(board.value_of('MBEDTLS_SSL_IN_CONTENT_LEN'), '4321')

    @unittest.skipUnless(HAS_ENGINE_2_28, 'no engine 2.28: run tools/engine 2.28')
    def test_the_build_lists_obsolete_and_weak_options_in_one_line(self):
        warning = 'mbedtls: warning: obsolete and weak options are on: '
        board = Board()
        for settings, names in {'': '', 'PKG_MBEDTLS_CBC=y,PKG_MBEDTLS_DES=y': '', 'PKG_MBEDTLS_ENGINE_2_28=y': '',
                                'PKG_MBEDTLS_ENGINE_2_28=y,PKG_MBEDTLS_SSL3=y': 'SSL 3.0, TLS 1.0, TLS 1.1',
                                'PKG_MBEDTLS_ENGINE_2_28=y,PKG_MBEDTLS_RC4=y,PKG_MBEDTLS_CBC=y,PKG_MBEDTLS_DES=y':
                                    'Triple DES, RC4'}.items():
            with self.subTest(settings=settings):
                board.set(new_rtconfig(temporary_folder(), settings))
                code, _, said = board.run('--dry-run')
                said = [line for line in said.splitlines() if not line.startswith('mbedtls: warning: the engine is ')]
                self.assertEqual((code, said), (0, [warning + names] if names else []))

    def check_engine_warning(self, board, *words):
        code, _, said = board.run('--dry-run')
        self.assertEqual((code, said.count('\n')), (0, 1), said)
        self.assertTrue(said.startswith('mbedtls: warning: the engine is Mbed TLS '), said)
        for word in words:
            self.assertIn(word, said)

    @unittest.skipUnless(HAS_ENGINE_2_28, 'no engine 2.28: run tools/engine 2.28')
    def test_a_build_with_2_28_warns_once_that_the_branch_is_not_maintained(self):
        self.check_engine_warning(Board(new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_ENGINE_2_28=y')),
                                  'Mbed TLS 2.28.', 'March 2025', 'SECURITY.md')

    def test_a_build_with_an_engine_older_than_3_6_7_warns_once_with_the_command_that_replaces_it(self):
        for version, is_old in {'3.6.6': True, '3.6.0': True, '3.6.7': False, '3.6.10': False}.items():
            with self.subTest(version=version):
                board = Board(engine=engine_of_version(version))
                if is_old:
                    self.check_engine_warning(board, version, '3.6.7', 'tools/engine', board.package)
                else:
                    self.assertEqual(board.run('--dry-run')[::2], (0, ''))

    def test_every_source_of_the_engine_and_each_of_the_package_once_is_built(self):
        board = Board()
        board.build()
        self.assertEqual(engine_files() - board.compiled(), set())
        sources = [line.rstrip('\037').split('\037')[-1] for line in read(board.log).splitlines()]
        self.assertEqual(len(sources), len(set(sources)))
        for name in ('tls_client.c', 'tls_random.c', 'tls_diagnose.c', 'tls_app_test.c', 'tls_roots.c'):
            self.assertIn(name, board.compiled())


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class SourceTree(unittest.TestCase):

    def test_a_build_writes_nothing_into_the_package(self):
        board = Board(new_rtconfig(temporary_folder(), 'PKG_USING_MBEDTLS_USER_CERTS=y,PKG_MBEDTLS_TRUST_BOTH=y,PKG_MBEDTLS_ROOT_COMMON=y'))
        environment = {name: value for name, value in os.environ.items() if name != 'PYTHONDONTWRITEBYTECODE'}
        before = snapshot(board.package)
        names = sorted(os.listdir(ENGINE)), sorted(os.listdir(os.path.join(ENGINE, 'library')))
        done = subprocess.run(['scons', '-s', 'cc=' + board.compiler], cwd=board.folder, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(snapshot(board.package), before)
        self.assertEqual((sorted(os.listdir(ENGINE)), sorted(os.listdir(os.path.join(ENGINE, 'library')))), names)
        self.assertFalse([path for path in before if '__pycache__' in path])

    def test_generated_files_are_there_outside_the_package_where_nothing_is_built(self):
        """As with scons --target, which runs no builder; also where the board names no build folder."""
        for variant in (", variant_dir='build', duplicate=0", ''):
            board = Board()
            script = read(os.path.join(board.folder, 'SConstruct'))
            write(os.path.join(board.folder, 'SConstruct'),
                  script.replace(", variant_dir='build', duplicate=0", variant, 1))
            before = snapshot(board.package)
            board.build('-n')
            self.assertEqual(board.compiled(), set())
            self.assertEqual(snapshot(board.package), before)
            found = glob.glob(os.path.join(board.folder, 'build', '**', 'tls_*.c'), recursive=True)
            self.assertEqual(sorted(os.path.basename(path) for path in found), ['tls_certificate.c', 'tls_roots.c'])

    def test_an_exported_project_keeps_its_files_when_build_is_deleted(self):
        board = Board()
        script = read(os.path.join(board.folder, 'SConstruct'))
        write(os.path.join(board.folder, 'SConstruct'),
              script.replace('import building\n', 'import building\nAddOption("--target", dest="target", type="string")\n', 1))
        before = snapshot(board.package)
        said = board.build('-n', '--target=mdk5')
        self.assertIn('keep that folder, and export again', said)
        self.assertEqual(snapshot(board.package), before)
        self.assertEqual(sorted(os.listdir(os.path.join(board.folder, 'mbedtls-roots'))), ['tls_certificate.c', 'tls_roots.c'])
        self.assertFalse(glob.glob(os.path.join(board.folder, 'build', '**', 'tls_roots.c'), recursive=True))
        self.assertIn('export again', read(os.path.join(board.folder, 'mbedtls-roots', 'tls_roots.c')).split('*/')[0])

    def test_a_build_without_optimisation_says_once_what_that_costs(self):
        for flags, expected in ((' -mcpu=cortex-m4 -O0 -g', 1), (' -O0 -g -Os', 0), (' -O2', 0), ('', 0), (' -On', 1)):
            board = Board()
            script = read(os.path.join(board.folder, 'SConstruct'))
            write(os.path.join(board.folder, 'SConstruct'),
                  script.replace('import building\n', 'import building\nimport rtconfig\nrtconfig.CFLAGS = %r\n' % flags, 1))
            self.assertEqual(board.build('-n').count('compiled without optimisation'), expected, flags)

    def test_a_failed_build_writes_nothing_into_the_package_either(self):
        board = Board(new_rtconfig(temporary_folder(), 'PKG_MBEDTLS_ROOT_COMMON=n'))
        before = snapshot(board.package)
        self.assertNotEqual(board.run()[0], 0)
        self.assertEqual(snapshot(board.package), before)


PROBE = '''
#include <stdio.h>
#include <rtthread.h>
#include <finsh.h>
#include "tls_certificate.h"
#include "mbedtls/ssl.h"
static int probe(void)
{
    rt_kprintf("IN %d OUT %d ROOTS %d\\n", (int)MBEDTLS_SSL_IN_CONTENT_LEN, (int)MBEDTLS_SSL_OUT_CONTENT_LEN,
               (int)tls_roots_count);
    return 0;
}
MSH_CMD_EXPORT(probe, tells what the build is);
'''


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class OldRtconfig(unittest.TestCase):
    """An rtconfig.h of today's users keeps its meaning, built by a real compiler."""

    @classmethod
    def setUpClass(cls):
        cls.board = Board(OLD_RTCONFIG.format(more='#define PKG_MBEDTLS_RANDOM_BOARD'))
        write(os.path.join(cls.board.folder, 'packages', 'probe', 'probe.c'), PROBE)
        write(os.path.join(cls.board.folder, 'packages', 'probe', 'SConscript'),
              "from building import *\n"
              "group = DefineGroup('probe', Glob('*.c'), depend=[''])\n"
              "Return('group')\n")
        cls.program = os.path.join(cls.board.folder, 'device')
        cls.said = cls.board.build('cc=gcc', 'program=' + cls.program)

    def shell(self, command):
        done = subprocess.run([self.program, '--timeout', '600', '-c', command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
        return done.returncode, done.stdout

    def test_it_builds_and_the_compiler_says_nothing(self):
        self.assertTrue(os.path.exists(self.program))
        self.assertEqual([line for line in self.said.splitlines() if not line.startswith('mbedtls: ')], [])

    def test_the_content_length_is_that_of_the_buffers(self):
        code, output = self.shell('probe')
        self.assertEqual(code, 0, output)
        self.assertRegex(output, r'IN 3584 OUT 2048 ROOTS [1-9]')

    def test_the_expired_preset_is_named_and_replaced(self):
        self.assertRegex(self.said, r'DST')

    def test_the_example_is_in_the_shell(self):
        # An unknown name: the command exists and fails at the look-up.
        done = subprocess.run([self.program, '--timeout', '600', '--resolve', 'unknown.test=!nxdomain',
                               '-c', 'tls_test unknown.test'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True)
        self.assertIn('name look-up failed', done.stdout)


# The warnings that hold for every file of the package.
WARNINGS = ['-Wall', '-Wextra', '-Wshadow', '-Wundef', '-Werror']


def include_arguments(config_folder, engine=ENGINE):
    return ['-I' + config_folder, '-I' + os.path.join(REPOSITORY, 'ports', 'inc'),
            '-I' + os.path.join(REPOSITORY, 'ports', 'inc', 'alt'), '-isystem', os.path.join(engine, 'include'),
            '-DMBEDTLS_CONFIG_FILE="tls_config.h"']


def compile_one(compiler, source, config_folder, engine=ENGINE, standard='-std=gnu99'):
    """Compile without output."""
    arguments = [compiler, '-fsyntax-only', standard] + WARNINGS
    if source.endswith('.c'):
        arguments.append('-Wstrict-prototypes')
    for folder in (POSIX, KERNEL):
        arguments += ['-isystem', os.path.join(folder, 'include')]
    return subprocess.run(arguments + include_arguments(config_folder, engine) + [source],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


CONFIGURATIONS = {
    'default': '',
    'tls13': 'PKG_MBEDTLS_TLS1_3=y,PKG_USING_MBEDTLS_DEBUG=y,PKG_USING_MBEDTLS_CERTS_FROM_FS=y,'
             'PKG_MBEDTLS_TRUST_FILE=y,PKG_MBEDTLS_PINNING=y,PKG_MBEDTLS_ALPN=y,PKG_MBEDTLS_SESSION_TICKETS=y',
    'silent': 'PKG_MBEDTLS_LOG_LEVEL=0,PKG_USING_MBEDTLS_CERTS_FROM_FS=y,PKG_MBEDTLS_TRUST_FILE=y,'
              'PKG_MBEDTLS_PINNING=y,PKG_MBEDTLS_ALPN=y,PKG_MBEDTLS_SESSION_TICKETS=y,PKG_MBEDTLS_DTLS=y,'
              'PKG_MBEDTLS_SERVER=y,PKG_USING_MBEDTLS_EXAMPLE=y,PKG_MBEDTLS_SERVER_EXAMPLE=y',
    'minimal': 'PKG_MBEDTLS_DIAGNOSE=n,PKG_MBEDTLS_SESSION_DRBG=n,PKG_MBEDTLS_LOG_LEVEL=0,PKG_MBEDTLS_PEM=n,'
             'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA=n,PKG_MBEDTLS_CHACHAPOLY=n,PKG_MBEDTLS_SHA512=n,'
             'PKG_MBEDTLS_CLOCK_SKIP_DATES=y,PKG_MBEDTLS_RANDOM_SEED=y,PKG_MBEDTLS_SESSION_CACERT=n,'
             'PKG_MBEDTLS_PATH_RULES=n,'
             'RT_USING_HWCRYPTO=y,RT_HWCRYPTO_USING_RNG=y,RT_TICK_PER_SECOND=100',
    '2.28': 'PKG_MBEDTLS_ENGINE_2_28=y,PKG_USING_MBEDTLS_DEBUG=y,PKG_MBEDTLS_TRUST_FILE=y,PKG_MBEDTLS_PINNING=y,'
            'PKG_MBEDTLS_SSL3=y,PKG_MBEDTLS_RC4=y,PKG_MBEDTLS_TRUNCATED_HMAC=y,'
            'PKG_MBEDTLS_ALPN=y,PKG_MBEDTLS_SESSION_TICKETS=y,PKG_MBEDTLS_ENTROPY=y',
    'alternatives': 'PKG_MBEDTLS_CURVE_SECP384R1=n,PKG_MBEDTLS_CURVE_X25519=n,PKG_MBEDTLS_P256_M=y,'
                    'PKG_MBEDTLS_RSA_PUBLIC=y,PKG_MBEDTLS_SUITE_LIST=y,PKG_MBEDTLS_SESSION_DRBG=n,'
                    'PKG_MBEDTLS_AES_DECRYPT=n,PKG_MBEDTLS_AES_SMALL=y,PKG_MBEDTLS_AES_FAST=y,'
                    'PKG_MBEDTLS_RANDOM_MIN_ENTROPY=8,PKG_MBEDTLS_RANDOM_DIRECT=y',
    'dtls': 'PKG_MBEDTLS_DTLS=y,PKG_MBEDTLS_KEY_EXCHANGE_PSK=y,PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_PSK=y,'
            'PKG_MBEDTLS_CCM=y,PKG_MBEDTLS_SERVER=y,PKG_MBEDTLS_SERVER_EXAMPLE=y,PKG_USING_MBEDTLS_EXAMPLE=y',
    'keys': 'PKG_MBEDTLS_DTLS=y,PKG_MBEDTLS_KEY_EXCHANGE_PSK=y,PKG_MBEDTLS_CCM=y,PKG_MBEDTLS_SERVER=y,'
            'PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA=n,PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA=n,PKG_USING_MBEDTLS_EXAMPLE=y',
}


def device_sources(rtconfig):
    """The sources that SConscript's table puts into a build with these settings."""
    table = next(ast.literal_eval(node.value) for node in ast.parse(read(os.path.join(REPOSITORY, 'SConscript'))).body
                 if isinstance(node, ast.Assign) and node.targets[0].id == 'SOURCES')
    defined = set(re.findall(r'^#define (\w+)', rtconfig, re.MULTILINE))
    return [os.path.join(REPOSITORY, folder, name + '.c') for folder, symbols, names in table
            if all((symbol.lstrip('!') in defined) != symbol.startswith('!') for symbol in symbols.split())
            for name in names.split()]


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class Compilers(unittest.TestCase):
    """The package's files give no warning, wherever they may be compiled."""

    @classmethod
    def setUpClass(cls):
        cls.config = {}
        for name, settings in CONFIGURATIONS.items():
            cls.config[name] = temporary_folder()
            rtconfig = new_rtconfig(cls.config[name], settings)
            if name == 'minimal':         # no shell either
                write(os.path.join(cls.config[name], 'rtconfig.h'), re.sub(r'#define \w*FINSH.*\n', '', rtconfig))
        cls.config['old'] = temporary_folder()
        write(os.path.join(cls.config['old'], 'rtconfig.h'),
              OLD_RTCONFIG.format(more='#define PKG_MBEDTLS_RANDOM_BOARD'))

    def sources(self, name):
        rtconfig = read(os.path.join(self.config[name], 'rtconfig.h'))
        if name == 'old':
            rtconfig += read(os.path.join(REPOSITORY, 'ports/inc/tls_config_default.h'))
        found = device_sources(rtconfig)
        self.assertGreater(len(found), 18)
        return found

    def compile_all(self, compiler, name, sources=None, **options):
        if shutil.which(compiler) is None:
            self.skipTest('no ' + compiler)
        if name == '2.28':
            if not HAS_ENGINE_2_28:
                self.skipTest('no engine 2.28: run tools/engine 2.28')
            options['engine'] = ENGINE_2_28
        sources = sources or self.sources(name)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            done = list(pool.map(lambda path: compile_one(compiler, path, self.config[name], **options), sources))
        said = [each.stderr for each in done if each.returncode != 0 or each.stderr]
        self.assertEqual(said, [], '\n'.join(said)[:6000])

    def test_gcc_default(self):
        self.compile_all('gcc', 'default')

    def test_gcc_minimal(self):
        self.compile_all('gcc', 'minimal')

    def test_gcc_with_a_log_of_errors_only(self):
        self.compile_all('gcc', 'silent')

    def test_gcc_alternatives(self):
        self.compile_all('gcc', 'alternatives')

    def test_clang_alternatives(self):
        self.compile_all('clang', 'alternatives')

    def test_gcc_old_rtconfig(self):
        self.compile_all('gcc', 'old')

    def test_gcc_engine_2_28(self):
        self.compile_all('gcc', '2.28')

    def test_gcc_dtls(self):
        self.compile_all('gcc', 'dtls')

    def test_gcc_keys_without_certificates(self):
        self.compile_all('gcc', 'keys')

    def test_clang_dtls(self):
        self.compile_all('clang', 'dtls')

    def test_clang_default(self):
        self.compile_all('clang', 'default')

    def test_clang_tls13(self):
        self.compile_all('clang', 'tls13')

    def check_left_out(self, name, engine):
        """Each source of the engine that the targets leave out has no code and no data."""
        arguments = ['-isystem', os.path.join(POSIX, 'include'), '-isystem', os.path.join(KERNEL, 'include')]
        arguments += include_arguments(self.config[name], engine)
        library = os.path.join(engine, 'library')
        defined = engine_guards.macros(['gcc', '-E', '-dM', '-x', 'c', *arguments, '-I', library, '-'])
        left_out = [path for path in sorted(glob.glob(library + '/*.c')) if engine_guards.is_off(path, defined)]
        self.assertGreater(len(left_out), 40)
        folder = temporary_folder()
        subprocess.run(['gcc', '-O0', '-w', '-c', *arguments, *left_out], cwd=folder, check=True)
        said = subprocess.run(['nm', *os.listdir(folder)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=True).stdout
        self.assertEqual(re.findall(r'^[0-9a-f]+ \w \w+', said, re.MULTILINE), [])

    def test_the_targets_leave_out_sources_of_the_engine_that_are_switched_off(self):
        self.check_left_out('default', ENGINE)
        self.check_left_out('2.28', ENGINE_2_28)

    def headers(self):
        folder = os.path.join(REPOSITORY, 'ports', 'inc')
        return sorted(os.path.relpath(path, folder)
                      for path in glob.glob(os.path.join(folder, '**', '*.h'), recursive=True))

    def check_headers(self, compiler, suffix, standard, includes):
        folder = temporary_folder()
        sources = {'default': [], 'alternatives': []}       # alt/ has types that the engine's own headers define else
        for number, names in enumerate(includes):
            config = 'alternatives' if names[0].startswith('alt/') else 'default'
            text = ''.join('#include "%s"\n' % name for name in names)
            if names == ['tls_log.h']:
                text = '#include <rtthread.h>\n' + text     # after a file's other includes
            sources[config].append(write(os.path.join(folder, '%d%s' % (number, suffix)),
                                         text * 2 + 'int a_file_is_not_empty%d(void);\n' % number))
        for config in sorted(sources):
            if sources[config]:
                self.compile_all(compiler, config, sources[config], standard=standard)

    def test_each_header_compiles_on_its_own_as_c(self):
        self.check_headers('gcc', '.c', '-std=gnu99', [[name] for name in self.headers()])

    def test_each_header_compiles_on_its_own_as_cxx(self):
        self.check_headers('g++', '.cpp', '-std=gnu++11', [[name] for name in self.headers()])

    def test_headers_that_clients_use_go_together_in_any_order(self):
        names = ['tls_net.h', 'tls_client.h', 'tls_certificate.h', 'mbedtls/net_sockets.h', 'sys/socket.h', 'netdb.h']
        pairs = [[first, second] for first in names for second in names if first != second]
        self.check_headers('gcc', '.c', '-std=gnu99', pairs + [names, names[::-1]])
        self.check_headers('g++', '.cpp', '-std=gnu++11', [names, names[::-1]])


CLOCK_MAIN = '''
#include <stdio.h>
#include <rthw.h>
#include "tls_clock.h"
rt_tick_t rt_tick_get(void) { return 0; }
rt_base_t rt_hw_interrupt_disable(void) { return 0; }
void rt_hw_interrupt_enable(rt_base_t level) { (void)level; }
time_t time(time_t *seconds) { (void)seconds; return 0; }
int main(void)
{
    printf("%lld\\n", (long long)tls_clock_build_date());
    return 0;
}
'''


@unittest.skipUnless(HAS_ENGINE, 'no engine: run tools/engine')
class BuildDate(unittest.TestCase):

    def test_it_is_the_day_before_the_one_of_the_build(self):
        folder = temporary_folder()
        new_rtconfig(folder)
        main = write(os.path.join(folder, 'main.c'), CLOCK_MAIN)
        day = 86400
        # 2018-09-28, 2024-02-29, 2024-03-01, 2025-01-01, 2025-12-31, 2026-11-09, all within the day
        for date in (1538092800, 1709164800, 1709251200, 1735689600, 1767139200, 1794182400):
            for second in (0, day - 1):
                subprocess.run(['gcc', '-w', '-isystem', os.path.join(POSIX, 'include'), '-isystem',
                                os.path.join(KERNEL, 'include')] + include_arguments(folder) +
                               [main, os.path.join(REPOSITORY, 'ports/src/base/tls_clock.c'), '-o', folder + '/clock'],
                               env=dict(os.environ, SOURCE_DATE_EPOCH=str(date + second)), check=True)
                said = subprocess.run([folder + '/clock'], stdout=subprocess.PIPE, text=True, check=True).stdout
                self.assertEqual(int(said), date - day)


if __name__ == '__main__':
    unittest.main()
