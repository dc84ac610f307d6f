# SPDX-License-Identifier: Apache-2.0
"""Kconfig: it loads without a warning, the code and it know the same symbols,
today's users' settings are in it, tools/config writes its defaults and applies profiles."""
import collections
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import kconfiglib

from tools.mbedtls_settings import profiles

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGINES = ('mbedtls', 'mbedtls-2.28')

# What tools/config reads.
CONFIG_FILES = ('Kconfig', 'tools/config', 'tools/macros.ini', *('tools/mbedtls_settings/%s.py' % name for name in (
    '__init__', 'answers', 'document', 'macros', 'profiles')))

# The kernel's symbols that the package's Kconfig names.
WRAPPER = '''\
mainmenu "test"
config RT_VER_NUM
    hex
    default 0x40003
config RT_USING_RTC
    bool "RTC"
config RT_USING_SAL
    bool "SAL"
config SAL_USING_POSIX
    bool "POSIX"
config RT_HWCRYPTO_USING_RNG
    bool "RNG"
source "%s/Kconfig"
'''

# Symbols in users' .config files today, which must keep their meaning.
TODAYS_BOOLS = '''
    PKG_USING_MBEDTLS PKG_USING_MBEDTLS_USE_ALL_CERTS PKG_USING_MBEDTLS_USER_CERTS PKG_USING_MBEDTLS_THAWTE_ROOT_CA
    PKG_USING_MBEDTLS_VERSIGN_PBULIC_ROOT_CA PKG_USING_MBEDTLS_VERSIGN_UNIVERSAL_ROOT_CA
    PKG_USING_MBEDTLS_GEOTRUST_ROOT_CA PKG_USING_MBEDTLS_DIGICERT_ROOT_CA PKG_USING_MBEDTLS_GODADDY_ROOT_CA
    PKG_USING_MBEDTLS_COMODOR_ROOT_CA PKG_USING_MBEDTLS_DST_ROOT_CA PKG_USING_MBEDTLS_CLOBALSIGN_ROOT_CA
    PKG_USING_MBEDTLS_ENTRUST_ROOT_CA PKG_USING_MBEDTLS_AMAZON_ROOT_CA PKG_USING_MBEDTLS_EXAMPLE
    PKG_USING_MBEDTLS_DEBUG PKG_USING_MBEDTLS_CERTS_FROM_FS MBEDTLS_AES_ROM_TABLES
'''.split()
TODAYS_INTS = 'MBEDTLS_ECP_WINDOW_SIZE MBEDTLS_SSL_MAX_CONTENT_LEN'.split()
TODAYS_STRINGS = 'PKG_MBEDTLS_PATH PKG_MBEDTLS_VER PKG_MBEDTLS_CERTS_DIR'.split()

# Read by RT-Thread's package manager, or the choice that is meant when its alternative is not read.
NOT_READ = {'PKG_MBEDTLS_TRUST_BOTH', 'PKG_MBEDTLS_PATH', 'PKG_MBEDTLS_VER', 'PKG_MBEDTLS_CLOCK_SKIP_DATES',
            # Only other options depend on these.
            'PKG_MBEDTLS_OTHER_KEY_EXCHANGE', 'PKG_MBEDTLS_RSA_CIPHERS', 'PKG_MBEDTLS_OLD_CIPHERS',
            'PKG_MBEDTLS_AES_256_SUITES', 'PKG_MBEDTLS_AES_ONE_LENGTH', 'PKG_MBEDTLS_SERVER_OTHER_KEY'}


def load(package=REPOSITORY, wrapper=None):
    """Kconfig as a kernel's menu sees it."""
    with tempfile.TemporaryDirectory() as folder:
        path = wrapper or os.path.join(folder, 'Kconfig')
        if wrapper is None:
            with open(path, 'w') as output:
                output.write(WRAPPER % package)
        return kconfiglib.Kconfig(path, warn=True, warn_to_stderr=False)


def own_symbols(menu):
    return {symbol.name: symbol for symbol in menu.unique_defined_syms
            if symbol.name.startswith(('PKG_', 'MBEDTLS_'))}


def text_of(path):
    with open(path, encoding='utf-8') as source:
        return source.read()


def strip_comments(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*', ' ', text, flags=re.DOTALL)


def device_files():
    return [path for pattern in ('ports/**/*.[ch]', 'samples/*.c')
            for path in sorted(glob.glob(os.path.join(REPOSITORY, pattern), recursive=True))]


def device_text():
    return '\n'.join(strip_comments(text_of(path)) for path in device_files())


def script_text():
    """What reads symbols in the build: SConscript and the roots' tools."""
    paths = [os.path.join(REPOSITORY, 'SConscript')] + \
        sorted(glob.glob(os.path.join(REPOSITORY, 'tools', 'mbedtls_roots', '*.py')))
    return '\n'.join(text_of(path) for path in paths)


def presets_text():
    return text_of(os.path.join(REPOSITORY, 'certs', 'default', 'presets.json'))


def names(text, pattern=r'\b(?:PKG_(?:USING_)?)?MBEDTLS_[A-Z0-9_]*[A-Z0-9]\b'):
    return set(re.findall(pattern, text))


class Kconfig(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.menu = load()
        cls.symbols = own_symbols(cls.menu)

    def test_loads_without_a_warning(self):
        self.assertEqual(self.menu.warnings, [])

    def test_every_setting_of_a_root_or_source_loads_without_a_warning(self):
        menu = load()
        menu.syms['PKG_USING_MBEDTLS'].set_value('y')
        for symbol in own_symbols(menu).values():
            if symbol.type == kconfiglib.BOOL and symbol.visibility:
                symbol.set_value('y')
        self.assertEqual(menu.warnings, [])

    def test_settings_of_todays_users_exist_with_their_type(self):
        for wanted, kind in ((TODAYS_BOOLS, kconfiglib.BOOL), (TODAYS_INTS, kconfiglib.INT),
                             (TODAYS_STRINGS, kconfiglib.STRING)):
            for name in wanted:
                with self.subTest(name):
                    self.assertIn(name, self.symbols)
                    self.assertEqual(self.symbols[name].type, kind)

    def test_settings_of_todays_users_can_be_set(self):
        """From a .config as menuconfig has written it for them: all of them at once."""
        menu = load()
        lines = ['CONFIG_%s=y' % name for name in TODAYS_BOOLS if name != 'PKG_USING_MBEDTLS_USE_ALL_CERTS']
        lines += ['CONFIG_MBEDTLS_ECP_WINDOW_SIZE=6', 'CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=3584',
                  'CONFIG_PKG_MBEDTLS_CERTS_DIR="/roots"']
        with tempfile.NamedTemporaryFile('w', suffix='.config') as config:
            config.write('\n'.join(lines) + '\n')
            config.flush()
            menu.load_config(config.name)
        self.assertEqual(menu.warnings, [])
        for line in lines:
            name, _, value = line[len('CONFIG_'):].partition('=')
            self.assertEqual(menu.syms[name].str_value, value.strip('"'), name)

    def test_the_package_is_off_until_it_is_selected(self):
        menu = load()
        self.assertEqual(menu.syms['PKG_USING_MBEDTLS'].str_value, 'n')
        self.assertEqual([name for name, symbol in own_symbols(menu).items() if symbol.config_string
                          and not symbol.config_string.startswith('#')], [])

    def test_it_selects_what_it_needs_of_the_kernel(self):
        menu = load()
        menu.syms['PKG_USING_MBEDTLS'].set_value('y')
        for name in ('RT_USING_RTC', 'RT_USING_SAL', 'SAL_USING_POSIX'):
            self.assertEqual(menu.syms[name].str_value, 'y', name)

    def test_a_random_source_is_never_assumed_but_for_the_hardware_one(self):
        menu = load()
        menu.syms['PKG_USING_MBEDTLS'].set_value('y')
        for name in ('HWCRYPTO', 'BOARD', 'SEED'):
            self.assertEqual(menu.syms['PKG_MBEDTLS_RANDOM_' + name].str_value, 'n', name)
        menu.syms['RT_HWCRYPTO_USING_RNG'].set_value('y')
        self.assertEqual(menu.syms['PKG_MBEDTLS_RANDOM_HWCRYPTO'].str_value, 'y')

    def test_the_shortest_dhe_prime_fits_the_largest_number(self):
        menu = load()
        for name, value in (('PKG_USING_MBEDTLS', 'y'), ('PKG_MBEDTLS_KEY_EXCHANGE_DHE_RSA', 'y'),
                            ('PKG_MBEDTLS_DHM_MIN_BITS', '3072')):
            menu.syms[name].set_value(value)
        self.assertEqual(menu.syms['PKG_MBEDTLS_DHM_MIN_BITS'].str_value, '3072')
        menu.syms['PKG_MBEDTLS_MPI_MAX_SIZE'].set_value('256')
        self.assertEqual(menu.syms['PKG_MBEDTLS_DHM_MIN_BITS'].str_value, '2048')

    def test_tls_1_2_beside_1_3_has_a_signature(self):
        """Without it the engine writes no ClientHello with a pre-shared key, which needs TLS 1.2."""
        menu = load()
        for name, value in (('PKG_USING_MBEDTLS', 'y'), ('PKG_MBEDTLS_TLS1_3', 'y'),
                            ('PKG_MBEDTLS_KEY_EXCHANGE_PSK', 'y'), ('PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA', 'n'),
                            ('PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA', 'n'), ('PKG_MBEDTLS_RSA', 'n')):
            menu.syms[name].set_value(value)
        self.assertEqual(menu.syms['PKG_MBEDTLS_RSA'].str_value, 'n')
        self.assertEqual(menu.syms['PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA'].str_value, 'y')
        menu.syms['PKG_MBEDTLS_TLS1_3'].set_value('n')
        self.assertEqual(menu.syms['PKG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA'].str_value, 'n')

    def test_no_root_brings_sha1_since_its_signature_is_not_checked(self):
        for name in ('USE_ALL_CERTS', 'DIGICERT_ROOT_CA', 'CLOBALSIGN_ROOT_CA', 'CERTUM_TRUSTED_NETWORK_ROOT_CA'):
            menu = load()
            menu.syms['PKG_USING_MBEDTLS'].set_value('y')
            menu.syms['PKG_USING_MBEDTLS_' + name].set_value('y')
            self.assertEqual(menu.syms['PKG_MBEDTLS_SHA1'].str_value, 'n', name)

    def test_a_root_by_name_takes_the_place_of_the_common_set(self):
        menu = load()
        menu.syms['PKG_USING_MBEDTLS'].set_value('y')
        self.assertEqual(menu.syms['PKG_MBEDTLS_ROOT_COMMON'].str_value, 'y')
        menu.syms['PKG_MBEDTLS_ROOTS'].set_value('ISRG Root X1')
        self.assertEqual(menu.syms['PKG_MBEDTLS_ROOT_COMMON'].str_value, 'n')


class Trust(unittest.TestCase):
    """What the user CA, chosen in a .config, trusts besides."""

    def chosen(self, *lines):
        """The choice, and the common set, after a .config with these symbols."""
        menu = load()
        with tempfile.NamedTemporaryFile('w', suffix='.config') as config:
            config.write('CONFIG_PKG_USING_MBEDTLS=y\n' + ''.join('CONFIG_%s\n' % line for line in lines))
            config.flush()
            menu.load_config(config.name)
        return [menu.syms['PKG_MBEDTLS_' + name].str_value for name in ('TRUST_USER', 'TRUST_BOTH', 'ROOT_COMMON')]

    def test_the_common_set_of_the_first_save_is_not_trusted_beside_the_user_ca(self):
        self.assertEqual(self.chosen('PKG_MBEDTLS_ROOT_COMMON=y'), ['n', 'n', 'y'])
        self.assertEqual(self.chosen('PKG_MBEDTLS_ROOT_COMMON=y', 'PKG_USING_MBEDTLS_USER_CERTS=y'), ['y', 'n', 'n'])

    def test_both_can_be_chosen(self):
        self.assertEqual(self.chosen('PKG_MBEDTLS_ROOT_COMMON=y', 'PKG_USING_MBEDTLS_USER_CERTS=y',
                                     'PKG_MBEDTLS_TRUST_BOTH=y'), ['n', 'y', 'y'])

    def test_public_roots_that_an_older_menu_chose_beside_the_user_ca_stay(self):
        for name in ('USING_MBEDTLS_DIGICERT_ROOT_CA=y', 'USING_MBEDTLS_USE_ALL_CERTS=y', 'MBEDTLS_ROOT_GTS=y',
                     'MBEDTLS_ROOTS="ISRG Root X1"', 'USING_MBEDTLS_VERSIGN_UNIVERSAL_ROOT_CA=y'):
            self.assertEqual(self.chosen('PKG_USING_MBEDTLS_USER_CERTS=y', 'PKG_' + name), ['n', 'y', 'n'], name)


class Symbols(unittest.TestCase):
    """Kconfig and the code know the same symbols."""

    @classmethod
    def setUpClass(cls):
        cls.symbols = own_symbols(load())

    def test_every_symbol_of_the_package_that_is_read_is_in_kconfig(self):
        read = {name for name in names(device_text() + script_text() + presets_text()) if name.startswith('PKG_')}
        read = {name for name in read if not name.endswith('_H')}
        self.assertGreater(len(read), 30)
        self.assertEqual(sorted(read - set(self.symbols)), [])

    def engine_names(self):
        """All names in the sources of the engines."""
        engines = [name for name in ENGINES if os.path.isdir(os.path.join(REPOSITORY, name, 'include'))]
        if not engines:
            self.skipTest('no engine here')
        found = set()
        for engine in engines:
            for path in glob.glob(os.path.join(REPOSITORY, engine, '**', '*.[ch]'), recursive=True):
                with open(path, encoding='utf-8', errors='replace') as source:
                    found |= names(source.read())
        return found

    def test_every_symbol_of_the_engine_that_is_read_exists(self):
        """In Kconfig, among those that tls_config.h defines, or in an engine."""
        read = {name for name in names(device_text()) if name.startswith('MBEDTLS_')}
        known = set(self.symbols) | set(re.findall(r'#\s*define\s+(MBEDTLS_\w+)', device_text())) | self.engine_names()
        self.assertGreater(len(read), 50)
        self.assertEqual(sorted(read - known), [])

    def test_every_macro_of_tls_config_exists_in_an_engine(self):
        """A misspelt macro would silently do nothing."""
        config = strip_comments(text_of(os.path.join(REPOSITORY, 'ports', 'inc', 'tls_config.h')))
        defined = set(re.findall(r'#\s*define\s+(MBEDTLS_\w+)', config))
        self.assertGreater(len(defined), 40)
        self.assertEqual(sorted(defined - self.engine_names()), [])

    def test_each_error_has_its_own_number(self):
        errors = dict(re.findall(r'#define (TLS_ERR_\w+)\s+\((-0x\w+)\)',
                                 text_of(os.path.join(REPOSITORY, 'ports', 'inc', 'tls_error.h'))))
        self.assertGreater(len(errors), 10)
        self.assertEqual(len(set(errors.values())), len(errors), errors)

    def test_every_bool_symbol_is_read_somewhere(self):
        text = device_text() + script_text() + presets_text()
        header = strip_comments(text_of(os.path.join(REPOSITORY, 'ports', 'inc', 'tls_config_default.h')))
        uses = names(text.replace(header, ''))
        engine = os.path.join(REPOSITORY, 'mbedtls', 'library')
        for name, symbol in self.symbols.items():
            if name in NOT_READ or name == 'PKG_USING_MBEDTLS' or name in uses:
                continue
            with self.subTest(name):
                # The engine's own options are read by the engine.
                self.assertTrue(name.startswith('MBEDTLS_'), name + ' is used nowhere')
                if os.path.isdir(engine):
                    found = subprocess.run(['grep', '-rqw', name, engine], check=False)
                    self.assertEqual(found.returncode, 0, name + ' is used nowhere')

    def test_every_symbol_that_a_document_names_is_in_kconfig(self):
        """Whole, or the beginning of some, as in PKG_MBEDTLS_RANDOM_*; the table of the manual's macros has a test of
        its own."""
        documents = [path for pattern in ('*.md', 'docs/*.md', 'certs/**/*.md', 'targets/**/*.md', 'defconfig/*',
                                          'ports/inc/*.h', 'ports/src/*/*.h')
                     for path in glob.glob(os.path.join(REPOSITORY, pattern), recursive=True)]
        self.assertGreater(len(documents), 20)
        for path in documents:
            for name in re.findall(r'\bPKG_(?:USING_)?MBEDTLS_[A-Z0-9_]+', text_of(path)):
                with self.subTest(path=os.path.relpath(path, REPOSITORY), symbol=name):
                    self.assertTrue(name in self.symbols or name.endswith('_') and
                                    any(symbol.startswith(name) for symbol in self.symbols))

    def test_exceptions_are_no_longer_than_needed(self):
        self.assertEqual(sorted(NOT_READ - set(self.symbols)), [])

    def test_every_preset_of_the_menu_has_its_certificates(self):
        presets = json.loads(presets_text())
        text = json.dumps(presets)
        for name in self.symbols:
            if name.endswith('_ROOT_CA') or name.startswith('PKG_MBEDTLS_ROOT_'):
                self.assertIn('"%s"' % name, text, name)


class Defaults(unittest.TestCase):
    """tools/config in a copy of the files that it reads."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.package = folder.name
        for name in CONFIG_FILES + ('ports/inc/tls_config_default.h',):
            path = os.path.join(self.package, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copy(os.path.join(REPOSITORY, name), path)
        self.header = os.path.join(self.package, 'ports/inc/tls_config_default.h')

    def config(self, *arguments):
        return subprocess.run([sys.executable, '-B', os.path.join(self.package, 'tools/config')] + list(arguments),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def change(self, name, old, new):
        path = os.path.join(self.package, name)
        text = text_of(path)
        self.assertIn(old, text)
        with open(path, 'w') as output:
            output.write(text.replace(old, new, 1))

    def test_the_committed_header_is_what_kconfig_says(self):
        done = subprocess.run([sys.executable, '-B', os.path.join(REPOSITORY, 'tools/config'), 'defaults', '--check'],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    def test_a_changed_kconfig_makes_the_check_fail_in_one_line(self):
        for old, new in (('default 15000', 'default 16000'),
                         ('config PKG_MBEDTLS_CBC\n    bool "AES-CBC (8 KB of ROM)"\n    default n',
                          'config PKG_MBEDTLS_CBC\n    bool "AES-CBC (8 KB of ROM)"\n    default y'),
                         ('config PKG_MBEDTLS_PATH', 'config PKG_MBEDTLS_NEW\n    bool\n    default y\n\n'
                                                     'config PKG_MBEDTLS_PATH')):
            with self.subTest(new):
                shutil.copy(os.path.join(REPOSITORY, 'Kconfig'), self.package)
                self.assertEqual(self.config('defaults', '--check').returncode, 0)
                self.change('Kconfig', old, new)
                before = text_of(self.header)
                done = self.config('defaults', '--check')
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr.count('\n'), 1)
                self.assertIn('tools/config defaults', done.stderr)
                self.assertEqual(text_of(self.header), before)

    def test_a_changed_header_makes_the_check_fail(self):
        self.change('ports/inc/tls_config_default.h', '#define PKG_MBEDTLS_GCM\n', '')
        self.assertEqual(self.config('defaults', '--check').returncode, 1)

    def test_defaults_writes_what_the_check_wants(self):
        self.change('Kconfig', 'default 15000', 'default 16000')
        self.assertEqual(self.config('defaults').returncode, 0)
        self.assertEqual(self.config('defaults', '--check').returncode, 0)
        self.assertIn('16000', text_of(self.header))

    def test_the_header_gives_what_the_menu_gives(self):
        """Compiled after an old rtconfig.h, each default is the menu's."""
        menu = load()
        menu.syms['PKG_USING_MBEDTLS'].set_value('y')
        done = subprocess.run(['gcc', '-E', '-dM', '-x', 'c', '-'], stdout=subprocess.PIPE, text=True, check=True,
                              input='#define MBEDTLS_ECP_WINDOW_SIZE 5\n#include "%s"\n' % self.header)
        macros = dict(re.findall(r'#define (\w+) ?(.*)', done.stdout))
        for name, symbol in own_symbols(menu).items():
            if not name.startswith('PKG_MBEDTLS_') or name in ('PKG_MBEDTLS_KCONFIG', 'PKG_MBEDTLS_PATH',
                                                               'PKG_MBEDTLS_VER', 'PKG_MBEDTLS_ROOT_COMMON',
                                                               'PKG_MBEDTLS_TRUST_USER', 'PKG_MBEDTLS_TRUST_BOTH'):
                continue
            value = symbol.str_value
            wanted = {'y': '', 'n': None, '': None}.get(value, value)
            self.assertEqual(macros.get(name), wanted, name)
        self.assertEqual(macros['MBEDTLS_ECP_WINDOW_SIZE'], '5')
        self.assertEqual(macros['MBEDTLS_SSL_MAX_CONTENT_LEN'], '16384')


# As an older menu has written it, with another package's lines around.
OLD_CONFIG = '''\
CONFIG_RT_NAME_MAX=8
CONFIG_RT_HWCRYPTO_USING_RNG=y
# CONFIG_RT_USING_SPI is not set
CONFIG_PKG_USING_MBEDTLS=y
# CONFIG_PKG_USING_MBEDTLS_USE_ALL_CERTS is not set
CONFIG_PKG_USING_MBEDTLS_USER_CERTS=y
CONFIG_MBEDTLS_AES_ROM_TABLES=y
CONFIG_MBEDTLS_ECP_WINDOW_SIZE=2
CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=3584
# CONFIG_PKG_USING_MBEDTLS_EXAMPLE is not set
CONFIG_PKG_MBEDTLS_PATH="/packages/security/mbedtls"
CONFIG_PKG_USING_OTHER=y
'''
PROFILES = os.path.join(REPOSITORY, 'defconfig')


class Profiles(unittest.TestCase):
    """tools/config profile, and profile= of the targets."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, '.config')
        self.write(OLD_CONFIG)

    def write(self, text):
        with open(self.path, 'w') as output:
            output.write(text)

    def profile(self, *arguments, package=REPOSITORY):
        return subprocess.run([sys.executable, '-B', os.path.join(package, 'tools/config'), 'profile', *arguments],
                              cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def apply(self, name):
        done = self.profile(name)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done.stdout, text_of(self.path)

    def package_with(self, name, text):
        """The files that tools/config reads, with a profile of the test."""
        package = os.path.join(self.folder, 'package')
        for path in CONFIG_FILES:
            os.makedirs(os.path.dirname(os.path.join(package, path)), exist_ok=True)
            shutil.copy(os.path.join(REPOSITORY, path), os.path.join(package, path))
        shutil.copytree(PROFILES, os.path.join(package, 'defconfig'))
        with open(os.path.join(package, 'defconfig', name), 'w') as output:
            output.write(text)
        return package

    def test_every_profile_says_what_it_is_for(self):
        done = self.profile()
        self.assertEqual(done.returncode, 0)
        for name in os.listdir(PROFILES):
            self.assertIn(name + ': ', done.stdout)
            self.assertGreater(len(re.search(r'^%s: (.*)' % re.escape(name), done.stdout, re.MULTILINE).group(1)), 40)

    def test_a_profile_makes_every_setting_that_it_names(self):
        for name in os.listdir(PROFILES):
            with self.subTest(name):
                self.write(OLD_CONFIG)
                _, text = self.apply(name)
                for symbol, value in re.findall(r'^CONFIG_(\w+)=(.*)$', text_of(os.path.join(PROFILES, name)),
                                                re.MULTILINE):
                    self.assertIn('# CONFIG_%s is not set\n' % symbol if value == 'n' else
                                  'CONFIG_%s=%s\n' % (symbol, value), text)

    def test_lines_of_other_packages_are_unchanged(self):
        _, text = self.apply('minimal-ecdsa')
        others = [line for line in OLD_CONFIG.splitlines() if 'MBEDTLS' not in line]
        self.assertEqual([line for line in text.splitlines() if 'MBEDTLS' not in line], others)
        self.assertEqual(text.splitlines()[-1], others[-1])

    def test_settings_that_no_profile_makes_stay(self):
        _, text = self.apply('minimal-ecdsa')
        for line in ('CONFIG_PKG_USING_MBEDTLS_USER_CERTS=y', 'CONFIG_PKG_MBEDTLS_RANDOM_HWCRYPTO=y',
                     '# CONFIG_PKG_USING_MBEDTLS_EXAMPLE is not set'):
            self.assertIn(line + '\n', text)

    def test_changes_are_listed_and_a_second_run_lists_none(self):
        said, text = self.apply('minimal-ecdsa')
        self.assertIn('MBEDTLS_SSL_MAX_CONTENT_LEN: 2048, was 3584\n', said)
        self.assertIn('PKG_MBEDTLS_P256_M: y, was n\n', said)
        self.assertNotIn('PKG_USING_MBEDTLS_USER_CERTS', said)
        self.assertEqual(self.apply('minimal-ecdsa'), ('nothing to change\n', text))

    def test_the_order_of_profiles_does_not_matter(self):
        self.apply('default')
        default = text_of(self.path)
        for name in sorted(os.listdir(PROFILES)):
            self.apply(name)
            text = text_of(self.path)
            self.apply('default')
            self.apply(name)
            self.assertEqual(sorted(text.splitlines()), sorted(text_of(self.path).splitlines()), name)
        self.apply('default')
        self.assertEqual(sorted(text_of(self.path).splitlines()), sorted(default.splitlines()))

    def test_the_result_is_what_menuconfig_would_keep(self):
        """Read back with the kernel's menu, no line changes its meaning."""
        for name in os.listdir(PROFILES):
            self.apply(name)
            menu = load()
            menu.load_config(self.path)
            for symbol in own_symbols(menu).values():
                if symbol.config_string:
                    self.assertIn(symbol.config_string, text_of(self.path), name)

    def test_an_impossible_setting_is_refused_in_one_line_and_changes_nothing(self):
        for text, said in (('CONFIG_PKG_MBEDTLS_TLS1_3=y\nCONFIG_PKG_MBEDTLS_P256_M=y\n', 'PKG_MBEDTLS_P256_M=y'),
                           ('CONFIG_PKG_MBEDTLS_CBC=y\nCONFIG_PKG_MBEDTLS_AES_DECRYPT=n\n', 'selected by'),
                           ('CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=100\n', 'range'),
                           ('CONFIG_PKG_MBEDTLS_NOTHING=y\n', 'no symbol PKG_MBEDTLS_NOTHING'),
                           ('CONFIG_PKG_MBEDTLS_CBC=maybe\n', 'cannot be maybe'),
                           ('PKG_MBEDTLS_CBC=y\n', 'line 1')):
            with self.subTest(text):
                package = self.package_with('impossible', text)
                done = self.profile('impossible', package=package)
                shutil.rmtree(package)
                self.assertEqual((done.returncode, done.stdout, done.stderr.count('\n')), (1, '', 1), done.stderr)
                self.assertIn(said, done.stderr)
                self.assertEqual(text_of(self.path), OLD_CONFIG)

    def test_an_unknown_profile_or_a_package_that_is_off_is_refused(self):
        done = self.profile('tiny')
        self.assertEqual(done.returncode, 1)
        self.assertIn('minimal-ecdsa', done.stderr)
        self.write('CONFIG_RT_NAME_MAX=8\n')
        done = self.profile('minimal-ecdsa')
        self.assertEqual(done.returncode, 1)
        self.assertIn('PKG_USING_MBEDTLS', done.stderr)
        done = self.profile('minimal-ecdsa', 'nowhere/.config')
        self.assertEqual((done.returncode, done.stderr.count('\n')), (1, 1))

    def test_no_profile_touches_the_clock_the_roots_or_the_random_source(self):
        for name in os.listdir(PROFILES):
            for symbol in re.findall(r'^CONFIG_(\w+)', text_of(os.path.join(PROFILES, name)), re.MULTILINE):
                self.assertNotRegex(symbol, 'CLOCK|CERTS|ROOT|RANDOM|TIMEOUT', name)

    def test_a_target_takes_a_profile_and_refuses_what_does_not_hold(self):
        """Only its configuration is made: no file is compiled."""
        for settings, code, said in (('', 0, ''), ('PKG_MBEDTLS_CURVE_X25519=y', 2, 'PKG_MBEDTLS_P256_M=y has no effect'),
                                     ('PKG_MBEDTLS_P256_M=n', 0, '')):
            with self.subTest(settings):
                build = os.path.join(self.folder, 'build')
                done = subprocess.run(['scons', '-s', '-f', os.path.join(REPOSITORY, 'targets/posix/SConstruct'),
                                       'build=' + build, 'profile=minimal-ecdsa', 'set=' + settings,
                                       os.path.join(build, '.config')],
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                self.assertEqual(done.returncode, code, done.stdout)
                self.assertIn(said, done.stdout)
                if code == 0:
                    text = text_of(os.path.join(build, '.config'))
                    self.assertIn('CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=2048\n', text)
                    self.assertEqual('CONFIG_PKG_MBEDTLS_P256_M=y\n' in text, settings == '')


class Combinations(unittest.TestCase):
    """No combination that the menu allows is refused by the engine's own check."""

    def test_every_switch_alone_is_taken_by_both_engines(self):
        menu = load()
        switches = [name for name, symbol in own_symbols(menu).items()
                    if symbol.type == kconfiglib.BOOL and name.startswith('PKG_MBEDTLS_')
                    and not name.startswith(('PKG_MBEDTLS_ROOT_', 'PKG_MBEDTLS_ENGINE_'))]
        for engine, minor, tried in (('mbedtls', '3_6', ('default', 'minimal-ecdsa', 'minimal-rsa', 'modern')),
                                     ('mbedtls-2.28', '2_28', ('default', 'manual-optimised'))):
            if not os.path.isdir(os.path.join(REPOSITORY, engine, 'include')):
                self.skipTest('no engine here')
            for profile in tried:
                texts = self.texts(menu, minor, profile, switches)
                with concurrent.futures.ThreadPoolExecutor(2) as pool:
                    for names, said in zip(texts.values(), pool.map(lambda text: self.compiled(engine, text), texts)):
                        with self.subTest(engine=engine, profile=profile, switches=names):
                            self.assertEqual(said, '')

    @staticmethod
    def texts(menu, minor, profile, switches):
        """{rtconfig.h: the switches that lead to it}: a switch without its dependencies changes nothing."""
        found = collections.defaultdict(list)
        for name in [None] + switches:
            for symbol in menu.unique_defined_syms:
                symbol.unset_value()
            for choice in menu.unique_choices:
                choice.unset_value()
            for symbol in ('PKG_USING_MBEDTLS', 'PKG_MBEDTLS_RANDOM_BOARD'):
                menu.syms[symbol].set_value('y')
            profiles.apply(menu, PROFILES, profile)
            menu.syms['PKG_MBEDTLS_ENGINE_' + minor].set_value('y')
            if name is not None:
                menu.syms[name].set_value('n' if menu.syms[name].str_value == 'y' else 'y')
            exchanges = ('ECDHE_ECDSA', 'ECDHE_RSA', 'RSA')
            if all(menu.syms['PKG_MBEDTLS_KEY_EXCHANGE_' + exchange].str_value == 'n' for exchange in exchanges):
                continue                        # no protocol is left; the menu cannot want one of three
            lines = ['#define RT_TICK_PER_SECOND 1000']
            for symbol in menu.unique_defined_syms:
                line = symbol.config_string.strip()
                if line.startswith('CONFIG_'):
                    value = line.partition('=')[2]
                    lines.append('#define %s %s' % (symbol.name, '' if value == 'y' else value))
            found['\n'.join(lines) + '\n'].append(name)
        return found

    @staticmethod
    def compiled(engine, text):
        """What the compiler says about the engine's headers with such an rtconfig.h."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'rtconfig.h'), 'w') as output:
                output.write(text)
            paths = [folder] + [os.path.join(REPOSITORY, path) for path in (
                'ports/inc', 'ports/inc/alt', 'targets/rtthread/include', 'targets/posix/include', engine + '/include',
                engine + '/library')]
            source = '#include "mbedtls/ssl.h"\n#include "mbedtls/ecp.h"\n' + \
                ('#include "mbedtls/check_config.h"\n' if engine == 'mbedtls' else '')
            done = subprocess.run(['gcc', '-fsyntax-only', '-x', 'c', '-'] + ['-I' + path for path in paths],
                                  input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            return done.stdout[:2000] or 'exit code %d' % done.returncode if done.returncode else ''


if __name__ == '__main__':
    unittest.main()
